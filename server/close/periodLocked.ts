/** What the database raises when something is booked into a locked area of a month (migration 025). */
const PERIOD_LOCKED_STATE = 'BNLCK';

/** Why, and what to do, in a sentence; null when the error is another. */
export function periodLockedMessage(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== PERIOD_LOCKED_STATE) return null;
  return `${error.message} Book into an open month, or have it opened again under Close.`;
}
