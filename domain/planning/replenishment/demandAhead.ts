/**
 * What is expected a day over the days an order must last, and how far it may miss, from a forecast by months: each day
 * has its month's share, so a season counts on the days it falls on. Thousandths in, thousandths a day out.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import type { DailyDemand } from './demand.ts';

/** The forecast of one position: its months lie from `at` on. */
export interface MonthlyForecast {
  /** yyyymm of the first month. */
  readonly first_month: number;
  readonly months: number;
  /** Expected of each month. */
  readonly point: ArrayLike<number>;
  /** Standard deviation of the sum of the first so many months, calibrated. */
  readonly sum_deviation: ArrayLike<number>;
  readonly at: number;
}

const DAYS_OF_MONTH = 365.25 / 12;

/** Beyond its last month a forecast goes on as that month, and before its first as that one. */
export function demandAhead(forecast: MonthlyForecast, from_on: number, days: number): DailyDemand {
  const whole = Math.max(1, Math.ceil(days));
  const expected = Math.max(0, expectedIn(forecast, from_on, whole));
  const deviation = deviationIn(forecast, whole);
  return {
    daily_demand_qty_milli: expected / whole,
    daily_deviation_qty_milli: deviation / Math.sqrt(whole),
  };
}

function expectedIn({ first_month, months, point, at }: MonthlyForecast, from_on: number, days: number): number {
  let sum = 0;
  let month = monthOfDay(from_on);
  let step = (Math.floor(month / 100) - Math.floor(first_month / 100)) * 12 + (month % 100) - (first_month % 100);
  let day = from_on;
  const until = from_on + days;
  while (day < until) {
    const [first, last] = [firstDayOfMonth(month), lastDayOfMonth(month)];
    const to = Math.min(until, last + 1);
    const value = point[at + Math.min(months - 1, Math.max(0, step))] ?? 0;
    sum += (value * (to - day)) / (last - first + 1);
    day = to;
    month = addMonths(month, 1);
    step += 1;
  }
  return sum;
}

/**
 * Between two whole numbers of months the variance goes straight from the one to the other; within the first from
 * nothing, beyond the last as steeply as before.
 */
function deviationIn({ months, sum_deviation, at }: MonthlyForecast, days: number): number {
  const length = days / DAYS_OF_MONTH;
  const variance = (count: number): number => (count <= 0 ? 0 : (sum_deviation[at + count - 1] ?? 0) ** 2);
  const below = Math.min(months - 1, Math.floor(length));
  const [low, high] = [variance(below), variance(below + 1)];
  return Math.sqrt(Math.max(0, low + (length - below) * (high - low)));
}
