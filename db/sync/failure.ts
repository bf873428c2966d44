/** How a conversation with the server can fail, told apart by what to do next. */
export type WireFailureKind =
  /** no answer, or one cut short: try again later */
  | 'unreachable'
  /** 5xx or 429: try again later */
  | 'busy'
  /** 401: the session ended; sending and receiving wait for a sign-in */
  | 'signed_out'
  /** 409, 410 on a read: the server knows this cursor no more; ask /sync/open what to do */
  | 'cursor_lost'
  /** any other 4xx: the request itself is refused, repeating it changes nothing */
  | 'refused'
  /** the answer breaks the protocol; nothing of it was written */
  | 'broken_answer';

export class WireFailure extends Error {
  readonly kind: WireFailureKind;
  readonly status: number;
  readonly code: string;
  constructor(kind: WireFailureKind, message: string, status = 0, code = '') {
    super(message);
    this.name = 'WireFailure';
    this.kind = kind;
    this.status = status;
    this.code = code;
  }
}

export function brokenAnswer(message: string): WireFailure {
  return new WireFailure('broken_answer', `The server's answer was refused: ${message}.`);
}
