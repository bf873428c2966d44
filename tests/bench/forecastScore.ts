/** Scores forecasts of a set as the M4 competition does: every error against what Naive 2 would have made. */
import { autoregression } from '#domain/forecast/autoregression.ts';
import { seasonalNaive } from '#domain/forecast/backtest.ts';
import { Calibration, learningPlan } from '#domain/forecast/calibration.ts';
import { forecastDemand } from '#domain/forecast/forecast.ts';
import { croston, syntetosBoylan, teunterSyntetosBabai } from '#domain/forecast/intermittent.ts';
import { mase, owa, rmsse, smape } from '#domain/forecast/metrics.ts';
import {
  allPositive,
  correlatesWithSeason,
  decompose,
  type Season,
  seasonOf,
  withoutSeason,
  withSeason,
} from '#domain/forecast/seasonality.ts';
import { emptyFit, fitSimple, fitSmoothing, fitTrend, project, slope } from '#domain/forecast/smoothing.ts';
import { dynamicTheta } from '#domain/forecast/theta.ts';
import type { SeriesSet } from './forecastSets.ts';
import { standardError } from './standardError.ts';

interface Case {
  /** Which series of the set. */
  readonly series: number;
  readonly training: Float64Array;
  readonly actual: Float64Array;
  readonly truth: Float64Array | null;
}

/** Every origin of every series with enough history before it. */
export function casesOf(set: SeriesSet): Case[] {
  const cases: Case[] = [];
  set.series.forEach((values, nth) => {
    for (let back = 1; back <= set.origins; back++) {
      const origin = values.length - back * set.horizon;
      if (origin < set.horizon || origin < 8) break;
      const cut = (from: Float64Array) => from.subarray(origin, origin + set.horizon);
      const truth = set.truth?.[nth];
      cases.push({
        series: nth,
        training: values.subarray(0, origin),
        actual: cut(values),
        truth: truth ? cut(truth) : null,
      });
    }
  });
  return cases;
}

export type Maker = (training: Float64Array, season: number, horizon: number) => Float64Array;

export const theProduct: Maker = (values, season, horizon) => forecastDemand({ values, season, horizon }).point;

/** The competition's benchmark: the last value, seasonally adjusted where its test finds a season. */
const naive2: Maker = (values, season, horizon) => {
  const seasonal = correlatesWithSeason(values, values.length, season)
    ? decompose(values, values.length, season, allPositive(values, values.length), false)
    : null;
  return adjusted(values, seasonal, horizon, (series, out) => out.fill(series[series.length - 1] ?? 0));
};

function adjusted(
  values: Float64Array,
  season: Season | null,
  horizon: number,
  make: (series: Float64Array, out: Float64Array) => void,
): Float64Array {
  const series = Float64Array.from(values);
  if (season) withoutSeason(series, series.length, season);
  const out = new Float64Array(horizon);
  make(series, out);
  if (season) withSeason(out, horizon, values.length, season);
  return out;
}

/** One member of the combination, or something that is not in it, on the series as the product adjusts it. */
const member =
  (make: (series: Float64Array, out: Float64Array) => void, find = seasonOf): Maker =>
  (whole, season, horizon) => {
    const values = whole.subarray(whole.findIndex((value) => value !== 0));
    const size = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length || 1;
    const found = find(
      values.map((value) => value / size),
      values.length,
      season,
    );
    const scaled = values.map((value) => value / size);
    return adjusted(scaled, found, horizon, make).map((value) => Math.max(0, value * size));
  };

const fit = emptyFit();
type Make = (series: Float64Array, out: Float64Array) => void;
const bySimple: Make = (series, out) => {
  fitSimple(series, series.length, fit);
  project(fit, out.length, out);
};
const byTrend =
  (wearsOff: boolean): Make =>
  (series, out) => {
    fitTrend(series, series.length, wearsOff, fit);
    project(fit, out.length, out);
  };
