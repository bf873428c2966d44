/** Round axis values: 1, 2 or 5 × 10ⁿ apart, at most `count` steps, always with 0 when it lies between. */
import { integer, MINUS } from '#renderer/format/numbers.ts';
export function niceTicks(low: number, high: number, count = 5): readonly number[] {
  const from = Math.min(low, 0);
  const to = Math.max(high, 0);
  if (from === to) return [0, 1];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = Math.floor(from / step); index <= Math.ceil(to / step); index++)
    ticks.push(round(index * step, step));
  return ticks;
}

function round(value: number, step: number): number {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Number(value.toFixed(digits));
}

/** A tick beside its line: whole numbers in groups, others as they are. */
export function axisWords(tick: number): string {
  return Number.isInteger(tick) ? integer(tick) : String(tick).replace('-', MINUS);
}

/** Where names of so many pixels would touch, every nth position is named. */
export function namedEvery(step_px: number, name_px: number): number {
  return step_px > 0 && step_px < name_px ? Math.ceil(name_px / step_px) : 1;
}
