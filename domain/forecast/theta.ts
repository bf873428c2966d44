/**
 * The dynamic optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016): simple smoothing plus part of
 * the linear trend, where the trend is learned as it goes and the part that is believed, 1 − 1/θ, is fitted.
 */

interface DynamicFit {
  mse: number;
  alpha: number;
  /** 1 − 1/θ: the share of the trend that is believed. */
  share: number;
  start: number;
}

const fit: DynamicFit = { mse: 0, alpha: 0, share: 0, start: 0 };
const best: DynamicFit = { mse: 0, alpha: 0, share: 0, start: 0 };

/**
 * One pass with a given α. The one-step forecast is ℓ(t−1) + share · g(t) with g from the trend known at t−1; errors are
 * linear in the starting level and in the share, so both are least squares (share between 0 and 1, θ from 1 upwards).
 */
function passDynamic(values: Float64Array, count: number, alpha: number): void {
  const keep = 1 - alpha;
  let level = 0;
  let decay = 1;
  let mean = values[0] ?? 0;
  let line = mean;
  let rise = 0;
  level = alpha * mean;
  decay = keep;
  let ee = 0;
  let es = 0;
  let eg = 0;
  let ss = 0;
  let sg = 0;
  let gg = 0;
  for (let at = 1; at < count; at++) {
    const value = values[at] ?? 0;
    const error = value - level;
    const trend = decay * line + ((1 - decay * keep) / alpha) * rise;
    if (at >= 2) {
      ee += error * error;
      es += error * decay;
      eg += error * trend;
      ss += decay * decay;
      sg += decay * trend;
      gg += trend * trend;
    }
    level += alpha * error;
    decay *= keep;
    const seen = at + 1;
    rise = ((seen - 2) * rise + (6 / seen) * (value - mean)) / (seen + 1);
    mean += (value - mean) / seen;
    line = mean - ((seen + 1) / 2) * rise;
  }
  const determinant = ss * gg - sg * sg;
  let share = determinant > 1e-9 * ss * gg ? (eg * ss - es * sg) / determinant : 0;
  share = Math.min(1, Math.max(0, share));
  const start = ss > 0 ? (es - share * sg) / ss : 0;
  fit.alpha = alpha;
  fit.share = share;
  fit.start = start;
  fit.mse =
    Math.max(
      0,
      ee - 2 * start * es - 2 * share * eg + start * start * ss + 2 * start * share * sg + share * share * gg,
    ) / Math.max(1, count - 2);
}

function tryDynamic(values: Float64Array, count: number, alpha: number): void {
  passDynamic(values, count, Math.min(0.99, Math.max(0.1, alpha)));
  if (fit.mse < best.mse) Object.assign(best, fit);
}

/** Writes the next `horizon` values of the dynamic optimised Theta model; answers its one-step mean squared error. */
export function dynamicTheta(values: Float64Array, count: number, horizon: number, out: Float64Array): number {
  best.mse = Number.POSITIVE_INFINITY;
  for (const alpha of [0.1, 0.25, 0.45, 0.65, 0.85, 0.99]) tryDynamic(values, count, alpha);
  for (const step of [0.1, 0.05, 0.025, 0.0125]) {
    const from = best.alpha;
    tryDynamic(values, count, from - step);
    tryDynamic(values, count, from + step);
  }
  forecastDynamic(values, count, horizon, out);
  return best.mse;
}

/** Replays the best fit over the values, then over its own forecasts. */
function forecastDynamic(values: Float64Array, count: number, horizon: number, out: Float64Array): void {
  const { alpha, share } = best;
  const keep = 1 - alpha;
  let mean = values[0] ?? 0;
  let line = mean;
  let rise = 0;
  let level = alpha * mean + keep * best.start;
  let decay = keep;
  for (let at = 1; at < count + horizon; at++) {
    const expected = level + share * (decay * line + ((1 - decay * keep) / alpha) * rise);
    const value = at < count ? (values[at] ?? 0) : expected;
    if (at >= count) out[at - count] = expected;
    level += alpha * (value - level);
    decay *= keep;
    const seen = at + 1;
    rise = ((seen - 2) * rise + (6 / seen) * (value - mean)) / (seen + 1);
    mean += (value - mean) / seen;
    line = mean - ((seen + 1) / 2) * rise;
  }
}
