/**
 * Exponential smoothing of a series without season: simple (SES; Brown 1956), with a trend (Holt 1957) and with a trend that
 * wears off (Gardner & McKenzie 1985). For a given constant the one-step errors of SES are linear in its starting level, so
 * that is not searched for: it is the least-squares solution, found in the same pass.
 */

export interface SmoothingFit {
  /** Level, trend, and what is left of the trend after each period: 1 goes on. */
  level: number;
  trend: number;
  damping: number;
  alpha: number;
  beta: number;
  /** Mean squared one-step error. */
  mse: number;
}

/** One pass of SES with a given α; the starting level is the best one. Writes into `fit`. */
export function smoothLevel(values: Float64Array, count: number, alpha: number, fit: SmoothingFit): void {
  const keep = 1 - alpha;
  let level = 0;
  let decay = 1;
  let ee = 0;
  let ed = 0;
  let dd = 0;
  for (let at = 0; at < count; at++) {
    const error = (values[at] ?? 0) - level;
    ee += error * error;
    ed += error * decay;
    dd += decay * decay;
    level += alpha * error;
    decay *= keep;
  }
  const start = dd > 0 ? ed / dd : 0;
  fit.level = level + start * decay;
  fit.trend = 0;
  fit.damping = 1;
  fit.alpha = alpha;
  fit.beta = 0;
  fit.mse = Math.max(0, ee - start * ed) / Math.max(1, count);
}

/** One pass of a trend with given constants from given starting states. Writes into `fit`. */
export function smoothTrend(
  values: Float64Array,
  count: number,
  start: { readonly level: number; readonly trend: number },
  alpha: number,
  beta: number,
  damping: number,
  fit: SmoothingFit,
): void {
  const gain = alpha * beta;
  let { level, trend } = start;
  let squares = 0;
  for (let at = 0; at < count; at++) {
    trend *= damping;
    level += trend;
    const error = (values[at] ?? 0) - level;
    squares += error * error;
    level += alpha * error;
    trend += gain * error;
  }
  fit.level = level;
  fit.trend = trend;
  fit.damping = damping;
  fit.alpha = alpha;
  fit.beta = beta;
  fit.mse = squares / Math.max(1, count);
}

export function emptyFit(): SmoothingFit {
  return { level: 0, trend: 0, damping: 1, alpha: 0, beta: 0, mse: Number.POSITIVE_INFINITY };
}

const trial = emptyFit();
const start = { level: 0, trend: 0 };

function tryLevel(values: Float64Array, count: number, alpha: number, best: SmoothingFit): void {
  smoothLevel(values, count, within(alpha), trial);
  if (trial.mse < best.mse) Object.assign(best, trial);
}

function tryTrend(
  values: Float64Array,
  count: number,
  alpha: number,
  beta: number,
  damping: number,
  best: SmoothingFit,
): void {
  smoothTrend(values, count, start, within(alpha), within(beta), damping, trial);
  if (trial.mse < best.mse) Object.assign(best, trial);
}

/** With fewer the criterion has nothing to say. */
const VALUES_FOR_TREND = 9;
const LEAST = 0.001;
const MOST = 0.99;

/** Simple exponential smoothing with the α and starting level that fit best. */
export function fitSimple(values: Float64Array, count: number, best: SmoothingFit): void {
  best.mse = Number.POSITIVE_INFINITY;
  for (const alpha of [0.05, 0.15, 0.3, 0.5, 0.7, 0.9]) tryLevel(values, count, alpha, best);
  for (const step of [0.08, 0.04, 0.02, 0.01]) {
    const from = best.alpha;
    tryLevel(values, count, from - step, best);
    tryLevel(values, count, from + step, best);
  }
}

/** A trend that has worn off by more within a period is an autoregression's business; with less it is Holt's. */
const LEAST_DAMPING = 0.5;
const MOST_DAMPING = 0.95;

/**
 * A trend, damped or not, with the constants that fit best, started on the straight line through the first ten values: a
 * starting trend free to choose would explain the first values at the price of the last.
 */
export function fitTrend(values: Float64Array, count: number, damped: boolean, best: SmoothingFit): void {
  const first = Math.min(10, count);
  start.trend = slope(values, first);
  start.level = 0;
  for (let at = 0; at < first; at++) start.level += (values[at] ?? 0) / first;
  start.level -= (start.trend * (first + 1)) / 2;
  best.mse = Number.POSITIVE_INFINITY;
  for (const damping of damped ? [LEAST_DAMPING, 0.72, MOST_DAMPING] : [1]) {
    for (const alpha of [0.1, 0.4, 0.8]) {
      for (const beta of [0.03, 0.3, 0.7]) tryTrend(values, count, alpha, beta, damping, best);
    }
  }
  for (const step of [0.2, 0.1, 0.05, 0.025]) {
    for (const way of [-step, step]) tryTrend(values, count, best.alpha + way, best.beta, best.damping, best);
    for (const way of [-step, step]) tryTrend(values, count, best.alpha, best.beta + way, best.damping, best);
    if (!damped) continue;
    for (const way of [-step / 2, step / 2]) {
      const damping = Math.min(MOST_DAMPING, Math.max(LEAST_DAMPING, best.damping + way));
      tryTrend(values, count, best.alpha, best.beta, damping, best);
    }
  }
}

const trended = emptyFit();

/** Simple smoothing, or a trend, lasting or damped, where the corrected Akaike criterion (Hurvich & Tsai 1989) asks for it. */
export function fitSmoothing(values: Float64Array, count: number, best: SmoothingFit): void {
  fitSimple(values, count, best);
  if (count < VALUES_FOR_TREND) return;
  // parameters: constants, starting states and the noise
  let least = criterion(best.mse, count, 3);
  for (const damped of [false, true]) {
    fitTrend(values, count, damped, trended);
    const found = criterion(trended.mse, count, damped ? 6 : 5);
    if (found < least) {
      least = found;
      Object.assign(best, trended);
    }
  }
}

function criterion(mse: number, count: number, parameters: number): number {
  // a perfectly regular series has no noise; the logarithm still wants some
  return count * Math.log(mse + 1e-12) + (2 * parameters * count) / (count - parameters - 1);
}

function within(alpha: number): number {
  return Math.min(MOST, Math.max(LEAST, alpha));
}

/** The next `horizon` values of a fit: its trend goes on, as far as it does not wear off. */
export function project(fit: SmoothingFit, horizon: number, out: Float64Array): void {
  let value = fit.level;
  let trend = fit.trend;
  for (let step = 0; step < horizon; step++) {
    trend *= fit.damping;
    value += trend;
    out[step] = value;
  }
}

/** Least-squares slope over the positions 0, 1, …; 0 of fewer than two values. */
export function slope(values: Float64Array, count: number): number {
  if (count < 2) return 0;
  const middle = (count - 1) / 2;
  let sum = 0;
  for (let at = 0; at < count; at++) sum += (at - middle) * (values[at] ?? 0);
  return (12 * sum) / (count * (count * count - 1));
}
