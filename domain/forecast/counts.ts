/**
 * Demand over a stretch as a negative binomial count: the usual distribution of intermittent demand, since orders come by
 * chance and each brings several pieces (Syntetos & Boylan 2006). Given by mean and variance; with a variance no larger than
 * the mean it is Poisson. Large quantities are counted in packs, so that a quantile never takes more than some hundred steps.
 */

/** So many steps of counting make one standard deviation, at most. */
const STEPS_PER_DEVIATION = 40;

interface Counting {
  /** What one count stands for. */
  readonly pack: number;
  readonly zero: number;
  readonly size: number;
  readonly odds: number;
}

function countingOf(mean: number, variance: number, whole: boolean): Counting {
  const deviation = Math.sqrt(variance);
  const fine = deviation / STEPS_PER_DEVIATION;
  const pack = whole ? Math.max(1, Math.ceil(fine)) : Math.max(fine, Number.MIN_VALUE);
  const counts = mean / pack;
  const spread = Math.max(variance / (pack * pack), counts * 1.0001);
  const size = (counts * counts) / (spread - counts);
  return { pack, zero: Math.exp(size * Math.log(counts / spread)), size, odds: 1 - counts / spread };
}

/** The least quantity that is enough with the chance given. `whole` demand comes in whole pieces. */
export function countQuantile(mean: number, variance: number, chance: number, whole: boolean): number {
  if (!(mean > 0) || !(variance > 0) || chance <= 0) return 0;
  const { pack, zero, size, odds } = countingOf(mean, variance, whole);
  let each = zero;
  let sum = each;
  let count = 0;
  // beyond twenty deviations nothing is left but the rounding of the sum
  const most = mean / pack + 20 * (Math.sqrt(variance) / pack) + 20;
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
  const { pack, zero, size, odds } = countingOf(mean, variance, whole);
  const last = Math.round(quantity / pack);
  let each = zero;
  let sum = 0;
  for (let count = 0; count < last; count++) {
    sum += each;
    each *= ((count + size) / (count + 1)) * odds;
    if (sum > 1 - 1e-12) return 1;
  }
  return Math.min(1, sum + each / 2);
}
