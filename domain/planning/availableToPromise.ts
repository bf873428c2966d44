/** Available to promise, discrete with looking back. Quantities in thousandths. */
export interface PromisePeriod {
  /** Receipts at the period's start (period 0: stock on hand included). */
  readonly receipts_qty_milli: number;
  readonly committed_qty_milli: number;
}

export interface AvailableToPromise {
  /** What may still be promised out of each period's receipt; 0 in periods without a receipt. */
  readonly available_qty_milli: readonly number[];
  /** Commitments that no receipt up to their time covers. */
  readonly uncovered_qty_milli: number;
}

/**
 * Each receipt serves the commitments until the next receipt. What it cannot cover is taken from earlier receipts,
 * the latest first, and never from later ones: a promise cannot borrow the future.
 */
export function availableToPromise(periods: readonly PromisePeriod[]): AvailableToPromise {
  const available = periods.map(() => 0);
  let uncovered_qty_milli = 0;
  for (let start = 0; start < periods.length; ) {
    let end = start + 1;
    while (end < periods.length && periods[end]?.receipts_qty_milli === 0) end += 1;
    let left = periods[start]?.receipts_qty_milli ?? 0;
    for (let i = start; i < end; i++) left -= periods[i]?.committed_qty_milli ?? 0;
    for (let earlier = start - 1; earlier >= 0 && left < 0; earlier--) {
      const taken = Math.min(available[earlier] ?? 0, -left);
      available[earlier] = (available[earlier] ?? 0) - taken;
      left += taken;
    }
    if (left < 0) uncovered_qty_milli -= left;
    available[start] = Math.max(0, left);
    start = end;
  }
  return { available_qty_milli: available, uncovered_qty_milli };
}
