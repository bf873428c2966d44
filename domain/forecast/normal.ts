/** The standard normal distribution and back. */

/** P(Z ≤ z), to 1e-7 (Abramowitz & Stegun 26.2.17). */
export function normalChance(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804014327 * Math.exp((-z * z) / 2) * series;
  return z > 0 ? 1 - tail : tail;
}

/** The z below which lies a share of `chance`, to 1e-9 relative (Acklam 2003); infinite at 0 and 1. */
export function normalQuantile(chance: number): number {
  if (chance <= 0) return Number.NEGATIVE_INFINITY;
  if (chance >= 1) return Number.POSITIVE_INFINITY;
  const tail = Math.min(chance, 1 - chance);
  if (tail < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(tail));
    const top = ratio(
      q,
      [
        -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
        2.938163982698783,
      ],
    );
    const bottom = ratio(q, [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]);
    const z = top / bottom;
    return chance < 0.5 ? z : -z;
  }
  const q = chance - 0.5;
  const r = q * q;
  const top = ratio(
    r,
    [
      -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
      2.506628277459239,
    ],
  );
  const bottom = ratio(
    r,
    [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
  );
  return (q * top) / bottom;
}

/** A polynomial, highest power first. */
function ratio(x: number, powers: readonly number[]): number {
  let sum = 0;
  for (const each of powers) sum = sum * x + each;
  return sum;
}
