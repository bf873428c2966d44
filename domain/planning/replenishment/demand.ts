/** What is asked for a day, and how much it varies, from what was ordered. Thousandths a day. */
import { USAGE_DAYS } from '../daysOnHand.ts';

/** What demand is reckoned by: the forecast, or what was ordered in the last 90 days and why there is no forecast. */
export type DemandBasis = 'forecast' | 'no_history' | 'not_made';

/** Weeks behind the usage window's mean that say how much demand varies: seven days each, the last ends on the day asked. */
export const HISTORY_WEEKS = 20;

export interface DailyDemand {
  readonly daily_demand_qty_milli: number;
  readonly daily_deviation_qty_milli: number;
}

/** The mean of the usage window, and the deviation (n − 1) of the weeks behind it brought down to a day: σw / √7. */
export function demandFromWeeks(usage_qty_milli: number, weeks_qty_milli: ArrayLike<number> | null): DailyDemand {
  const count = weeks_qty_milli?.length ?? 0;
  let sum = 0;
  let squares = 0;
  for (let week = 0; week < count; week++) sum += weeks_qty_milli?.[week] ?? 0;
  const mean = sum / Math.max(1, count);
  for (let week = 0; week < count; week++) squares += ((weeks_qty_milli?.[week] ?? 0) - mean) ** 2;
  return {
    // more came back than was sold: nothing is asked for
    daily_demand_qty_milli: Math.max(0, usage_qty_milli) / USAGE_DAYS,
    daily_deviation_qty_milli: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / 7),
  };
}
