/** Where ticks, points and labels lie. Pure: values in the data's unit, positions in pixels. */

/** Round steps (1, 2, 2.5, 5 × 10ⁿ) around low … high, for axes that do not start at zero: rates close to each other. */
export function ticksAround(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low, low + 1];
  const step = niceStep(span / Math.max(1, count));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const fraction = rough / power;
  const nice = fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 2.5 ? 2.5 : fraction <= 5 ? 5 : 10;
  return nice * power;
}

/** Maps the domain onto the range; a domain without extent maps to the range's start. */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): (value: number) => number {
  const span = domain[1] - domain[0];
  const factor = span === 0 ? 0 : (range[1] - range[0]) / span;
  return (value) => range[0] + (value - domain[0]) * factor;
}

/** Labels at wanted heights, pushed apart so that none overlaps another; order kept, all within low … high. */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = wanted.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at);
  let floor = low;
  for (const label of order) {
    label.at = Math.max(label.at, floor);
    floor = label.at + gap;
  }
  let ceiling = high;
  for (const label of order.toReversed()) {
    label.at = Math.min(label.at, ceiling);
    ceiling = label.at - gap;
  }
  const placed: number[] = wanted.map(() => 0);
  for (const label of order) placed[label.index] = label.at;
  return placed;
}
