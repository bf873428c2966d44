import { describe, expect, test } from 'vitest';
import { linearScale, niceTicks, spreadLabels } from './scale.ts';

describe('scale', () => {
  test('ticks are round, cover the values and hold zero', () => {
    expect(niceTicks(0, 4183, 4)).toEqual([0, 2000, 4000, 6000]);
    expect(niceTicks(0, 4183, 5)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(niceTicks(-120, 300, 4)).toEqual([-200, 0, 200, 400]);
    expect(niceTicks(0, 0.31, 4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(niceTicks(88, 100, 4, false)).toEqual([85, 90, 95, 100]);
  });

  test('no extent still gives an axis', () => {
    expect(niceTicks(0, 0, 4)).toEqual([0, 1]);
  });

  test('a scale maps ends to ends, also upside down', () => {
    const y = linearScale([0, 10], [100, 0]);
    expect([y(0), y(5), y(10)]).toEqual([100, 50, 0]);
    expect(linearScale([3, 3], [7, 9])(3)).toBe(7);
  });

  test('labels keep their order and their distance inside the box', () => {
    expect(spreadLabels([50, 52, 10], 12, 0, 100)).toEqual([50, 62, 10]);
    expect(spreadLabels([96, 98, 99], 12, 0, 100)).toEqual([76, 88, 100]);
  });
});
