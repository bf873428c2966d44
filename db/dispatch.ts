/**
 * The one door for every transport: the name looked up by its own key, arguments parsed once, sizes bounded, errors
 * turned into values.
 */
import type { z } from 'zod';
import { ACTIONS, REPEATABLE_ACTIONS } from '#contract/actions.ts';
import { COMMANDS } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { operationKind } from '#contract/operations.ts';
import { QUERIES } from '#contract/queries.ts';
import { MAX_REQUEST_BYTES, MAX_RESULT_BYTES } from '#contract/transport.ts';
import { isDamage } from './connection.ts';

/** An operation whose name is known and whose arguments have its schema's output type. */
export interface ParsedOperation {
  readonly kind: 'query' | 'command' | 'action';
  readonly name: string;
  readonly args: unknown;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Commands only: the client-made id, so that a script may send the same change again. */
  readonly mutation_id?: string | undefined;
  /** The same call went over a port that was lost: what must not be done twice is refused. */
  readonly again?: boolean | undefined;
}

export type Execute = (operation: ParsedOperation, options: CallOptions) => Promise<unknown>;
/** Throws BinnacleError, and nothing else. */
export type Dispatch = (name: string, args: unknown, options?: CallOptions) => Promise<unknown>;

export function schemaOf(name: string): z.ZodType | undefined {
  if (Object.hasOwn(QUERIES, name)) return QUERIES[name as keyof typeof QUERIES].args;
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name as keyof typeof COMMANDS].args;
  if (Object.hasOwn(ACTIONS, name)) return ACTIONS[name as keyof typeof ACTIONS].args;
  return undefined;
}

export function createDispatch(execute: Execute, onUnexpected: (error: unknown) => void): Dispatch {
  return async (name, args, options = {}) => {
    const kind = operationKind(name);
    const schema = schemaOf(name);
    if (!kind || !schema) {
      throw new BinnacleError('unknown_operation', `There is no operation ${JSON.stringify(name.slice(0, 60))}.`);
    }
    if (options.again === true && kind === 'action' && !(REPEATABLE_ACTIONS as readonly string[]).includes(name)) {
      throw new BinnacleError(
        'offline',
        'The connection to Binnacle on this machine was interrupted before the answer came. Look whether it was done, then try again.',
        true,
      );
    }
    if (jsonBytes(args ?? {}) > MAX_REQUEST_BYTES) {
      throw new BinnacleError('too_large', `The arguments are larger than ${MAX_REQUEST_BYTES / 1024} KiB.`);
    }
    const parsed = schema.safeParse(args ?? {});
    if (!parsed.success) throw new BinnacleError('bad_arguments', issueText(parsed.error));
    if (options.signal?.aborted === true) throw new BinnacleError('cancelled', 'Cancelled.');
    let result: unknown;
    try {
      result = await execute({ kind, name, args: parsed.data }, options);
    } catch (error) {
      if (error instanceof BinnacleError) throw error;
      onUnexpected(error);
      if (isDamage(error)) {
        throw new BinnacleError(
          'internal',
          'The data on this machine could not be read. It is set aside and loaded afresh; your waiting changes are safe.',
          true,
        );
      }
      throw new BinnacleError('internal', 'Something went wrong inside Binnacle. Your data is safe; try again.', true);
    }
    if (jsonBytes(result ?? null) > MAX_RESULT_BYTES) {
      throw new BinnacleError('too_large', 'The answer is larger than 8 MB. Narrow the filter.');
    }
    return result;
  };
}

function jsonBytes(value: unknown): number {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    throw new BinnacleError('bad_arguments', 'The arguments are no JSON.');
  }
  return text === undefined ? 0 : Buffer.byteLength(text);
}

export function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'The arguments do not have the expected form.';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
