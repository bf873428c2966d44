/**
 * How good an item's forecast would have been: made again at several points of its past and compared with what came, and
 * with the seasonal naive, which repeats the last season. Where the forecast does not beat it, the naive is used.
 */
import { type Forecast, forecastDemand, type ForecastQuestion } from './forecast.ts';
import { bias, lag, mase, naiveScale, wape } from './metrics.ts';

/** So many points of the past, at most. */
const ORIGINS = 6;
/** With a shorter past a forecast cannot be judged. */
const LEAST_HISTORY = 8;
const MOST_LAG = 3;
/** How far forecasts run behind is read from so many one-step forecasts. */
const LAG_ORIGINS = 8;

export interface Backtest {
  readonly origins: number;
  readonly wape: number | null;
  /** Over the seasonal naive's error within the history; null for a history that never moves. */
  readonly mase: number | null;
  readonly naive_mase: number | null;
  readonly bias: number | null;
  readonly naive_wape: number | null;
  readonly naive_bias: number | null;
  /** By how many periods the one-step forecasts ran behind. */
  readonly lag_periods: number | null;
  /**
   * Not clearly worse than the seasonal naive: Σ|error| or Σ error² is below the naive's. Both are asked since a forecast of
   * no demand has the least absolute errors of an item that seldom sells, and would starve it.
   */
  readonly beats_naive: boolean;
}

/** The last season again; the last value where there is no whole season. */
export function seasonalNaive({ values, season, horizon }: ForecastQuestion): Float64Array {
  const back = values.length >= season ? season : 1;
  const point = new Float64Array(horizon);
  for (let step = 0; step < horizon; step++) point[step] = values[values.length - back + (step % back)] ?? 0;
  return point;
}

/** Null when the history is too short to look back on. `lag: false` spares its eight forecasts: it is null then. */
export function backtest(
  { values, season, horizon }: ForecastQuestion,
  asked: { readonly lag: boolean } = { lag: true },
): Backtest | null {
  const stride = Math.max(1, Math.ceil(horizon / 3));
  const actual: number[] = [];
  const expected: number[] = [];
  const naive: number[] = [];
  let origins = 0;
  for (let nth = ORIGINS - 1; nth >= 0; nth--) {
    const origin = values.length - horizon - nth * stride;
    if (origin < LEAST_HISTORY || 2 * origin < values.length) continue;
    const question = { values: values.subarray(0, origin), season, horizon };
    const { point } = forecastDemand(question);
    origins += 1;
    actual.push(...values.subarray(origin, origin + horizon));
    expected.push(...point);
    naive.push(...seasonalNaive(question));
  }
  if (origins === 0) return null;
  const training = values.subarray(0, values.length - horizon);
  const scaled = naiveScale(training, season, 1) === null ? 1 : season;
  return {
    origins,
    wape: wape(actual, expected),
    mase: mase(training, actual, expected, scaled),
    naive_mase: mase(training, actual, naive, scaled),
    bias: bias(actual, expected),
    naive_wape: wape(actual, naive),
    naive_bias: bias(actual, naive),
    lag_periods: asked.lag ? lagOf(values, season) : null,
    beats_naive:
      errorOf(actual, expected, 1) < errorOf(actual, naive, 1) ||
      errorOf(actual, expected, 2) < errorOf(actual, naive, 2),
  };
}

function lagOf(values: Float64Array, season: number): number | null {
  const actual: number[] = [];
  const expected: number[] = [];
  for (let origin = values.length - LAG_ORIGINS; origin < values.length; origin++) {
    if (origin < LEAST_HISTORY) return null;
    actual.push(values[origin] ?? 0);
    expected.push(forecastDemand({ values: values.subarray(0, origin), season, horizon: 1 }).point[0] ?? 0);
  }
  return lag(actual, expected, MOST_LAG);
}

export interface ChosenForecast {
  readonly forecast: Forecast;
  readonly backtest: Backtest | null;
}

/** The forecast, or the seasonal naive where looking back says that it is no worse. */
export function chooseForecast(question: ForecastQuestion, asked?: { readonly lag: boolean }): ChosenForecast {
  const forecast = forecastDemand(question);
  const tested = backtest(question, asked);
  if (tested === null || tested.beats_naive || forecast.pattern.interval === null)
    return { forecast, backtest: tested };
  return {
    forecast: { ...forecast, method: 'seasonal naive', point: seasonalNaive(question) },
    backtest: tested,
  };
}

function errorOf(actual: readonly number[], forecast: readonly number[], power: 1 | 2): number {
  let sum = 0;
  for (let at = 0; at < actual.length; at++) sum += Math.abs((actual[at] ?? 0) - (forecast[at] ?? 0)) ** power;
  return sum;
}
