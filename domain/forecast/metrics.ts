/**
 * Accuracy of forecasts. sMAPE, MASE and OWA exactly as the M4 competition defines them (Makridakis, Spiliotis &
 * Assimakopoulos 2020); RMSSE as M5 does; WAPE and bias as everywhere in Binnacle. A figure without a denominator is null.
 */

/** 200 % · mean of |y − f| / (|y| + |f|); a period in which both are 0 is an error of 0. In per cent. */
export function smape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null {
  let sum = 0;
  for (let at = 0; at < actual.length; at++) {
    const y = actual[at] ?? 0;
    const f = forecast[at] ?? 0;
    const size = Math.abs(y) + Math.abs(f);
    if (size > 0) sum += Math.abs(y - f) / size;
  }
  return actual.length === 0 ? null : (200 * sum) / actual.length;
}

/** Mean of |y − f| over the mean error of the seasonal naive within the training values. */
export function mase(
  training: ArrayLike<number>,
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  season: number,
): number | null {
  const scale = naiveScale(training, season, 1);
  return scale === null || actual.length === 0 ? null : meanPower(actual, forecast, 1) / scale;
}

/** Root of the mean squared error over that of the seasonal naive within the training values. */
export function rmsse(
  training: ArrayLike<number>,
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  season = 1,
): number | null {
  const scale = naiveScale(training, season, 2);
  return scale === null || actual.length === 0 ? null : Math.sqrt(meanPower(actual, forecast, 2) / scale);
}

/** Σ|y − f| / Σ y. */
export function wape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null {
  const total = sumOf(actual);
  return total === 0 ? null : (meanPower(actual, forecast, 1) * actual.length) / total;
}

/** Σ f / Σ y − 1. */
export function bias(actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null {
  const total = sumOf(actual);
  return total === 0 ? null : sumOf(forecast) / total - 1;
}

export interface Averages {
  readonly smape: number;
  readonly mase: number;
}

/** Overall weighted average: the means over all series relative to those of Naive 2, each half. */
export function owa(method: Averages, naive2: Averages): number | null {
  if (!(naive2.smape > 0 && naive2.mase > 0)) return null;
  return (method.smape / naive2.smape + method.mase / naive2.mase) / 2;
}

/**
 * By how many periods forecasts run behind: the shift of the actuals, up to `most`, that they resemble most. 0 is a
 * forecast in step; null where either does not move or the two are too short to tell.
 */
export function lag(actual: ArrayLike<number>, forecast: ArrayLike<number>, most: number): number | null {
  let found: number | null = null;
  let closest = 0;
  for (let shift = 0; shift <= most && actual.length - shift >= 4; shift++) {
    const alike = correlation(actual, forecast, shift);
    if (alike !== null && alike > closest + 1e-12) [found, closest] = [shift, alike];
  }
  return found;
}

/** Correlation of the forecast with the actual `shift` periods before. */
function correlation(actual: ArrayLike<number>, forecast: ArrayLike<number>, shift: number): number | null {
  const pairs = actual.length - shift;
  let meanY = 0;
  let meanF = 0;
  for (let at = 0; at < pairs; at++) {
    meanY += (actual[at] ?? 0) / pairs;
    meanF += (forecast[at + shift] ?? 0) / pairs;
  }
  let both = 0;
  let y2 = 0;
  let f2 = 0;
  for (let at = 0; at < pairs; at++) {
    const y = (actual[at] ?? 0) - meanY;
    const f = (forecast[at + shift] ?? 0) - meanF;
    both += y * f;
    y2 += y * y;
    f2 += f * f;
  }
  return y2 > 0 && f2 > 0 ? both / Math.sqrt(y2 * f2) : null;
}

/** Of the seasonal naive within the sample: Σ |y(t) − y(t − season)| to the power given, and how many terms it has. */
export function naiveError(
  history: ArrayLike<number>,
  season: number,
  power: 1 | 2 = 1,
): { readonly sum: number; readonly terms: number } {
  let sum = 0;
  for (let at = season; at < history.length; at++) {
    sum += Math.abs((history[at] ?? 0) - (history[at - season] ?? 0)) ** power;
  }
  return { sum, terms: Math.max(0, history.length - season) };
}

/** Its mean; null where there is none or all are 0. */
export function naiveScale(training: ArrayLike<number>, season: number, power: 1 | 2): number | null {
  const { sum, terms } = naiveError(training, season, power);
  return sum > 0 ? sum / terms : null;
}

function meanPower(actual: ArrayLike<number>, forecast: ArrayLike<number>, power: 1 | 2): number {
  let sum = 0;
  for (let at = 0; at < actual.length; at++) sum += Math.abs((actual[at] ?? 0) - (forecast[at] ?? 0)) ** power;
  return sum / actual.length;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0;
  return sum;
}
