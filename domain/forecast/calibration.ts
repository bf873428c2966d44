/**
 * How wide intervals must be, learned from forecasts whose outcome is known (split conformal prediction, Vovk et al. 2005;
 * Lei et al. 2018): each series is forecast once more without its last periods, and how far what came lay from what was
 * expected, in the forecast's own deviations, is pooled over the series of a file. The 95 % point of what was seen is the
 * 95 % point of what will be. Few outcomes say little about tails, so a prior stands beside them.
 */
import { countChance, countQuantile } from './counts.ts';
import { type Forecast, forecastDemand } from './forecast.ts';
import { normalChance, normalQuantile } from './normal.ts';

/** The prior weighs as much as so many outcomes: normal errors, as much wider than the fit says as was measured (docs/FORECAST.md). */
const PRIOR_OUTCOMES = 30;
/** Of regular demand, a step's and a sum's level for 95 %: the middle of four sets. */
const PRIOR_STEP_WIDTH = 1.4;
/** Whoever has seen no outcomes takes the deviation of a sum so much wider. */
export const PRIOR_SUM_WIDTH = 1.6;
/** Outcomes of steps so far before and after speak for a step. */
const NEAR_STEPS = 2;
/** A sum is one outcome where its steps are many, and a good quarter lifts a whole file's: sums are learned at so many origins. */
const SUM_ORIGINS = 3;
/** A forecast with fewer values than this says nothing of longer ones. */
const LEAST_HISTORY = 8;

/** Where safety stock mostly lies. */
const LEVEL = 0.95;

type Kind = 'regular' | 'counted';

/** The outcomes of one kind of demand, by step and for the sum of all steps. */
interface Outcomes {
  readonly steps: number[][];
  readonly sums: number[];
}

/** Intervals are learned from about so many series of a file, and from so many outcomes of a step at least if it has them. */
const SERIES_LEARNED = 1000;
const OUTCOMES_WANTED = 300;
const MOST_ORIGINS = 10;

/** Which of a file's series to learn from, every `stride`th, and from how many points of the past of each. */
export function learningPlan(series: number): { readonly stride: number; readonly origins: number } {
  return {
    stride: Math.max(1, Math.ceil(series / SERIES_LEARNED)),
    origins: Math.min(MOST_ORIGINS, Math.max(1, Math.ceil(OUTCOMES_WANTED / Math.max(1, series)))),
  };
}

export class Calibration {
  private readonly horizon: number;
  private readonly season: number;
  private readonly outcomes: Readonly<Record<Kind, Outcomes>>;
  private readonly known = new Map<string, number>();

  constructor(season: number, horizon: number) {
    this.season = season;
    this.horizon = horizon;
    const none = (): Outcomes => ({ steps: Array.from({ length: horizon }, () => []), sums: [] });
    this.outcomes = { regular: none(), counted: none() };
  }

  /** Learns from one series, from `origins` places in its past, one horizon apart; a short series teaches nothing. */
  learn(values: Float64Array, origins = 1): void {
    for (let nth = 0; nth < Math.max(origins, SUM_ORIGINS); nth++) {
      const end = values.length - nth * this.horizon;
      const origin = end - this.horizon;
      if (origin < LEAST_HISTORY || (nth >= origins && 2 * origin < values.length)) break;
      const question = { values: values.subarray(0, origin), season: this.season, horizon: this.horizon };
      const forecast = forecastDemand(question);
      const { steps, sums } = this.outcomes[kindOf(forecast)];
      if (forecast.pattern.interval === null) continue;
      let actual = 0;
      let expected = 0;
      for (let step = 0; step < this.horizon; step++) {
        const value = values[origin + step] ?? 0;
        actual += value;
        expected += forecast.point[step] ?? 0;
        if (nth < origins)
          steps[step]?.push(outcome(forecast, forecast.point[step] ?? 0, forecast.deviation[step] ?? 0, value));
      }
      sums.push(outcome(forecast, expected, forecast.sum_deviation[this.horizon - 1] ?? 0, actual));
    }
    this.known.clear();
  }

  /** The demand of a step that is not exceeded with the chance given. */
  quantile(forecast: Forecast, step: number, chance: number): number {
    const score = this.score(kindOf(forecast), step, chance);
    return valueAt(forecast, forecast.point[step] ?? 0, forecast.deviation[step] ?? 0, score);
  }

  /** The sum of all steps that is not exceeded with the chance given: the level to order up to. */
  sumQuantile(forecast: Forecast, chance: number): number {
    let expected = 0;
    for (const value of forecast.point) expected += value;
    const score = this.score(kindOf(forecast), 'sum', chance);
    return valueAt(forecast, expected, forecast.sum_deviation[this.horizon - 1] ?? 0, score);
  }

  /** By how much the deviation of the sum must be wider than it says, so that the level for 95 % is the one learned. */
  sumWidth(counted: boolean): number {
    return Math.max(0, this.score(counted ? 'counted' : 'regular', 'sum', LEVEL) / normalQuantile(LEVEL));
  }

  private score(kind: Kind, step: number | 'sum', chance: number): number {
    const key = `${kind} ${step} ${chance}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const { steps, sums } = this.outcomes[kind];
    const near = step === 'sum' ? [sums] : steps.slice(Math.max(0, step - NEAR_STEPS), step + NEAR_STEPS + 1);
    const wider = step === 'sum' ? PRIOR_SUM_WIDTH : PRIOR_STEP_WIDTH;
    const score = pooledQuantile(near.flat(), kind === 'regular' ? wider : 1, chance);
    this.known.set(key, score);
    return score;
  }
}

function kindOf(forecast: Forecast): Kind {
  return forecast.counted ? 'counted' : 'regular';
}

/** How far a value lay from its expectation, as a normal deviate. */
function outcome(forecast: Forecast, expected: number, deviation: number, value: number): number {
  if (forecast.counted) {
    const chance = countChance(expected, deviation * deviation, value, forecast.whole);
    return Math.min(8, Math.max(-8, normalQuantile(chance)));
  }
  if (deviation > 0) return (value - expected) / deviation;
  return value === expected ? 0 : Math.sign(value - expected) * 8;
}

function valueAt(forecast: Forecast, expected: number, deviation: number, score: number): number {
  if (forecast.counted) return countQuantile(expected, deviation * deviation, normalChance(score), forecast.whole);
  const value = expected + score * deviation;
  return forecast.never_negative ? Math.max(0, value) : value;
}

/** The point below which lies the share `chance` of the outcomes and of the prior together. */
function pooledQuantile(outcomes: number[], width: number, chance: number): number {
  const sorted = Float64Array.from(outcomes).toSorted();
  const weight = PRIOR_OUTCOMES;
  const wanted = chance * (sorted.length + weight);
  let low = -60;
  let high = 60;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (below(sorted, middle) + weight * normalChance(middle / width) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** How many of the sorted values lie at or below a point. */
function below(sorted: Float64Array, point: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}
