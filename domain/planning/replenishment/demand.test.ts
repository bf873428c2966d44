import { expect, test } from 'vitest';
import { demandFromWeeks } from './demand.ts';

test('the mean of ninety days, and the deviation of the weeks brought down to a day', () => {
  const { daily_demand_qty_milli, daily_deviation_qty_milli } = demandFromWeeks(90_000, [7_000, 9_000, 5_000]);
  expect(daily_demand_qty_milli).toBe(1_000);
  // the weeks deviate by 2,000
  expect(daily_deviation_qty_milli).toBeCloseTo(2_000 / Math.sqrt(7), 9);
});

test('more that came back than was sold is no demand, and no weeks no deviation', () => {
  expect(demandFromWeeks(-5_000, null)).toEqual({ daily_demand_qty_milli: 0, daily_deviation_qty_milli: 0 });
  expect(demandFromWeeks(9_000, [9_000]).daily_deviation_qty_milli).toBe(0);
});
