/**
 * Demand over a stretch as a negative binomial count: the usual distribution of intermittent demand, since orders come by
 * chance and each brings several pieces (Syntetos & Boylan 2006). Given by mean and variance; with a variance no larger than
 * the mean it is Poisson. Large quantities are counted in packs, and what is far from nothing is taken as normal with the
 * skewness of the counts (Cornish & Fisher 1938), so that a quantile never takes more than some hundred steps.
 */
import { normalChance, normalQuantile } from './normal.ts';

/** So many steps of counting make one standard deviation, at most. */
const STEPS_PER_DEVIATION = 40;
/** Beyond so many expected the chance of none has hardly a digit left to count from. */
const MOST_COUNTS = 500;
/** Beyond so many deviations nothing is left but the rounding of a sum. */
const FURTHEST_DEVIATIONS = 20;

interface Counting {
  /** What one count stands for. */
  readonly pack: number;
  /** How many are expected. */
  readonly counts: number;
  readonly zero: number;
  readonly size: number;
  readonly odds: number;
}

function packOf(variance: number, whole: boolean): number {
  const fine = Math.sqrt(variance) / STEPS_PER_DEVIATION;
  return whole ? Math.max(1, Math.ceil(fine)) : Math.max(fine, Number.MIN_VALUE);
}

/** Null = too many to be counted. */
function countingOf(mean: number, variance: number, pack: number): Counting | null {
  const counts = mean / pack;
  if (!(counts <= MOST_COUNTS)) return null;
  const spread = Math.max(variance / (pack * pack), counts * 1.0001);
  const size = (counts * counts) / (spread - counts);
  return { pack, counts, zero: Math.exp(size * Math.log(counts / spread)), size, odds: 1 - counts / spread };
}

/** The same distribution where it is as good as normal; `skew` is a sixth of its skewness, (2v − m)/(m√v) of a negative binomial. */
function bellOf(mean: number, variance: number, whole: boolean): { readonly deviation: number; readonly skew: number } {
  const piece = whole ? 1 : 0;
  const wide = Math.max(variance, mean * piece);
  const deviation = Math.sqrt(wide);
  return { deviation, skew: ((2 * wide) / mean - piece) / deviation / 6 };
}

/** The least quantity that is enough with the chance given. `whole` demand comes in whole pieces. */
export function countQuantile(mean: number, variance: number, chance: number, whole: boolean): number {
  if (!(mean > 0) || !(variance > 0) || chance <= 0) return 0;
  const pack = packOf(variance, whole);
  const counting = countingOf(mean, variance, pack);
  if (counting === null) {
    const { deviation, skew } = bellOf(mean, variance, whole);
    const z = Math.min(FURTHEST_DEVIATIONS, Math.max(-FURTHEST_DEVIATIONS, normalQuantile(chance)));
    const value = mean + (z + (z * z - 1) * skew) * deviation;
    return Math.max(0, whole ? Math.ceil(value - 0.5) : value);
  }
  const { counts, zero, size, odds } = counting;
  let each = zero;
  let sum = each;
  let count = 0;
  const most = counts + FURTHEST_DEVIATIONS * (Math.sqrt(variance) / pack) + FURTHEST_DEVIATIONS;
  while (sum < chance && count < most) {
    each *= ((count + size) / (count + 1)) * odds;
    count += 1;
    sum += each;
  }
  return count * pack;
}

/** The share of chances below a quantity, half of its own chance included: the middle of what it stands for. */
export function countChance(mean: number, variance: number, quantity: number, whole: boolean): number {
  if (!(mean > 0) || !(variance > 0)) return quantity > 0 ? 1 : 0.5;
  const pack = packOf(variance, whole);
  const counting = countingOf(mean, variance, pack);
  if (counting === null) {
    const { deviation, skew } = bellOf(mean, variance, whole);
    const z = Math.min(FURTHEST_DEVIATIONS, Math.max(-FURTHEST_DEVIATIONS, (quantity - mean) / deviation));
    return normalChance(z - (z * z - 1) * skew);
  }
  const { counts, zero, size, odds } = counting;
  // what is further than the sum goes on has all of it below
  const last = Math.min(Math.round(quantity / pack), counts + FURTHEST_DEVIATIONS * (Math.sqrt(variance) / pack) + 20);
  let each = zero;
  let sum = 0;
  for (let count = 0; count < last; count++) {
    sum += each;
    each *= ((count + size) / (count + 1)) * odds;
    if (sum > 1 - 1e-12) return 1;
  }
  return Math.min(1, sum + each / 2);
}
