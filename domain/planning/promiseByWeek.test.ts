import { expect, test } from 'vitest';
import { promiseByWeek } from './promiseByWeek.ts';

/** Thursday 5 November 2026. */
const TODAY = 20_762;
const MONDAY = TODAY + 4;

const plan = (changes: Partial<Parameters<typeof promiseByWeek>[0]> = {}, weeks = 4) =>
  promiseByWeek(
    { as_of_on: TODAY, on_hand_qty_milli: 10_000, demand: [], receipts: [], usage_qty_milli_in_window: 0, ...changes },
    weeks,
  );

test('a receipt is promised until the next, and an earlier one gives what a later cannot', () => {
  const { weeks, uncovered_qty_milli } = plan({
    demand: [
      { on: TODAY - 3, qty_milli: 2000 },
      { on: MONDAY, qty_milli: 3000 },
      { on: MONDAY + 7, qty_milli: 9000 },
      { on: MONDAY + 14, qty_milli: 1000 },
    ],
    receipts: [{ on: MONDAY + 8, qty_milli: 8000 }],
  });
  expect(weeks.map((week) => [week.week_start_on, week.committed_qty_milli, week.receipts_qty_milli])).toEqual([
    [TODAY, 2000, 0],
    [MONDAY, 3000, 0],
    [MONDAY + 7, 9000, 8000],
    [MONDAY + 14, 1000, 0],
  ]);
  // 10 on hand − 5 due before the receipt, which brings 8 for 10: two of the five go there
  expect(weeks.map((week) => week.available_qty_milli)).toEqual([3000, 0, 0, 0]);
  expect(weeks.map((week) => week.promise_qty_milli)).toEqual([3000, 3000, 3000, 3000]);
  expect(weeks.map((week) => week.balance_qty_milli)).toEqual([8000, 5000, 4000, 3000]);
  expect(uncovered_qty_milli).toBe(0);
});

test('what is committed beyond the last week is kept for it, as far as no later receipt brings it', () => {
  const far = { on: MONDAY + 100, qty_milli: 7000 };
  expect(plan({ demand: [far] }).weeks[0]?.available_qty_milli).toBe(3000);
  expect(plan({ demand: [far], receipts: [{ on: MONDAY + 99, qty_milli: 5000 }] }).weeks[0]?.available_qty_milli).toBe(
    8000,
  );
});

test('what is owed and not there is served by the next receipts before anybody new', () => {
  const receipts = [
    { on: MONDAY, qty_milli: 3000 },
    { on: MONDAY + 14, qty_milli: 8000 },
  ];
  const { weeks, uncovered_qty_milli } = plan({
    on_hand_qty_milli: 0,
    demand: [{ on: TODAY - 3, qty_milli: 5000 }],
    receipts,
  });
  expect(uncovered_qty_milli).toBe(5000);
  expect(weeks.map((week) => week.promise_qty_milli)).toEqual([0, 0, 0, 6000]);
  // committed stays when it was committed
  expect(weeks.map((week) => week.committed_qty_milli)).toEqual([5000, 0, 0, 0]);
});

test('less than nothing on hand promises nothing and says what is not covered', () => {
  const { weeks, uncovered_qty_milli } = plan({ on_hand_qty_milli: -1500, demand: [{ on: TODAY, qty_milli: 500 }] });
  expect(weeks.every((week) => week.promise_qty_milli === 0)).toBe(true);
  expect(uncovered_qty_milli).toBe(2000);
  expect(plan({}, 0)).toEqual({ weeks: [], uncovered_qty_milli: 0 });
});
