import { expect, test } from 'vitest';
import { lineLayout } from './lineLayout.ts';

test('the axis covers lines, target and interval, and never goes above its top', () => {
  const layout = lineLayout([[9610, 9700]], [9990], 2, 600, 184, 10_000);
  expect(layout.ticks.at(-1)).toBe(10_000);
  expect(layout.ticks[0]).toBeLessThanOrEqual(9610);
  expect(lineLayout([[9610, 9990]], [], 2, 600, 184, 9990).domain[1]).toBe(9990);
  expect(lineLayout([[-300, 200]], [], 2, 600, 184, undefined).ticks).toContain(0);
});

test('a label stands at the last known value, and none where nothing is known', () => {
  const { ends, right_px } = lineLayout(
    [
      [1, 2, null],
      [null, null, null],
      [1, null, 3],
    ],
    [],
    3,
    600,
    184,
    undefined,
  );
  expect(ends.map((end) => end.value)).toEqual([2, null, 3]);
  // a value of an earlier month is never shown as one of the last
  expect(ends.map((end) => end.earlier)).toEqual([1, null, null]);
  const [first, , third] = ends;
  expect(third?.x_px).toBe(right_px - 8);
  expect(first?.x_px).toBeLessThan(third?.x_px ?? 0);
});

test('labels of lines that end together are pushed apart, in their order', () => {
  const { ends } = lineLayout(
    [
      [1, 50],
      [1, 51],
      [1, 100],
    ],
    [],
    2,
    600,
    184,
    undefined,
  );
  expect((ends[0]?.label_px ?? 0) - (ends[1]?.label_px ?? 0)).toBeGreaterThanOrEqual(16);
});

test('names of positions are left out where they would touch, counted from the last', () => {
  expect(lineLayout([[1, 2]], [], 12, 900, 184, undefined).everyNth).toBe(1);
  expect(lineLayout([[1, 2]], [], 52, 900, 184, undefined).everyNth).toBeGreaterThan(1);
});
