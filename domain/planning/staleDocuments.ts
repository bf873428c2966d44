/**
 * Open orders and receipts so old, or so far ahead, that they are mistakes of book-keeping more often than promises. They
 * take and bring nothing: not in the weeks, in a promise, in the queue, in what is proposed. Nothing is cancelled: each
 * is told where it is left out, and orders are listed apart (the state Left out in Fulfilment, an exception of the site).
 */
import type { DatedQuantity } from './projectedBalance.ts';
import { LONGEST_DAYS } from './replenishment/leadTime.ts';

/** Longer ago, or further ahead, days. */
export const STALE_DAYS = LONGEST_DAYS;

export function isFresh(as_of_on: number): (each: Pick<DatedQuantity, 'on'>) => boolean {
  return (each) => each.on >= as_of_on - STALE_DAYS && each.on <= as_of_on + STALE_DAYS;
}
