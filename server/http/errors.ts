/** Errors that reach the caller: `{ error: { code, message, retryable } }` with a fitting status. */
import type { z } from 'zod';
import type { WireError } from '#contract/wire/protocol.ts';

export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  /** Seconds for the Retry-After header. */
  readonly retry_after_s: number | undefined;
  constructor(status: number, code: string, message: string, retryable = false, retry_after_s?: number) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
    this.retryable = retryable;
    this.retry_after_s = retry_after_s;
  }
  toValue(): WireError {
    return { code: this.code, message: this.message, retryable: this.retryable };
  }
}

/** Parses a request's part; throws 400 `bad_arguments` that names the first thing wrong. */
export function parseWith<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, 'bad_arguments', firstIssue(parsed.error));
}

export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'The request does not have the expected form.';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
