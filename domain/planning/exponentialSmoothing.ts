/** Simple exponential smoothing started at the first value: the forecast of the next period; null without history. */
export function smoothedForecast(history: readonly number[], alpha: number): number | null {
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError('alpha lies above 0 and up to 1');
  const [first, ...rest] = history;
  if (first === undefined) return null;
  return rest.reduce((level, value) => alpha * value + (1 - alpha) * level, first);
}
