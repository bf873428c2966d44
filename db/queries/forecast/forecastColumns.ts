/** The forecasts of all positions of a company with demand, as columns in the order of item and site. */
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { chooseForecast, seasonalNaive } from '#domain/forecast/backtest.ts';
import { BREAK_KINDS, demandBreak } from '#domain/forecast/breaks.ts';
import type { DemandClass } from '#domain/forecast/demandClass.ts';
import { forecastDemand, type ForecastMethod } from '#domain/forecast/forecast.ts';
import type { QueryContext } from '../context.ts';
import { fedHistory, type ForecastGround, HORIZON, SEASON } from './forecastGround.ts';

export const DEMAND_CLASSES: readonly DemandClass[] = ['smooth', 'erratic', 'intermittent', 'lumpy', 'new', 'obsolete'];
export const FORECAST_METHODS: readonly ForecastMethod[] = ['combination', 'TSB', 'seasonal naive'];

export interface ForecastColumns {
  readonly of: ForecastGround;
  readonly count: number;
  /** yyyymm of the running month and those after it. */
  readonly months: readonly number[];
  /** Place in DEMAND_CLASSES and in FORECAST_METHODS. */
  readonly kind: Uint8Array;
  readonly method: Uint8Array;
  /** 1 = beats the seasonal naive, 0 = does not, 2 = too short to say. */
  readonly beats: Uint8Array;
  /** NaN = without a denominator, or too short to look back. */
  readonly wape: Float64Array;
  readonly mase: Float64Array;
  readonly bias: Float64Array;
  /** Position by position, month by month ahead: base units. */
  readonly point: Float64Array;
  /** What was expected of the running month a month ago; NaN = nothing. */
  readonly before: Float64Array;
  /** Place in BREAK_KINDS; 255 = none. */
  readonly broken: Uint8Array;
  /** 1 = one of the last twelve months was censored. */
  readonly censored: Uint8Array;
}

export const NO_BREAK = 255;
/** Looked up between so many positions whether the caller gave up: some milliseconds. */
const BETWEEN_LOOKS = 100;

export function forecastColumns(context: QueryContext, ground: ForecastGround): ForecastColumns {
  const count = ground.history.cells.length;
  const columns = emptyColumns(ground, count);
  for (let slot = 0; slot < count; slot++) {
    if (slot % BETWEEN_LOOKS === 0) context.checkCancelled();
    forecastInto(columns, slot);
  }
  return columns;
}

function forecastInto(columns: ForecastColumns, slot: number): void {
  const values = fedHistory(columns.of, slot);
  const months = values.length;
  const question = { values, season: SEASON, horizon: HORIZON };
  const { forecast, backtest: tested } = chooseForecast(question, { lag: false });
  const naive = forecast.method === 'seasonal naive';
  columns.kind[slot] = DEMAND_CLASSES.indexOf(forecast.pattern.kind);
  columns.method[slot] = FORECAST_METHODS.indexOf(forecast.method);
  columns.beats[slot] = tested === null ? 2 : tested.beats_naive ? 1 : 0;
  // of the forecast that is used
  columns.wape[slot] = (naive ? tested?.naive_wape : tested?.wape) ?? Number.NaN;
  columns.mase[slot] = (naive ? tested?.naive_mase : tested?.mase) ?? Number.NaN;
  columns.bias[slot] = (naive ? tested?.naive_bias : tested?.bias) ?? Number.NaN;
  columns.point.set(forecast.point, slot * HORIZON);
  if (months > 1) {
    const earlier = { values: values.subarray(0, months - 1), season: SEASON, horizon: 2 };
    columns.before[slot] = (naive ? seasonalNaive(earlier) : forecastDemand(earlier).point)[1] ?? Number.NaN;
  }
  const found = demandBreak(values, SEASON);
  if (found !== null) columns.broken[slot] = BREAK_KINDS.indexOf(found.kind);
  const { censored } = columns.of;
  for (let month = Math.max(0, months - 12); month < months; month++)
    if (censored[slot * months + month] === 1) columns.censored[slot] = 1;
}

function emptyColumns(of: ForecastGround, count: number): ForecastColumns {
  const unknown = () => new Float64Array(count).fill(Number.NaN);
  const first = monthOfDay(of.as_of_on);
  return {
    of,
    count,
    months: Array.from({ length: HORIZON }, (_, ahead) => addMonths(first, ahead)),
    kind: new Uint8Array(count),
    method: new Uint8Array(count),
    beats: new Uint8Array(count),
    wape: unknown(),
    mase: unknown(),
    bias: unknown(),
    point: new Float64Array(count * HORIZON),
    before: unknown(),
    broken: new Uint8Array(count).fill(NO_BREAK),
    censored: new Uint8Array(count),
  };
}

export interface KeptForecasts {
  readonly columns: ForecastColumns;
  /** Slots in order, by the question they answer. */
  readonly arrangements: Map<string, Int32Array>;
}
