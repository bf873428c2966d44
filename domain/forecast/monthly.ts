/** How a position's demand is forecast by whole months: the same of the same rows, in a copy and on the server. */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay, monthRange } from '../calendar.ts';
import { uncensored } from '../demand/censored.ts';
import { daysOut, isCensored, type Stockout } from '../demand/stockouts.ts';
import { chooseForecast } from './backtest.ts';
import type { Forecast } from './forecast.ts';

/** Months of a season, and how many months ahead are forecast. */
export const SEASON = 12;
export const HORIZON = 6;
/** Forecasts look back on so many whole months, at most. */
export const HISTORY_MONTHS = 36;

/** Oldest first; the running month is not among them. `first_month`: of the company's oldest order line; null = none. */
export function historyMonths(first_month: number | null, as_of_on: number): readonly number[] {
  const last = addMonths(monthOfDay(as_of_on), -1);
  if (first_month === null || first_month > last) return [];
  return monthRange(Math.max(first_month, addMonths(last, 1 - HISTORY_MONTHS)), last);
}

/** By month: 1 = what was asked for is a lower bound. */
export function censoredMonths(months: readonly number[], outs: readonly Stockout[]): Uint8Array {
  return Uint8Array.from(months, (month) => {
    const [from_on, to_on] = [firstDayOfMonth(month), lastDayOfMonth(month)];
    return isCensored(daysOut(outs, from_on, to_on), to_on - from_on + 1) ? 1 : 0;
  });
}

export interface MonthlyDemand {
  readonly months: readonly number[];
  /** Base units a month. */
  readonly values: Float64Array;
  readonly outs: readonly Stockout[];
}

/** The six months after the last. */
export function monthlyForecast({ months, values, outs }: MonthlyDemand): Forecast {
  const fed = uncensored(values, censoredMonths(months, outs), SEASON);
  return chooseForecast({ values: fed, season: SEASON, horizon: HORIZON }, { lag: false }).forecast;
}
