/** Which books are looked at: up to a day, as they were known at a moment. */
import { isoDate, lastDayOfMonth } from '#domain/calendar.ts';

export interface BooksAsOf {
  readonly as_of_on: string;
  /** What the field of the moment holds: local 'yyyy-mm-ddThh:mm'; '' = all that is here. */
  readonly known: string;
  /** Before closing entries of the fiscal year, or after them. */
  readonly closing: 'pre' | 'post';
}

/** The end of the month in view. */
export function usualAsOf(month: number): BooksAsOf {
  return { as_of_on: isoDate(lastDayOfMonth(month)), known: '', closing: 'pre' };
}

/** Epoch milliseconds of a local moment; null for none, or one that is not typed whole. */
export function knownAtMs(known: string): number | null {
  const at_ms = known === '' ? Number.NaN : new Date(known).getTime();
  return Number.isFinite(at_ms) && at_ms >= 0 ? at_ms : null;
}
