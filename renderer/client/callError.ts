/** A refusal as the replica service worded it, or the loss of the connection to it. */
import type { ErrorCode, OperationError } from '#contract/errors.ts';

export class CallError extends Error {
  readonly code: ErrorCode;
  /** Whether trying again can help. */
  readonly retryable: boolean;
  constructor(value: OperationError) {
    super(value.message);
    this.name = 'CallError';
    this.code = value.code;
    this.retryable = value.retryable;
  }
}

export const connectionLost = (): CallError =>
  new CallError({
    code: 'offline',
    message: 'The connection to Binnacle on this machine was interrupted. It is being restored; your data is safe.',
    retryable: true,
  });

export const cancelled = (): CallError =>
  new CallError({ code: 'cancelled', message: 'This question was withdrawn.', retryable: true });

/** Any thrown value in words for a screen. */
export function errorMessage(error: unknown): string {
  return error instanceof CallError
    ? error.message
    : 'Something went wrong on this screen. Your data is safe; try again.';
}