const byTheta: Make = (series, out) => {
  fitSimple(series, series.length, fit);
  // Assimakopoulos & Nikolopoulos 2000 in the form of Hyndman & Billah 2003: half of the straight line's slope is added
  const drift = slope(series, series.length) / 2;
  const catchUp = (1 - (1 - fit.alpha) ** series.length) / fit.alpha;
  out.forEach((_, step) => (out[step] = fit.level + drift * (step + catchUp)));
};
const simple = member(bySimple);
const holt = member(byTrend(false));
const damped = member(byTrend(true));
const classic = member(byTheta);
const dynamic = member((series, out) => void dynamicTheta(series, series.length, out.length, out));
const smoothing = member((series, out) => {
  fitSmoothing(series, series.length, fit);
  project(fit, out.length, out);
});
const waves = member((series, out) => autoregression(series, series.length, out.length, out));
const mean =
  (...makers: readonly Maker[]): Maker =>
  (values, season, horizon) => {
    const all = makers.map((make) => make(values, season, horizon));
    return Float64Array.from(
      { length: horizon },
      (_, step) => all.reduce((sum, each) => sum + (each[step] ?? 0), 0) / all.length,
    );
  };
/** The product's members on a series adjusted otherwise. */
const combined = (find: typeof seasonOf): Maker[] => [
  member((series, out) => void dynamicTheta(series, series.length, out.length, out), find),
  member((series, out) => {
    fitSmoothing(series, series.length, fit);
    project(fit, out.length, out);
  }, find),
  member((series, out) => autoregression(series, series.length, out.length, out), find),
];
/** Another decomposition where the product decomposes: from three whole seasons on. */
const otherwise =
  (decomposed: (values: Float64Array, count: number, season: number, found: Season) => Season): typeof seasonOf =>
  (values, count, season) => {
    const found = seasonOf(values, count, season);
    return found && count >= 3 * season ? decomposed(values, count, season, found) : found;
  };
const notDrawn = otherwise((values, count, season, found) =>
  decompose(values, count, season, found.multiplicative, false),
);
const alwaysRatios = otherwise((values, count, season) => decompose(values, count, season, allPositive(values, count)));
const byCorrelation: typeof seasonOf = (values, count, season) =>
  correlatesWithSeason(values, count, season) ? decompose(values, count, season, allPositive(values, count)) : null;
const flat =
  (rate: (values: Float64Array) => number): Maker =>
  (values, _season, horizon) =>
    new Float64Array(horizon).fill(rate(values));

