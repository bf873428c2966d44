/** Errors are values: what happened, in a sentence a user can act on, and whether trying again can help. */
export type ErrorCode =
  | 'unknown_operation'
  | 'bad_arguments'
  | 'too_large'
  | 'not_permitted'
  | 'not_found'
  | 'not_signed_in'
  | 'wrong_password'
  /** The server knows the password, the files of this machine do not yet. */
  | 'previous_password'
  | 'locked_out'
  | 'offline'
  | 'cancelled'
  | 'conflict'
  | 'replica_in_use'
  /** Nothing was saved; once there is room the same works. */
  | 'disk_full'
  | 'server_error'
  | 'internal';

export interface OperationError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** Thrown inside a process; crosses every boundary as an OperationError value. */
export class BinnacleError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  constructor(code: ErrorCode, message: string, retryable = false) {
    super(message);
    this.name = 'BinnacleError';
    this.code = code;
    this.retryable = retryable;
  }
  toValue(): OperationError {
    return { code: this.code, message: this.message, retryable: this.retryable };
  }
}

/** The value that crosses a boundary. An unexpected error says nothing of its inside. */
export function errorValue(error: unknown): OperationError {
  if (error instanceof BinnacleError) return error.toValue();
  return {
    code: 'internal',
    message: 'Something went wrong inside Binnacle. Your data is safe; try again.',
    retryable: true,
  };
}
