import { expect, test } from 'vitest';
import { leadTimeOfSums, measuredLeadTime } from './leadTime.ts';

test('mean and deviation of what came: 10, 14, 12 days → 12 and 2', () => {
  expect(measuredLeadTime([10, 14, 12])).toEqual({ days: 12, deviation_days: 2, lines: 3 });
  expect(measuredLeadTime([10, 10, 10])).toEqual({ days: 10, deviation_days: 0, lines: 3 });
});

test('two deliveries say nothing; one received before it was approved is a mistake', () => {
  expect(measuredLeadTime([10, 14])).toBeNull();
  expect(measuredLeadTime([10, 14, -3])).toBeNull();
});

test('sums of the days say the same, in whichever order the lines came', () => {
  const days = [14, 9, 31, 14, 0, 22];
  const sum = days.reduce((total, each) => total + each, 0);
  const squares = days.reduce((total, each) => total + each * each, 0);
  expect(leadTimeOfSums(days.length, sum, squares)).toEqual(measuredLeadTime(days));
  expect(measuredLeadTime(days.toReversed())).toEqual(measuredLeadTime(days));
  expect(leadTimeOfSums(2, 20, 200)).toBeNull();
});
