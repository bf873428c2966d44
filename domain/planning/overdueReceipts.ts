/** Receipts whose day has passed without them: when they are taken to come, or that nobody waits for them. The one place that says so. */
import { type OverdueWait, type OverdueWaits, WAIT_DAYS_UNLEARNED } from './overdueWaits.ts';
import type { DatedQuantity } from './projectedBalance.ts';
import { isFresh } from './staleDocuments.ts';

interface ExpectedLine {
  readonly supplier_id: number | null;
  readonly expected_on: number;
}

/** Whoever reads what is on order notes it as `taken_on`; undefined where the expected day has not passed. */
export function takenOn(line: ExpectedLine, as_of_on: number, waits: OverdueWaits): number | undefined {
  const wait = waitOfLine(line, as_of_on, waits);
  return wait === null ? undefined : as_of_on + wait.days;
}

/** Why it is taken to come when it is; null = its day has not passed. */
export function waitOfLine(
  { supplier_id, expected_on }: ExpectedLine,
  as_of_on: number,
  waits: OverdueWaits,
): OverdueWait | null {
  return expected_on >= as_of_on ? null : waits.waitOf(supplier_id, as_of_on - expected_on);
}

/** The day a receipt is taken to come; null = it counts for nothing (`isFresh`). What nobody looked up waits as long as if nothing were learned. */
export function comesOn({ on, taken_on }: Pick<DatedQuantity, 'on' | 'taken_on'>, as_of_on: number): number | null {
  if (!isFresh(as_of_on)({ on })) return null;
  return on < as_of_on ? (taken_on ?? as_of_on + WAIT_DAYS_UNLEARNED) : on;
}

/** Those that are waited for, by the day each is taken to come, the earliest first. */
export function receiptsAsTheyCome<Receipt extends DatedQuantity>(
  receipts: readonly Receipt[],
  as_of_on: number,
): readonly Receipt[] {
  return receipts
    .flatMap((each) => {
      const on = comesOn(each, as_of_on);
      if (on === null) return [];
      return [on === each.on ? each : { ...each, on }];
    })
    .toSorted((a, b) => a.on - b.on);
}
