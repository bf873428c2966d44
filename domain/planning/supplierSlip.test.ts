import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOfLarger, chanceOfMore, type SupplierOrder, supplierSlip } from './supplierSlip.ts';

describe('the tests', () => {
  test('Fisher’s exact test: the lady tasting tea, and nothing unusual', () => {
    // 4 of 4 cups of one kind named right: 1 in 70; 3 of 4: 17 in 70
    expect(chanceOfMore(4, 4, 0, 4)).toBeCloseTo(1 / 70, 12);
    expect(chanceOfMore(3, 4, 1, 4)).toBeCloseTo(17 / 70, 12);
    expect(chanceOfMore(0, 4, 4, 4)).toBeCloseTo(1, 12);
  });
  test('Mann–Whitney: U of the textbook, ties in the middle', () => {
    // U = 25 of 25, mean 12.5, deviation √(25·11/12): z = (12.5 − 0.5) / 4.787
    expect(chanceOfLarger([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(0.006_093, 4);
    expect(chanceOfLarger([5, 5, 5], [5, 5])).toBe(1);
    // one tied pair of ranks 5 and 6: U = 24.5, the variance less by 6 / (10·9)
    expect(chanceOfLarger([1, 2, 3, 4, 6], [6, 7, 8, 9, 10])).toBeCloseTo(0.007_955, 4);
  });
  test('none above any of the others is certain, so that a day later is never likelier to be chance', () => {
    expect(chanceOfLarger([38], [37])).toBe(1);
    expect(chanceOfLarger([5, 5, 6], [1, 2, 4])).toBe(1);
  });
  test('a chance is a chance, whichever way', () => {
    const days = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(days, days, (a, b) => {
        const chance = chanceOfLarger(a, b);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        // later by a day is never more likely to be chance
        expect(
          chanceOfLarger(
            a,
            b.map((day) => day + 1),
          ),
        ).toBeLessThanOrEqual(chance + 1e-6);
      }),
    );
  });
});

const order = (days_ago: number, lead_days: number, in_time: boolean): SupplierOrder => ({
  due_on: 1000 - days_ago,
  complete_on: 1000 - days_ago,
  lead_days,
  in_time,
});
const year = (lead_days: (nth: number) => number, in_time: (nth: number) => boolean): SupplierOrder[] =>
  Array.from({ length: 30 }, (_, nth) => order(100 + nth * 11, lead_days(nth), in_time(nth)));
const lately = (count: number, lead_days: number, in_time: boolean): SupplierOrder[] =>
  Array.from({ length: count }, (_, nth) => order(5 + nth * 8, lead_days, in_time));
const steady = year(
  (nth) => 12 + (nth % 5),
  (nth) => nth % 10 !== 0,
);

describe('a supplier who slips', () => {
  test('later and seldom in time: both are told with what they were', () => {
    const slip = supplierSlip([...steady, ...lately(9, 24, false)], 1000);
    expect(slip?.lead_days).toMatchObject({ before: 14, lately: 24, before_orders: 30, lately_orders: 9 });
    expect(slip?.in_time_bp).toMatchObject({ before: 9_000, lately: 0 });
  });
  test('as before is no slip; nor is better', () => {
    expect(supplierSlip([...steady, ...lately(9, 14, true)], 1000)).toBeNull();
    expect(supplierSlip([...steady, ...lately(9, 4, true)], 1000)).toBeNull();
  });
  test('three orders prove nothing, and a day more changes nothing', () => {
    expect(supplierSlip([...steady, ...lately(3, 60, false)], 1000)).toBeNull();
    const exact = year(
      () => 14,
      () => true,
    );
    expect(supplierSlip([...exact, ...lately(9, 15, true)], 1000)).toBeNull();
  });
  test('what never came counts as late, and has no lead time', () => {
    const open = lately(8, 0, false).map((each) => ({ ...each, complete_on: null, lead_days: null }));
    const slip = supplierSlip([...steady, ...open], 1000);
    expect(slip).toMatchObject({ lead_days: null, in_time_bp: { lately: 0, lately_orders: 8 } });
  });
  test('days to come and days long past are left out', () => {
    const ahead = lately(9, 40, false).map((each) => ({ ...each, due_on: 1001, complete_on: null, lead_days: null }));
    expect(supplierSlip([...steady, ...ahead], 1000)).toBeNull();
    const long_ago = steady.map((each) => ({ ...each, due_on: each.due_on - 600, complete_on: 100 }));
    expect(supplierSlip([...long_ago, ...lately(9, 40, false)], 1000)).toBeNull();
  });
});
