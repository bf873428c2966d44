import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, type Claim } from './allocate.ts';
import { fairShare } from './fairShare.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The definition, one unit at a time. */
function unitByUnit(supply: number, demands: readonly number[]): number[] {
  const given = demands.map(() => 0);
  for (let left = Math.min(supply, sum(demands)); left > 0; left -= 1) {
    let best = -1;
    for (const [index, demand] of demands.entries()) {
      if ((given[index] ?? 0) >= demand) continue;
      const own = demand / (2 * (given[index] ?? 0) + 1);
      const other = (demands[best] ?? 0) / (2 * (given[best] ?? 0) + 1);
      if (best < 0 || own > other || (own === other && demand > (demands[best] ?? 0))) best = index;
    }
    given[best] = (given[best] ?? 0) + 1;
  }
  return given;
}

const demandList = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 8 });

describe('fair share', () => {
  test('100 over 80, 60 and 40 is 45, 33 and 22', () => {
    expect(fairShare(100, [80, 60, 40])).toEqual([45, 33, 22]);
  });

  test('one unit more takes from nobody where the largest remainder does', () => {
    // by largest remainder the last one has 1 of 3 units, and 0 of 4
    expect([3, 4, 5, 6, 7].map((supply) => fairShare(supply, [3, 3, 1]))).toEqual([
      [2, 1, 0],
      [2, 2, 0],
      [2, 2, 1],
      [3, 2, 1],
      [3, 3, 1],
    ]);
  });

  test('is the same as handing out unit by unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), demandList, (supply, demands) => {
        expect(fairShare(supply, demands)).toEqual(unitByUnit(supply, demands));
      }),
      { numRuns: 2_000 },
    );
  });

  test('conserves the supply, keeps to demands, and is monotone also for large quantities', () => {
    const large = fc.array(fc.nat({ max: 1_000_000_000_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(large, fc.double({ min: 0, max: 1.1, noNaN: true }), fc.nat({ max: 3 }), (demands, part, more) => {
        const supply = Math.floor(sum(demands) * part);
        const shares = fairShare(supply, demands);
        const richer = fairShare(supply + more, demands);
        expect(sum(shares)).toBe(Math.min(supply, sum(demands)));
        for (const [index, share] of shares.entries()) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(demands[index] ?? 0);
          expect(richer[index]).toBeGreaterThanOrEqual(share);
        }
      }),
    );
  });

  test('refuses what is not a number of units', () => {
    expect(() => fairShare(-1, [1])).toThrow(RangeError);
    expect(() => fairShare(1, [1.5])).toThrow(RangeError);
    expect(fairShare(5, [])).toEqual([]);
    expect(fairShare(5, [0, 0])).toEqual([0, 0]);
  });
});

describe('allocation', () => {
  const claim = (demand: number, protected_qty_milli = 0, priority = 0): Claim => ({
    demand_qty_milli: demand,
    protected_qty_milli,
    priority,
  });

  test('protected minimum, then priority, then fair share', () => {
    const claims = [claim(80, 0, 2), claim(60, 20, 1), claim(40, 0, 1)];
    expect(allocate(10, claims, 1)).toEqual({ allocated_qty_milli: [0, 10, 0], left_qty_milli: 0 });
    expect(allocate(60, claims, 1)).toEqual({ allocated_qty_milli: [40, 20, 0], left_qty_milli: 0 });
    expect(allocate(140, claims, 1)).toEqual({ allocated_qty_milli: [80, 40, 20], left_qty_milli: 0 });
    expect(allocate(200, claims, 1)).toEqual({ allocated_qty_milli: [80, 60, 40], left_qty_milli: 20 });
  });

  test('gives whole multiples only', () => {
    expect(allocate(2_500, [claim(2_000), claim(900)], 1_000)).toEqual({
      allocated_qty_milli: [2_000, 0],
      left_qty_milli: 500,
    });
    expect(() => allocate(1, [claim(1)], 0)).toThrow('order multiple');
  });

  test('conserves, respects demands and protected minimums, and more supply never hurts', () => {
    const claims = fc.array(
      fc.record({
        demand_qty_milli: fc.nat({ max: 400 }),
        protected_qty_milli: fc.nat({ max: 100 }),
        priority: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 7 },
    );
    fc.assert(
      fc.property(
        fc.nat({ max: 2_500 }),
        fc.nat({ max: 60 }),
        claims,
        fc.constantFrom(1, 7, 25),
        (supply, more, list, multiple) => {
          const poor = allocate(supply, list, multiple);
          const rich = allocate(supply + more, list, multiple);
          expect(sum(poor.allocated_qty_milli) + poor.left_qty_milli).toBe(supply);
          const units = (qty: number) => Math.floor(qty / multiple);
          const guarded = list.map((each) => Math.min(units(each.protected_qty_milli), units(each.demand_qty_milli)));
          for (const [index, each] of list.entries()) {
            const own = poor.allocated_qty_milli[index] ?? 0;
            expect(own % multiple).toBe(0);
            expect(own).toBeLessThanOrEqual(each.demand_qty_milli);
            expect(rich.allocated_qty_milli[index]).toBeGreaterThanOrEqual(own);
            if (sum(guarded) <= units(supply)) expect(own).toBeGreaterThanOrEqual((guarded[index] ?? 0) * multiple);
          }
          const served = list.every(
            (each, index) => poor.allocated_qty_milli[index] === units(each.demand_qty_milli) * multiple,
          );
          if (poor.left_qty_milli >= multiple) expect(served).toBe(true);
        },
      ),
    );
  });
});
