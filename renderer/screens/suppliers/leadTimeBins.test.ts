import { expect, test } from 'vitest';
import { daysWithin, leadTimeBins, placeOf } from './leadTimeBins.ts';

test('every line is in one bin, and days between without lines are there', () => {
  const bins = leadTimeBins(
    [
      { days: 3, lines: 2 },
      { days: 6, lines: 1 },
    ],
    [4.5],
  );
  expect(bins.map(({ from_days, lines }) => [from_days, lines])).toEqual([
    [3, 2],
    [4, 0],
    [5, 0],
    [6, 1],
  ]);
  expect(placeOf(4.5, bins)).toBe(0.5);
  expect(leadTimeBins([], [4])).toEqual([]);
});
test('a long tail makes the bins wider, and loses nothing', () => {
  const taken = Array.from({ length: 90 }, (_, days) => ({ days, lines: days }));
  const bins = leadTimeBins(taken, [120]);
  expect(bins.length).toBeLessThanOrEqual(30);
  expect(bins.reduce((sum, { lines }) => sum + lines, 0)).toBe((89 * 90) / 2);
  expect(placeOf(120, bins)).toBeLessThanOrEqual(1);
});

test('half of the lines and nine in ten came within so many days', () => {
  const taken = [
    { days: 30, lines: 1 },
    { days: 12, lines: 5 },
    { days: 14, lines: 4 },
  ];
  expect([0.5, 0.9, 0.91].map((share) => daysWithin(taken, share))).toEqual([12, 14, 30]);
  expect(daysWithin([], 0.5)).toBeNull();
});
