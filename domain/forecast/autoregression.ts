/**
 * Autoregression of a series or of its differences: what smoothing cannot see, that a high value is followed by a low one
 * or a wave by the next. Coefficients by Burg's method (1975), which keeps the model stationary; the order by the corrected
 * Akaike criterion (Hurvich & Tsai 1989), which also decides between the series and its differences.
 */
import { Scratch } from './scratch.ts';

const MOST_ORDER = 24;
/** So many values for each coefficient. */
const VALUES_PER_ORDER = 4;

const scratch = new Scratch();
const coefficients = new Float64Array(MOST_ORDER);
const reflected = new Float64Array(MOST_ORDER);

interface Model {
  order: number;
  readonly coefficients: Float64Array;
  mean: number;
  /** The criterion per value, so that a series and its differences compare. */
  criterion: number;
}
const ofLevels: Model = { order: 0, coefficients: new Float64Array(MOST_ORDER), mean: 0, criterion: 0 };
const ofChanges: Model = { order: 0, coefficients: new Float64Array(MOST_ORDER), mean: 0, criterion: 0 };

/** Writes the next `horizon` values; `values` are of the order of 1. */
export function autoregression(values: Float64Array, count: number, horizon: number, out: Float64Array): void {
  const last = values[count - 1] ?? 0;
  if (count < 3) {
    out.fill(last, 0, horizon);
    return;
  }
  const levels = scratch.room(0, count + horizon);
  for (let at = 0; at < count; at++) levels[at] = values[at] ?? 0;
  const changes = scratch.room(1, count + horizon);
  for (let at = 1; at < count; at++) changes[at - 1] = (values[at] ?? 0) - (values[at - 1] ?? 0);
  fitBurg(levels, count, ofLevels);
  fitBurg(changes, count - 1, ofChanges);
  if (ofLevels.criterion < ofChanges.criterion) {
    goOn(levels, count, horizon, ofLevels);
    for (let step = 0; step < horizon; step++) out[step] = ofLevels.mean + (levels[count + step] ?? 0);
    return;
  }
  goOn(changes, count - 1, horizon, ofChanges);
  // half of the mean change goes on, as in Theta: all of it overshoots, none of it lags
  let value = last;
  for (let step = 0; step < horizon; step++) {
    value += ofChanges.mean / 2 + (changes[count - 1 + step] ?? 0);
    out[step] = value;
  }
}

/** Takes the mean out of the values, in place, and fits the order with the least criterion. */
function fitBurg(values: Float64Array, count: number, model: Model): void {
  let mean = 0;
  for (let at = 0; at < count; at++) mean += (values[at] ?? 0) / count;
  const forward = scratch.room(2, count);
  const backward = scratch.room(3, count);
  let power = 0;
  for (let at = 0; at < count; at++) {
    const value = (values[at] ?? 0) - mean;
    values[at] = value;
    forward[at] = value;
    backward[at] = value;
    power += (value * value) / count;
  }
  model.mean = mean;
  model.order = 0;
  model.criterion = criterionOf(power, count, 0);
  const most = Math.min(MOST_ORDER, Math.floor(count / VALUES_PER_ORDER));
  for (let order = 1; order <= most; order++) {
    let both = 0;
    let squares = 0;
    for (let at = order; at < count; at++) {
      const ahead = forward[at] ?? 0;
      const behind = backward[at - 1] ?? 0;
      both += ahead * behind;
      squares += ahead * ahead + behind * behind;
    }
    const reflection = squares > 0 ? (2 * both) / squares : 0;
    for (let nth = 0; nth < order - 1; nth++) reflected[nth] = coefficients[order - 2 - nth] ?? 0;
    for (let nth = 0; nth < order - 1; nth++) {
      coefficients[nth] = (coefficients[nth] ?? 0) - reflection * (reflected[nth] ?? 0);
    }
    coefficients[order - 1] = reflection;
    let behind = backward[order - 1] ?? 0;
    for (let at = order; at < count; at++) {
      const ahead = forward[at] ?? 0;
      const next = backward[at] ?? 0;
      forward[at] = ahead - reflection * behind;
      backward[at] = behind - reflection * ahead;
      behind = next;
    }
    power *= 1 - reflection * reflection;
    const criterion = criterionOf(power, count, order);
    if (criterion < model.criterion) {
      model.criterion = criterion;
      model.order = order;
      model.coefficients.set(coefficients);
    }
  }
}

function criterionOf(power: number, count: number, order: number): number {
  // a perfectly regular series has no noise; the logarithm still wants some
  return Math.log(power + 1e-12) + (2 * (order + 1)) / Math.max(1, count - order - 2);
}

/** Appends the forecasts to the values. */
function goOn(values: Float64Array, count: number, horizon: number, model: Model): void {
  for (let at = count; at < count + horizon; at++) {
    let value = 0;
    for (let nth = 0; nth < model.order; nth++) value += (model.coefficients[nth] ?? 0) * (values[at - 1 - nth] ?? 0);
    values[at] = value;
  }
}
