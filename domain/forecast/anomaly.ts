/**
 * How unusual an item's last period is: a spike, a quantity in the wrong unit of measure, demand that stopped, or a level that
 * has been another one for up to three periods. The score counts standard deviations, whatever the item: 3 is worth a look.
 */
import { demandPattern } from './demandClass.ts';
import { forecastDemand } from './forecast.ts';
import { normalQuantile } from './normal.ts';

/** A shift shows within so many periods; after that it is how things are. */
const SHIFT_PERIODS = 3;
/** With fewer periods before the last nothing is usual yet. */
const LEAST_HISTORY = 4;
/** What never varied is still allowed to vary by this part of its level. */
const LEAST_VARIATION = 0.05;
/** An order size may always differ by this much: a quarter more or less. */
const LEAST_SIZE_VARIATION = 0.25;
/** Beyond this it does not matter by how much. */
const MOST_SCORE = 100;

/** 0 where the history is too short to tell. */
export function anomalyScore(values: Float64Array, season: number): number {
  const history = values.subarray(0, Math.max(0, values.length - 1));
  const { kind, interval } = demandPattern(history, history.length);
  if (history.length < LEAST_HISTORY || interval === null) return 0;
  const seldom = kind !== 'smooth' && kind !== 'erratic' && history.every((value) => value >= 0);
  const score = seldom ? seldomScore(values, history) : shiftScore(values, season);
  return Math.min(MOST_SCORE, Math.max(0, score));
}

/** The largest over the last one, two, three periods of how far each of them lies on the same side of what was expected. */
function shiftScore(values: Float64Array, season: number): number {
  let score = 0;
  for (let periods = 1; periods <= SHIFT_PERIODS; periods++) {
    const origin = values.length - periods;
    if (origin < LEAST_HISTORY) break;
    const known = values.subarray(0, origin);
    const { point, deviation } = forecastDemand({ values: known, season, horizon: periods });
    const positive = known.every((value) => value > 0);
    let least = Number.POSITIVE_INFINITY;
    let side = 0;
    for (let step = 0; step < periods; step++) {
      const value = values[origin + step] ?? 0;
      const expected = point[step] ?? 0;
      const error = value - expected;
      if (step > 0 && Math.sign(error) !== side) least = 0;
      side = Math.sign(error);
      const usual = Math.max(deviation[step] ?? 0, LEAST_VARIATION * Math.abs(expected), Number.MIN_VALUE);
      // a tenth is as far from usual as ten times as much; only by ratio does it look so
      const byRatio = positive && value >= 0 && expected > 0 ? ratioError(value, expected) * (expected / usual) : 0;
      least = Math.min(least, Math.max(Math.abs(error) / usual, byRatio));
    }
    score = Math.max(score, least * Math.sqrt(periods));
  }
  return score;
}

/** |ln(value / expected)|, no more than a twentieth apart downwards: nothing at all is not infinitely unusual. */
function ratioError(value: number, expected: number): number {
  return Math.abs(Math.log(Math.max(value, expected / 20) / expected));
}

/** Of an item that sells now and then: the size against its usual sizes, or the silence against its usual intervals. */
function seldomScore(values: Float64Array, history: Float64Array): number {
  const last = values[values.length - 1] ?? 0;
  if (last < 0) return MOST_SCORE;
  if (last === 0) {
    let silent = 0;
    while (silent < values.length && values[values.length - 1 - silent] === 0) silent += 1;
    // the usual interval is that of before: the silence itself would stretch it
    const { interval } = demandPattern(values, values.length - silent);
    const chance = Math.min(0.999, 1 / (interval ?? 1));
    return -normalQuantile(Math.max(1e-300, (1 - chance) ** silent));
  }
  let demands = 0;
  let sum = 0;
  for (const value of history) {
    if (value === 0) continue;
    demands += 1;
    sum += Math.log(value);
  }
  const mean = sum / demands;
  let squares = 0;
  for (const value of history) if (value > 0) squares += (Math.log(value) - mean) ** 2;
  // of few sizes the spread is hardly known: one more is taken to vary by a factor e
  const variance = (squares + 1) / demands;
  return Math.abs(Math.log(last) - mean) / Math.max(LEAST_SIZE_VARIATION, Math.sqrt(variance * (1 + 1 / demands)));
}
