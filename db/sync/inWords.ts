/** What the server or the wire said, as an error of the contract. */
import { BinnacleError, type ErrorCode } from '#contract/errors.ts';
import { isDiskFull } from '#db/connection.ts';
import { WireFailure } from './failure.ts';

const CODES: Readonly<Record<string, ErrorCode>> = {
  not_permitted: 'not_permitted',
  not_found: 'not_found',
  conflict: 'conflict',
  bad_arguments: 'bad_arguments',
  locked_out: 'locked_out',
  too_large: 'too_large',
};

/** For a person, with what to do: whatever was about to be written is not there, everything before it is. */
export const DISK_FULL =
  'The disk of this computer is full or cannot be written, so nothing was saved. Make room and try again.';

/** Anything else is handed back as it is. */
export function inWords(error: unknown): unknown {
  if (isDiskFull(error)) return new BinnacleError('disk_full', DISK_FULL, true);
  if (!(error instanceof WireFailure)) return error;
  if (error.kind === 'unreachable')
    return new BinnacleError('offline', 'The server does not answer. Try again when it does.', true);
  if (error.kind === 'signed_out') return new BinnacleError('not_signed_in', error.message);
  if (error.kind === 'refused') return new BinnacleError(CODES[error.code] ?? 'server_error', error.message);
  return new BinnacleError('server_error', error.message, true);
}

export function rethrowInWords(error: unknown): never {
  throw inWords(error);
}
