import fc from 'fast-check';
import { expect, it } from 'vitest';
import { daysOut, isCensored, LONGEST_STOCKOUT_DAYS, stockouts } from './stockouts.ts';

it('tells backwards from the balance when nothing lay there', () => {
  // 10 came on day 100, 10 left on day 110, 5 came on day 118; today is day 130 and 5 lie there
  const outs = stockouts(5, 130, [100, 110, 118], [10, -10, 5]);
  expect(outs).toEqual([{ from_on: 110, to_on: 117 }]);
  expect(daysOut(outs, 100, 112)).toBe(3);
  expect(daysOut(outs, 118, 130)).toBe(0);
});

it('lasts until today where nothing came since, and joins days of a negative balance', () => {
  expect(stockouts(-3, 130, [100, 110, 111], [10, -12, -1])).toEqual([{ from_on: 110, to_on: 130 }]);
});

it('says nothing of the time before anything lay there, of what lay there at the first movement, nor of a position not kept', () => {
  // sold before the first receipt: nothing had been kept
  expect(stockouts(4, 130, [100, 105], [-1, 5])).toEqual([]);
  // a balance without movements is one of an import
  expect(stockouts(0, 130, [], [])).toEqual([]);
  const long = 100 + LONGEST_STOCKOUT_DAYS;
  expect(stockouts(0, long - 1, [90, 100], [5, -5])).toEqual([{ from_on: 100, to_on: long - 1 }]);
  expect(stockouts(0, long, [90, 100], [5, -5])).toEqual([]);
});

it('a day with as much in as out is one day, and what moves after today is left out', () => {
  expect(stockouts(5, 110, [100, 105, 105], [5, -5, 5])).toEqual([]);
  expect(stockouts(0, 110, [100, 120], [5, -5])).toEqual([]);
});

it('a period is censored from a fifth of its days on', () => {
  expect([5, 6].map((days) => isCensored(days, 30))).toEqual([false, true]);
  expect([1, 2].map((days) => isCensored(days, 7))).toEqual([false, true]);
  expect(isCensored(0, 0)).toBe(false);
});

it('finds every day on which nothing lay there after something did, and no other', () => {
  const move = fc.record({ on: fc.integer({ min: 0, max: 40 }), qty: fc.integer({ min: -9, max: 9 }) });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), fc.integer({ min: -5, max: 20 }), (moves, balance) => {
      const sorted = moves.toSorted((a, b) => a.on - b.on);
      const today = 45;
      const outs = stockouts(
        balance,
        today,
        sorted.map((each) => each.on),
        sorted.map((each) => each.qty),
      );
      const first = sorted[0]?.on ?? today + 1;
      const layOn = (day: number): number =>
        balance - sorted.reduce((sum, each) => (each.on > day ? sum + each.qty : sum), 0);
      for (let day = 0; day <= today; day++) {
        const kept = Array.from({ length: Math.max(0, day - first + 1) }, (_, nth) => first + nth).some(
          (each) => layOn(each) > 0,
        );
        expect(daysOut(outs, day, day)).toBe(day >= first && kept && layOn(day) <= 0 ? 1 : 0);
      }
    }),
    { numRuns: 300 },
  );
});
