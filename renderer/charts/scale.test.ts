import { describe, expect, test } from 'vitest';
import { linearScale, ticksAround, spreadLabels } from './scale.ts';

describe('scale', () => {
  test('ticks of rates are round, cover the values and need no zero', () => {
    expect(ticksAround(8800, 9990, 4)).toEqual([8500, 9000, 9500, 10_000]);
    expect(ticksAround(9610, 9640, 3)).toEqual([9610, 9620, 9630, 9640]);
    expect(ticksAround(500, 500, 4)).toEqual([500, 501]);
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
