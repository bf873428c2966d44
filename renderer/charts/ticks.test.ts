import { describe, expect, test } from 'vitest';
import { sparkPoints } from '#renderer/grid/Sparkline.tsx';
import { niceTicks } from './ticks.ts';

describe('ticks', () => {
  test('round steps around zero', () => {
    expect(niceTicks(-3.2, 36)).toEqual([-10, 0, 10, 20, 30, 40]);
    expect(niceTicks(3, 9)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(niceTicks(0, 0.4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(niceTicks(0, 0)).toEqual([0, 1]);
  });
  test('all values lie within the ticks', () => {
    for (const [low, high] of [
      [-17, 3],
      [0, 99_999],
      [-0.4, 0.1],
    ] as const) {
      const ticks = niceTicks(low, high);
      expect(ticks[0]).toBeLessThanOrEqual(low);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
      expect(ticks).toContain(0);
    }
  });
});

describe('sparkline points', () => {
  test('leave unknown weeks out, keep the place of the others, centre a flat line', () => {
    expect(sparkPoints([0, null, 10], 20, 10)).toEqual([
      { x: 0, y: 10 },
      { x: 20, y: 0 },
    ]);
    expect(sparkPoints([5, 5], 20, 10).map((point) => point.y)).toEqual([5, 5]);
    expect(sparkPoints([null, 5], 20, 10)).toEqual([]);
  });
});
