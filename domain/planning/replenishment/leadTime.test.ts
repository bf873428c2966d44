import { expect, test } from 'vitest';
import { measuredLeadTime } from './leadTime.ts';

test('mean and deviation of what came: 10, 14, 12 days → 12 and 2', () => {
  expect(measuredLeadTime([10, 14, 12])).toEqual({ days: 12, deviation_days: 2, lines: 3 });
  expect(measuredLeadTime([10, 10, 10])).toEqual({ days: 10, deviation_days: 0, lines: 3 });
});

test('two deliveries say nothing; one received before it was approved is a mistake', () => {
  expect(measuredLeadTime([10, 14])).toBeNull();
  expect(measuredLeadTime([10, 14, -3])).toBeNull();
});
