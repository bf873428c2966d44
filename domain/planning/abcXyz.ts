/**
 * Which items matter, and how evenly they are asked for. A: the most valuable ones up to 80 % of all value, B up to 95 %,
 * C the rest; the item that passes a limit still belongs to the class it begins in. X: a coefficient of variation of
 * demand up to 0.5, Y up to 1, Z above.
 */
export type AbcClass = 'A' | 'B' | 'C';
export type XyzClass = 'X' | 'Y' | 'Z';

const A_SHARE_BP = 8_000;
const B_SHARE_BP = 9_500;

/** In the order given; any unit of value. What is worth nothing is C. Equal values stand in the order given. */
export function abcClasses(values: readonly number[]): AbcClass[] {
  if (values.some((value) => !Number.isFinite(value))) throw new RangeError('a value is not a number');
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const classes: AbcClass[] = values.map(() => 'C');
  const ranked = values.map((_, index) => index).toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  let before = 0;
  for (const index of ranked) {
    const value = Math.max(0, values[index] ?? 0);
    if (value === 0) break;
    if (before * 10_000 < total * A_SHARE_BP) classes[index] = 'A';
    else if (before * 10_000 < total * B_SHARE_BP) classes[index] = 'B';
    before += value;
  }
  return classes;
}

const X_VARIATION = 0.5;
const Y_VARIATION = 1;

/** Of demand a period; null without demand. The deviation is that of the whole (n, not n − 1). */
export function xyzClass(periods: readonly number[]): XyzClass | null {
  if (periods.length === 0) return null;
  const mean = periods.reduce((sum, value) => sum + value, 0) / periods.length;
  if (!(mean > 0)) return null;
  const variance = periods.reduce((sum, value) => sum + (value - mean) ** 2, 0) / periods.length;
  return xyzOfVariation(Math.sqrt(variance) / mean);
}

export function xyzOfVariation(variation: number): XyzClass {
  if (variation <= X_VARIATION) return 'X';
  return variation <= Y_VARIATION ? 'Y' : 'Z';
}