export const REGULAR_MAKERS: Readonly<Record<string, Maker>> = {
  'the product': theProduct,
  'without dynamic Theta': mean(smoothing, waves),
  'without smoothing': mean(dynamic, waves),
  'without autoregression': mean(dynamic, smoothing),
  'dynamic Theta': dynamic,
  smoothing,
  autoregression: waves,
  'simple smoothing': simple,
  'classic Theta': classic,
  'simple, Holt and damped': mean(simple, holt, damped),
  'seasonal naive': (values, season, horizon) => seasonalNaive({ values, season, horizon }),
  'the product, indices not drawn': mean(...combined(notDrawn)),
  'the product, season by the test of M4': mean(...combined(byCorrelation)),
  'the product, season by ratios': mean(...combined(alwaysRatios)),
};
const published = (make: Make): Maker => member(make, byCorrelation);
/** Benchmarks as the competition publishes them: seasons by its own test, and none where it scales by the period before. */
export const PUBLISHED_MAKERS: Readonly<Record<string, Maker>> = {
  'Theta of M4': published(byTheta),
  'damped of M4': published(byTrend(true)),
  'Comb of M4': mean(published(bySimple), published(byTrend(false)), published(byTrend(true))),
};
export const SELDOM_MAKERS: Readonly<Record<string, Maker>> = {
  'the product': theProduct,
  Croston: flat((values) => croston(values)),
  SBA: flat((values) => syntetosBoylan(values)),
  TSB: flat((values) => teunterSyntetosBabai(values)),
  mean: flat((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
};

export interface RegularScore {
  readonly cases: number;
  readonly smape: number;
  readonly mase: number;
  readonly owa: number;
  /** Its standard error over series; null of fewer than two. */
  readonly owa_error: number | null;
  /** What it was made of, by series: to compare with another maker's of the same cases. */
  readonly sums: readonly Sums[];
  /** Root mean square error over that of the known truth. */
  readonly over_truth: number | null;
}

export function scoreRegular(set: SeriesSet, cases: readonly Case[], make: Maker): RegularScore {
  const bySeries = new Map<number, Sums>();
  let [squares, truthSquares] = [0, 0];
  for (const { series, training, actual, truth } of cases) {
    const point = make(training, set.season, set.horizon);
    const naive = naive2(training, set.scaled_season, set.horizon);
    const scaled = mase(training, actual, point, set.scaled_season);
    const naively = mase(training, actual, naive, set.scaled_season);
    if (scaled === null || naively === null) continue;
    const before = bySeries.get(series) ?? NOTHING;
    bySeries.set(series, {
      cases: before.cases + 1,
      smape: before.smape + (smape(actual, point) ?? 0),
      mase: before.mase + scaled,
      naive_smape: before.naive_smape + (smape(actual, naive) ?? 0),
      naive_mase: before.naive_mase + naively,
    });
    point.forEach((value, step) => {
      squares += ((actual[step] ?? 0) - value) ** 2;
      truthSquares += ((actual[step] ?? 0) - (truth?.[step] ?? 0)) ** 2;
    });
  }
  const sums = [...bySeries.values()];
  const total = added(sums);
  return {
    cases: total.cases,
    smape: total.smape / total.cases,
    mase: total.mase / total.cases,
    owa: owaOf(sums),
    owa_error: standardError(sums, owaOf),
    sums,
    over_truth: set.truth ? Math.sqrt(squares / truthSquares) : null,
  };
}

interface Sums {
  readonly cases: number;
  readonly smape: number;
  readonly mase: number;
  readonly naive_smape: number;
  readonly naive_mase: number;
}

const NOTHING: Sums = { cases: 0, smape: 0, mase: 0, naive_smape: 0, naive_mase: 0 };

function added(all: readonly Sums[]): Sums {
  const total = { ...NOTHING };
  for (const one of all) {
    total.cases += one.cases;
    total.smape += one.smape;
    total.mase += one.mase;
    total.naive_smape += one.naive_smape;
    total.naive_mase += one.naive_mase;
  }
  return total;
}

/** Sums stand for means: the count cancels. */
function owaOf(all: readonly Sums[]): number {
  const { smape, mase, naive_smape, naive_mase } = added(all);
  return owa({ smape, mase }, { smape: naive_smape, mase: naive_mase }) ?? 0;
}

/** OWA of the one less that of the other over the same series, and its standard error. */
export function owaLess(
  one: RegularScore,
  other: RegularScore,
): { readonly less: number; readonly error: number | null } {
  const pairs = one.sums.flatMap((sums, nth) => {
    const beside = other.sums[nth];
    return beside ? [{ sums, beside }] : [];
  });
  const less = (drawn: typeof pairs) => owaOf(drawn.map(({ sums }) => sums)) - owaOf(drawn.map(({ beside }) => beside));
  return { less: less(pairs), error: standardError(pairs, (drawn) => less([...drawn])) };
}

export interface SeldomScore {
  readonly cases: number;
  /** Σ forecast over Σ actual, less 1, in per cent. */
  readonly bias: number;
  readonly rmsse: number;
}

export function scoreSeldom(set: SeriesSet, cases: readonly Case[], make: Maker): SeldomScore {
  let [counted, errors, forecast, came] = [0, 0, 0, 0];
  for (const { training, actual } of cases) {
    const point = make(training, set.season, set.horizon);
    const scaled = rmsse(training, actual, point);
    if (scaled === null) continue;
    counted += 1;
    errors += scaled;
    forecast += point.reduce((sum, value) => sum + value, 0);
    came += actual.reduce((sum, value) => sum + value, 0);
  }
  return { cases: counted, bias: 100 * (forecast / came - 1), rmsse: errors / counted };
}

export interface IntervalScore {
  /** Shares in per cent: within the 95 % interval, and not above the level for 95 %. */
  readonly held: number;
  readonly enough: number;
}

/** As the command makes them: learned from the pasts of the same cases. */
export function scoreIntervals(set: SeriesSet, all: readonly Case[], cases: readonly Case[]): IntervalScore {
  const calibration = new Calibration(set.season, set.horizon);
  const { stride, origins } = learningPlan(all.length);
  for (let nth = 0; nth < all.length; nth += stride) {
    calibration.learn(all[nth]?.training ?? new Float64Array(), origins);
  }
  let [held, enough] = [0, 0];
  for (const { training, actual } of cases) {
    const forecast = forecastDemand({ values: training, season: set.season, horizon: set.horizon });
    let sum = 0;
    actual.forEach((value, step) => {
      sum += value;
      const low = calibration.quantile(forecast, step, 0.025);
      if (value >= low - 1e-9 && value <= calibration.quantile(forecast, step, 0.975) + 1e-9) held += 1;
    });
    if (sum <= calibration.sumQuantile(forecast, 0.95) + 1e-9) enough += 1;
  }
  return { held: (100 * held) / (cases.length * set.horizon), enough: (100 * enough) / cases.length };
}
