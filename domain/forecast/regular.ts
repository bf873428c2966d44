/**
 * Regular demand: the mean of three forecasts that err for different reasons. The dynamic Theta model believes part of the
 * long trend; exponential smoothing (simple, or with a trend, lasting or damped, where the corrected Akaike criterion asks for
 * it) follows the recent past; an autoregression sees waves. Combining a few unlike, simple methods beats choosing among them (Bates & Granger
 * 1969; Clemen 1989; the M3 and M4 competitions; Petropoulos & Svetunkov 2020 took four such families to the sixth place
 * of M4), and equal weights beat estimated ones. Which members earn their place is measured in docs/FORECAST.md.
 */
import { autoregression } from './autoregression.ts';
import { Scratch } from './scratch.ts';
import { type Season, seasonOf, withoutSeason, withSeason } from './seasonality.ts';
import { emptyFit, fitSmoothing, project } from './smoothing.ts';
import { dynamicTheta } from './theta.ts';

/** With fewer values than this only the level is estimated. */
const VALUES_TO_COMBINE = 6;

const NOTHING = 1e-12;

const scratch = new Scratch();
const smoothed = emptyFit();

export interface RegularForecast {
  readonly season: Season | null;
  /** Standard deviation of the one-step error, the season taken out, in the values' unit. */
  readonly deviation: number;
  /** How much of an error stays: the smoothing constant that fits best. Says how uncertainty grows with the horizon. */
  readonly alpha: number;
}

/** Writes the next `horizon` values after `values` into `point`. */
export function forecastRegular(values: Float64Array, season: number, horizon: number, point: Float64Array) {
  const count = values.length;
  const series = scratch.room(0, count);
  let size = 0;
  for (let at = 0; at < count; at++) size += Math.abs(values[at] ?? 0) / count;
  if (size === 0) size = 1;
  for (let at = 0; at < count; at++) {
    const share = (values[at] ?? 0) / size;
    // what is nothing beside the rest would divide it beyond all bounds
    series[at] = Math.abs(share) < NOTHING ? 0 : share;
  }

  const found = seasonOf(series, count, season);
  if (found) withoutSeason(series, count, found);
  fitSmoothing(series, count, smoothed);
  project(smoothed, horizon, point);
  if (count >= VALUES_TO_COMBINE) {
    const theta = scratch.room(1, horizon);
    const waves = scratch.room(2, horizon);
    dynamicTheta(series, count, horizon, theta);
    autoregression(series, count, horizon, waves);
    // a member that runs below nothing would pull the others along
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at++) least = Math.min(least, series[at] ?? 0);
    const floor = least >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let step = 0; step < horizon; step++) {
      const [one, other, third] = [point[step] ?? 0, theta[step] ?? 0, waves[step] ?? 0];
      point[step] = (Math.max(floor, one) + Math.max(floor, other) + Math.max(floor, third)) / 3;
    }
  }
  if (found) withSeason(point, horizon, count, found);
  for (let step = 0; step < horizon; step++) point[step] = (point[step] ?? 0) * size;
  // indices fit themselves to the history: each takes a value's worth of error away that forecasts will have
  const free = Math.max(count / 4, count - (found ? season : 0));
  const deviation = Math.sqrt((smoothed.mse * count) / free) * size;
  return { season: found, deviation, alpha: smoothed.alpha } satisfies RegularForecast;
}
