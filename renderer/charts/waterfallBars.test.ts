import { describe, expect, test } from 'vitest';
import { type WaterfallStep, waterfallBars } from './waterfallBars.ts';

const step = (id: string, kind: WaterfallStep['kind'], value_minor: number): WaterfallStep => ({
  id,
  label: id,
  kind,
  value_minor,
});

describe('waterfall', () => {
  test('changes hang from the level before, sums stand on zero', () => {
    const bars = waterfallBars([
      step('gross', 'start', 1000),
      step('discounts', 'change', -120),
      step('returns', 'change', -30),
      step('net', 'sum', 850),
      step('cost', 'change', -900),
      step('gm1', 'result', -50),
    ]);
    expect(bars.map(({ from_minor, to_minor }) => [from_minor, to_minor])).toEqual([
      [0, 1000],
      [1000, 880],
      [880, 850],
      [0, 850],
      [850, -50],
      [0, -50],
    ]);
  });

  test('a sum that does not add up is refused', () => {
    expect(() => waterfallBars([step('gross', 'start', 1000), step('net', 'sum', 999)])).toThrow('add up to 1000');
  });
});
