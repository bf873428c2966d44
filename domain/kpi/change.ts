/**
 * Months beside others. A change is now less before: minor units of an amount, basis points of a rate. What is not known
 * has no change; it is never taken for 0.
 */
import { addMonths } from '../calendar.ts';
import { ratioBp } from './ratio.ts';

export interface Months {
  readonly from_month: number;
  readonly to_month: number;
}

/** As many months just before. */
export function monthsBefore({ from_month, to_month }: Months): Months {
  const count =
    (Math.floor(to_month / 100) - Math.floor(from_month / 100)) * 12 + (to_month % 100) - (from_month % 100);
  return { from_month: addMonths(from_month, -count - 1), to_month: addMonths(from_month, -1) };
}

/** The same months a year before. */
export function monthsLastYear({ from_month, to_month }: Months): Months {
  return { from_month: addMonths(from_month, -12), to_month: addMonths(to_month, -12) };
}

export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}

/** The change as a share of what was, basis points; null where nothing or less than nothing was. */
export function growthBp(change: number | null, before: number | null): number | null {
  return change === null || before === null || before <= 0 ? null : ratioBp(change, before);
}
