/** How far off forecasts were that were said as long ahead as goods take to come: the error that a purchase order meets. */
import { forecastDemand } from './forecast.ts';
import { wape } from './metrics.ts';

/** Looked back on so many months, each from a history of at least eight. */
const MONTHS = 12;
const LEAST_HISTORY = 8;
const LEAST_MONTHS = 3;

/** WAPE of what was said `ahead` periods before; null where that cannot be told of three periods. */
export function leadTimeError(values: Float64Array, season: number, ahead: number): number | null {
  const actual: number[] = [];
  const expected: number[] = [];
  for (let period = Math.max(0, values.length - MONTHS); period < values.length; period++) {
    const origin = period - ahead + 1;
    if (origin < LEAST_HISTORY) continue;
    const { point } = forecastDemand({ values: values.subarray(0, origin), season, horizon: ahead });
    actual.push(values[period] ?? 0);
    expected.push(point[ahead - 1] ?? 0);
  }
  return actual.length < LEAST_MONTHS ? null : wape(actual, expected);
}
