/**
 * Season of a series. Classical decomposition: by ratio (or difference) to the centred moving average over a season; the
 * indices are the means of those ratios at each place of the season. They are believed when they differ by more than the
 * ratios do from year to year (the F test for stable seasonality of X-11, Shiskin, Young & Musgrave 1967, at 5 %), and then
 * still drawn towards "no season" by how uncertain they are (James–Stein, as in Miller & Williams 2003).
 *
 * The test by autocorrelation that the M4 competition's benchmarks use is here for those benchmarks: on trending series of
 * few years it misses most seasons (docs/FORECAST.md).
 */
import { Scratch } from './scratch.ts';

/** Two-sided 10 % point of the normal distribution, as in the competition's code. */
const TEST_POINT = 1.645;
/** The competition asks for three whole seasons, and years can only be told apart from noise within three. */
const SEASONS_NEEDED = 3;

/** Whether the autocorrelation at lag `season` is more than chance makes: the test of Naive 2. */
export function correlatesWithSeason(values: Float64Array, count: number, season: number): boolean {
  if (season < 2 || count < SEASONS_NEEDED * season) return false;
  let mean = 0;
  for (let at = 0; at < count; at++) mean += values[at] ?? 0;
  mean /= count;
  let variance = 0;
  for (let at = 0; at < count; at++) variance += ((values[at] ?? 0) - mean) ** 2;
  if (!(variance > 0)) return false;
  let squares = 0;
  let correlation = 0;
  for (let lag = 1; lag <= season; lag++) {
    let product = 0;
    for (let at = lag; at < count; at++) product += ((values[at] ?? 0) - mean) * ((values[at - lag] ?? 0) - mean);
    correlation = product / variance;
    if (lag < season) squares += correlation * correlation;
  }
  return Math.abs(correlation) > TEST_POINT * Math.sqrt((1 + 2 * squares) / count);
}

export interface Season {
  readonly multiplicative: boolean;
  /** One index per place in the season, beginning with the series' first value; they average 1 (or 0). */
  readonly indices: Float64Array;
  /** How surely the places differ, as a normal deviate. */
  readonly evidence: number;
}

/** Chance alone makes more in one of twenty series. */
const BELIEVED_EVIDENCE = 1.645;

/** Demand mostly swings with its level: differences have to agree more clearly than ratios, by this much. */
const CLEARER_EVIDENCE = 0.3;

/** The season of a series, or null where there is none, or too little history to tell. */
export function seasonOf(values: Float64Array, count: number, season: number): Season | null {
  if (season < 2) return null;
  if (count < SEASONS_NEEDED * season) return shortSeasonOf(values, count, season);
  let found = decompose(values, count, season, false);
  if (allPositive(values, count)) {
    // where the swing grows with the level the ratios agree from year to year, where it does not the differences do
    const ratios = decompose(values, count, season, true);
    if (ratios.evidence >= found.evidence - CLEARER_EVIDENCE) found = ratios;
  }
  return found.evidence >= BELIEVED_EVIDENCE ? found : null;
}

/** An index divides; a place of nearly nothing must not blow up what is left of it. */
const LEAST_INDEX = 0.05;
/** From one and a half seasons on two years can be compared; so many pairs of periods a season apart at least. */
const SHORT_SEASONS = 1.5;
const LEAST_PAIRS = 8;

/**
 * The season of less than three whole ones: the series over a line from the mean of its first season to that of its last,
 * and how far the same places of two years resemble each other. By that correlation they are believed (the reliability of a
 * mean of so many, Spearman 1910; Brown 1910).
 */
function shortSeasonOf(values: Float64Array, count: number, season: number): Season | null {
  const pairs = count - season;
  if (count < SHORT_SEASONS * season || pairs < LEAST_PAIRS) return null;
  let first = 0;
  let last = 0;
  for (let at = 0; at < season; at++) {
    first += (values[at] ?? 0) / season;
    last += (values[count - 1 - at] ?? 0) / season;
  }
  const rise = (last - first) / pairs;
  const start = first - (rise * (season - 1)) / 2;
  const multiplicative = allPositive(values, count) && start > 0 && start + rise * (count - 1) > 0;
  const swings = scratch.room(2, count);
  for (let at = 0; at < count; at++) {
    const line = start + rise * at;
    swings[at] = multiplicative ? (values[at] ?? 0) / line - 1 : (values[at] ?? 0) - line;
  }
  const alike = correlation(swings, season, pairs);
  // neighbours that resemble each other are fewer independent witnesses; yet a season is smooth too, and two years that are
  // alike to .93 are believed in any case
  const next = correlation(swings, 1, count - 1) ** 2;
  const witnesses = Math.max(4, (pairs * (1 - next)) / (1 + next));
  const evidence = Math.atanh(Math.min(0.999999, alike)) * Math.sqrt(witnesses - 3);
  if (!(evidence >= BELIEVED_EVIDENCE)) return null;
  const indices = new Float64Array(season);
  let total = 0;
  for (let place = 0; place < season; place++) {
    let seen = 0;
    let sum = 0;
    for (let at = place; at < count; at += season) {
      seen += 1;
      sum += swings[at] ?? 0;
    }
    indices[place] = (sum * alike) / (1 + (seen - 1) * alike);
    total += (indices[place] ?? 0) / season;
  }
  for (let place = 0; place < season; place++) {
    const index = (indices[place] ?? 0) - total;
    indices[place] = multiplicative ? Math.max(LEAST_INDEX, 1 + index) : index;
  }
  return { multiplicative, indices, evidence };
}

