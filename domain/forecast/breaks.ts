/**
 * Where an item's last periods break with its past, and how: another level for two or three periods, one period that stands
 * out, a quantity that looks as if it were in another unit of measure, demand that fell silent. Whether it is worth a look
 * is anomalyScore's to say; this tells what it looks like.
 */
import { anomalyScore } from './anomaly.ts';
import { demandPattern } from './demandClass.ts';
import { forecastDemand } from './forecast.ts';

export const BREAK_KINDS = ['level_shift', 'spike', 'unit_error', 'stopped'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

export interface DemandBreak {
  readonly kind: BreakKind;
  /** Standard deviations, as anomalyScore counts them. */
  readonly score: number;
  /** Periods it has lasted, 1 to 3. */
  readonly periods: number;
  /** Mean of these periods, and of what was expected of them before. */
  readonly actual: number;
  readonly expected: number;
}

/** From here on it is worth a look. */
export const BREAK_SCORE = 3;
/** What a unit of measure is mistaken by: packs of ten, a dozen, hundred, thousand. */
const UNIT_FACTORS = [10, 12, 100, 1000];
/** A quantity that is such a factor of what is usual, by this much more or less. */
const NEAR_FACTOR = 0.25;
/** A shift is one where each of its periods lies so many deviations away. */
const SHIFT_DEVIATIONS = 1.5;

export function demandBreak(values: Float64Array, season: number): DemandBreak | null {
  const score = anomalyScore(values, season);
  if (score < BREAK_SCORE) return null;
  const last = values[values.length - 1] ?? 0;
  for (let periods = 3; periods >= 2; periods--) {
    const shift = shiftOf(values, season, periods);
    if (shift !== null) return { kind: 'level_shift', score, periods, ...shift };
  }
  const known = values.subarray(0, values.length - 1);
  const { interval } = demandPattern(known, known.length);
  // of seldom demand a single order is compared with the usual order, not with the mean of all periods
  const { point, counted } = forecastDemand({ values: known, season, horizon: 1 });
  const expected = counted ? (point[0] ?? 0) * (interval ?? 1) : (point[0] ?? 0);
  const answer = { score, periods: 1, actual: last, expected };
  if (last === 0) return { kind: 'stopped', ...answer };
  return { kind: isUnitFactor(last, expected) ? 'unit_error' : 'spike', ...answer };
}

function shiftOf(
  values: Float64Array,
  season: number,
  periods: number,
): { readonly actual: number; readonly expected: number } | null {
  const origin = values.length - periods;
  if (origin < 4) return null;
  const { point, deviation, counted } = forecastDemand({
    values: values.subarray(0, origin),
    season,
    horizon: periods,
  });
  if (counted) return null;
  let actual = 0;
  let expected = 0;
  let side = 0;
  for (let step = 0; step < periods; step++) {
    const error = (values[origin + step] ?? 0) - (point[step] ?? 0);
    if (Math.abs(error) < SHIFT_DEVIATIONS * (deviation[step] ?? 0)) return null;
    if (step > 0 && Math.sign(error) !== side) return null;
    side = Math.sign(error);
    actual += (values[origin + step] ?? 0) / periods;
    expected += (point[step] ?? 0) / periods;
  }
  // one period that stands out among near ones is a spike, not another level
  let farthest = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let step = 0; step < periods; step++) {
    const error = Math.abs((values[origin + step] ?? 0) - (point[step] ?? 0));
    farthest = Math.max(farthest, error);
    nearest = Math.min(nearest, error);
  }
  return farthest > 4 * nearest ? null : { actual, expected };
}

function isUnitFactor(actual: number, expected: number): boolean {
  if (!(expected > 0)) return false;
  const ratio = actual / expected;
  return UNIT_FACTORS.some((factor) =>
    [factor, 1 / factor].some((wanted) => Math.abs(Math.log(ratio / wanted)) <= Math.log(1 + NEAR_FACTOR)),
  );
}
