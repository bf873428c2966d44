/** The forecast of one item: which method its demand asks for, the expected demand of each period, and how sure it is. */
import { demandPattern, type DemandPattern } from './demandClass.ts';
import { SLOW, teunterSyntetosBabai } from './intermittent.ts';
import { forecastRegular } from './regular.ts';

export type ForecastMethod = 'combination' | 'TSB' | 'seasonal naive';

export interface ForecastQuestion {
  /** Demand by period, oldest first; finite. */
  readonly values: Float64Array;
  /** Periods of a season: 12 months, 52 weeks, 4 quarters; 1 for none. */
  readonly season: number;
  readonly horizon: number;
}

export interface Forecast {
  readonly pattern: DemandPattern;
  readonly method: ForecastMethod;
  /** Expected demand of each period to come. */
  readonly point: Float64Array;
  /** Standard deviation of the error of each period, and of the sum of the first so many, before calibration. */
  readonly deviation: Float64Array;
  readonly sum_deviation: Float64Array;
  /** Demand comes in whole pieces and by chance: its quantiles are counts. */
  readonly counted: boolean;
  /** Whole pieces only. */
  readonly whole: boolean;
  /** No value was ever negative, so no forecast is. */
  readonly never_negative: boolean;
}

/** Answers the forecast; an item without any demand is forecast as none. Throws a RangeError on what is no number. */
export function forecastDemand({ values, season, horizon }: ForecastQuestion): Forecast {
  let never_negative = true;
  let whole = true;
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError('a value is not a number');
    if (value < 0) never_negative = false;
    if (!Number.isInteger(value)) whole = false;
  }
  const pattern = demandPattern(values, values.length);
  const counted = never_negative && pattern.kind !== 'smooth' && pattern.kind !== 'erratic';
  const answer = {
    pattern,
    point: new Float64Array(horizon),
    deviation: new Float64Array(horizon),
    sum_deviation: new Float64Array(horizon),
    counted,
    whole,
    never_negative,
  };
  const life = sinceFirstDemand(values, never_negative);
  if (life.length === 0) return { ...answer, method: 'TSB' };
  if (counted) {
    forecastCounted(life, pattern, answer);
    return { ...answer, method: 'TSB' };
  }
  const { deviation, alpha, season: found } = forecastRegular(life, season, horizon, answer.point);
  if (never_negative)
    for (let step = 0; step < horizon; step++) answer.point[step] = Math.max(0, answer.point[step] ?? 0);
  let variance = 0;
  for (let step = 0; step < horizon; step++) {
    // of simple smoothing (Hyndman, Koehler, Ord & Snyder 2008): each error shifts what follows by α of it
    const index = found?.multiplicative ? (found.indices[(life.length + step) % found.indices.length] ?? 1) : 1;
    answer.deviation[step] = deviation * index * Math.sqrt(1 + step * alpha * alpha);
    variance += (deviation * (1 + step * alpha)) ** 2;
    answer.sum_deviation[step] = Math.sqrt(variance);
  }
  return { ...answer, method: 'combination' };
}

function forecastCounted(
  life: Float64Array,
  pattern: DemandPattern,
  answer: { readonly point: Float64Array; readonly deviation: Float64Array; readonly sum_deviation: Float64Array },
): void {
  const count = life.length;
  let mean = 0;
  for (const value of life) mean += value / count;
  let variance = 0;
  for (const value of life) variance += (value - mean) ** 2 / Math.max(1, count - 1);
  // with a single period nothing is known of the spread: as wide as the demand itself
  if (count === 1) variance = mean * mean;
  const expected = pattern.kind === 'new' ? mean : teunterSyntetosBabai(life);
  // a dying item's spread shrinks with it
  variance *= mean > 0 ? Math.min(1, expected / mean) : 1;
  // the expectation itself is uncertain, and wrong the same way in every period of a sum
  const unsure = variance * Math.max(SLOW / (2 - SLOW), 1 / count);
  for (let step = 0; step < answer.point.length; step++) {
    const periods = step + 1;
    answer.point[step] = expected;
    answer.deviation[step] = Math.sqrt(variance + unsure);
    answer.sum_deviation[step] = Math.sqrt(periods * variance + periods * periods * unsure);
  }
}

/** Periods before the first demand are before the item's life. Where negative values occur nothing is cut. */
function sinceFirstDemand(values: Float64Array, never_negative: boolean): Float64Array {
  if (!never_negative) return values;
  let first = 0;
  while (first < values.length && values[first] === 0) first += 1;
  return values.subarray(first);
}
