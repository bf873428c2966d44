/** Receipts whose day has passed without them: when they are taken to come. */
import type { DatedQuantity } from './projectedBalance.ts';

/** So many days from now. */
export const OVERDUE_RECEIPT_DAYS = 7;

/** By the day each is taken to come, the earliest first. */
export function receiptsAsTheyCome<Receipt extends DatedQuantity>(
  receipts: readonly Receipt[],
  as_of_on: number,
): readonly Receipt[] {
  return receipts
    .map((each) => (each.on < as_of_on ? { ...each, on: as_of_on + OVERDUE_RECEIPT_DAYS } : each))
    .toSorted((a, b) => a.on - b.on);
}
