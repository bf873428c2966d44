import { expect, test } from 'vitest';
import { changeOf, growthBp, monthsBefore, monthsLastYear } from './change.ts';

test('months just before are as many, over a year’s end; a year before are the same', () => {
  expect(monthsBefore({ from_month: 202610, to_month: 202610 })).toEqual({ from_month: 202609, to_month: 202609 });
  expect(monthsBefore({ from_month: 202601, to_month: 202610 })).toEqual({ from_month: 202503, to_month: 202512 });
  expect(monthsBefore({ from_month: 202511, to_month: 202610 })).toEqual({ from_month: 202411, to_month: 202510 });
  expect(monthsLastYear({ from_month: 202511, to_month: 202610 })).toEqual({ from_month: 202411, to_month: 202510 });
});

test('worked out by hand: 1,050.00 after 1,000.00 is 50.00 more, 5.00 %; 10.8 % after 16.0 % is −520 basis points', () => {
  expect([changeOf(105_000, 100_000), growthBp(5_000, 100_000)]).toEqual([5_000, 500]);
  expect(changeOf(1_080, 1_600)).toBe(-520);
  expect([changeOf(null, 1), changeOf(1, null), changeOf(0, 0)]).toEqual([null, null, 0]);
  // from a loss or from nothing there is no growth to speak of
  expect([growthBp(100, 0), growthBp(100, -50), growthBp(null, 100), growthBp(100, null)]).toEqual(
    Array.from({ length: 4 }, () => null),
  );
});
