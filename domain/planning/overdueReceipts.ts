/** Receipts whose day has passed without them: when they are taken to come. The one place that says so. */
import { type OverdueWaits, WAIT_DAYS_UNLEARNED } from './overdueWaits.ts';
import type { DatedQuantity } from './projectedBalance.ts';

/** Whoever reads what is on order notes it as `taken_on`; undefined where the expected day has not passed. */
export function takenOn(
  { supplier_id, expected_on }: { readonly supplier_id: number | null; readonly expected_on: number },
  as_of_on: number,
  waits: OverdueWaits,
): number | undefined {
  if (expected_on >= as_of_on) return undefined;
  return as_of_on + waits.waitOf(supplier_id, as_of_on - expected_on).days;
}

/** By the day each is taken to come, the earliest first. What nobody looked up waits as long as if nothing were learned. */
export function receiptsAsTheyCome<Receipt extends DatedQuantity>(
  receipts: readonly Receipt[],
  as_of_on: number,
): readonly Receipt[] {
  return receipts
    .map((each) => (each.on < as_of_on ? { ...each, on: each.taken_on ?? as_of_on + WAIT_DAYS_UNLEARNED } : each))
    .toSorted((a, b) => a.on - b.on);
}