/** Correlation of the first `pairs` values with those `lag` later. */
function correlation(values: Float64Array, lag: number, pairs: number): number {
  let meanOne = 0;
  let meanOther = 0;
  for (let at = 0; at < pairs; at++) {
    meanOne += (values[at] ?? 0) / pairs;
    meanOther += (values[lag + at] ?? 0) / pairs;
  }
  let both = 0;
  let one = 0;
  let other = 0;
  for (let at = 0; at < pairs; at++) {
    const a = (values[at] ?? 0) - meanOne;
    const b = (values[lag + at] ?? 0) - meanOther;
    both += a * b;
    one += a * a;
    other += b * b;
  }
  return one > 0 && other > 0 ? both / Math.sqrt(one * other) : 0;
}

const scratch = new Scratch();

export function allPositive(values: Float64Array, count: number): boolean {
  for (let at = 0; at < count; at++) if (!((values[at] ?? 0) > 0)) return false;
  return true;
}

/** Classical decomposition of a series of two whole seasons at least; multiplicative only where every value is positive. */
export function decompose(
  values: Float64Array,
  count: number,
  season: number,
  multiplicative: boolean,
  shrink = true,
): Season {
  const indices = new Float64Array(season);
  const squares = scratch.room(0, season).fill(0);
  const seen = scratch.room(1, season).fill(0);
  const half = season >> 1;
  const even = season % 2 === 0;
  let sum = 0;
  for (let at = 0; at < 2 * half; at++) sum += values[at] ?? 0;
  let all = 0;
  for (let at = half; at + half < count; at++) {
    sum += values[at + half] ?? 0;
    const ends = even ? ((values[at - half] ?? 0) + (values[at + half] ?? 0)) / 2 : 0;
    const average = (sum - ends) / season;
    sum -= values[at - half] ?? 0;
    const value = multiplicative ? (values[at] ?? 0) / average : (values[at] ?? 0) - average;
    const place = at % season;
    indices[place] = (indices[place] ?? 0) + value;
    squares[place] = (squares[place] ?? 0) + value * value;
    seen[place] = (seen[place] ?? 0) + 1;
    all += value;
  }
  const ratios = count - 2 * half;
  let between = 0;
  let within = 0;
  let noise = 0;
  let total = 0;
  for (let place = 0; place < season; place++) {
    const n = seen[place] ?? 0;
    const mean = (indices[place] ?? 0) / n;
    const spread = Math.max(0, (squares[place] ?? 0) - n * mean * mean);
    between += n * (mean - all / ratios) ** 2;
    within += spread;
    noise += n > 1 ? spread / (n - 1) / n : 0;
    indices[place] = mean;
    total += mean;
  }
  const neutral = multiplicative ? 1 : 0;
  const average = total / season;
  let spread = 0;
  for (let place = 0; place < season; place++) {
    const index = multiplicative ? (indices[place] ?? 0) / average : (indices[place] ?? 0) - average;
    indices[place] = index;
    spread += (index - neutral) ** 2;
  }
  if (shrink && season > 3 && spread > 0) {
    // the part of the indices' spread that chance alone would make
    const drawn = Math.min(1, (((season - 3) / season) * noise) / spread);
    for (let place = 0; place < season; place++)
      indices[place] = neutral + (1 - drawn) * ((indices[place] ?? 0) - neutral);
  }
  return { multiplicative, indices, evidence: evidenceOf(between, within, season, ratios - season) };
}

/**
 * The F statistic as a normal deviate (Wilson & Hilferty 1931; Paulson 1942). The moving average took a share of 1/season of
 * the noise out of the ratios, but none of what differs between places; F is too large by that.
 */
function evidenceOf(between: number, within: number, season: number, freedom: number): number {
  if (!(between > 0) || freedom < 1) return Number.NEGATIVE_INFINITY;
  const f = (between / (season - 1) / (within / freedom)) * ((season - 1) / season);
  if (!Number.isFinite(f) || f > 1e12) return Number.POSITIVE_INFINITY;
  const root = Math.cbrt(f);
  const above = 2 / (9 * (season - 1));
  const below = 2 / (9 * freedom);
  return ((1 - below) * root - (1 - above)) / Math.sqrt(below * root * root + above);
}

/** Takes the season out of the values, in place. */
export function withoutSeason(values: Float64Array, count: number, season: Season): void {
  const { indices, multiplicative } = season;
  for (let at = 0; at < count; at++) {
    const index = indices[at % indices.length] ?? 0;
    values[at] = multiplicative ? (values[at] ?? 0) / index : (values[at] ?? 0) - index;
  }
}

/** Puts the season back on forecasts of the values after `count`, in place. */
export function withSeason(forecast: Float64Array, horizon: number, count: number, season: Season): void {
  const { indices, multiplicative } = season;
  for (let step = 0; step < horizon; step++) {
    const index = indices[(count + step) % indices.length] ?? 0;
    forecast[step] = multiplicative ? (forecast[step] ?? 0) * index : (forecast[step] ?? 0) + index;
  }
}
