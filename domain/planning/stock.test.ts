import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber } from '../calendar.ts';
import { projectedBalance } from './projectedBalance.ts';
import { horizonOn, type StockStatusQuestion, stockStatus, stockStatusRank } from './stockStatus.ts';

// a Thursday
const TODAY = dayNumber('2026-11-05') ?? Number.NaN;
const policy = { min_qty_milli: 100_000, max_qty_milli: 300_000, lead_time_days: 10 };
const question: StockStatusQuestion = {
  as_of_on: TODAY,
  on_hand_qty_milli: 200_000,
  next_comes_on: null,
  committed_qty_milli: 0,
  usage_qty_milli_in_window: 0,
  policy,
};

describe('stock status', () => {
  const status = (changes: Partial<StockStatusQuestion>) => stockStatus({ ...question, ...changes });

  test('by what is on hand against the policy', () => {
    expect(status({})).toBe('in_policy');
    expect(status({ on_hand_qty_milli: -1 })).toBe('negative');
    expect(status({ on_hand_qty_milli: 99_999 })).toBe('below_min');
    expect(status({ on_hand_qty_milli: 100_000 })).toBe('near_min');
    expect(status({ on_hand_qty_milli: 109_999 })).toBe('near_min');
    expect(status({ on_hand_qty_milli: 110_000 })).toBe('in_policy');
    expect(status({ policy: null })).toBe('no_policy');
    expect(status({ policy: null, on_hand_qty_milli: -1 })).toBe('negative');
  });

  test('excess needs more than the maximum and more than 180 days', () => {
    // 301 on hand: 2 a day = 150.5 days, 1 a day = 301 days
    expect(status({ on_hand_qty_milli: 301_000, usage_qty_milli_in_window: 180_000 })).toBe('in_policy');
    expect(status({ on_hand_qty_milli: 301_000, usage_qty_milli_in_window: 90_000 })).toBe('excess');
    expect(status({ on_hand_qty_milli: 301_000 })).toBe('excess');
  });

  test('short: nothing left before the next receipt, by orders or by usage', () => {
    expect(status({ committed_qty_milli: 200_001 })).toBe('short');
    expect(status({ committed_qty_milli: 200_000 })).toBe('in_policy');
    // 25 a day: 8 days last, the lead time is 10
    expect(status({ usage_qty_milli_in_window: 25_000 * 90 })).toBe('short');
    // a receipt on the 7th day comes in time
    expect(status({ usage_qty_milli_in_window: 25_000 * 90, next_comes_on: TODAY + 7 })).toBe('in_policy');
    // orders use up the forecast, they do not add to it: 150 ordered, 150 forecast, 200 there
    expect(status({ committed_qty_milli: 150_000, usage_qty_milli_in_window: 15_000 * 90 })).toBe('in_policy');
  });

  test('an overdue receipt is no excuse beyond tomorrow', () => {
    expect(horizonOn({ ...question, next_comes_on: TODAY - 30 })).toBe(TODAY + 1);
  });

  test('negative is the worst', () => {
    expect(stockStatusRank('negative')).toBeLessThan(stockStatusRank('short'));
    expect(stockStatusRank('below_min')).toBeLessThan(stockStatusRank('excess'));
  });
});

describe('projected balance', () => {
  test('week by week: larger of orders and usage out, receipts in', () => {
    const weeks = projectedBalance(
      {
        as_of_on: TODAY,
        on_hand_qty_milli: 100_000,
        demand: [
          { on: TODAY - 3, qty_milli: 30_000 },
          { on: TODAY + 5, qty_milli: 40_000 },
        ],
        receipts: [
          { on: TODAY - 2, qty_milli: 5_000, taken_on: TODAY + 5 },
          { on: TODAY + 11, qty_milli: 50_000 },
        ],
        usage_qty_milli_in_window: 90_000,
      },
      3,
    );
    expect(weeks).toEqual([
      // Thursday to Sunday: 30 overdue orders against 4 of usage; the late receipt is not hoped for this week
      { week_start_on: TODAY, receipts_qty_milli: 0, demand_qty_milli: 30_000, balance_qty_milli: 70_000 },
      { week_start_on: TODAY + 4, receipts_qty_milli: 5_000, demand_qty_milli: 40_000, balance_qty_milli: 35_000 },
      // 18 days of usage are still less than the 70 ordered
      { week_start_on: TODAY + 11, receipts_qty_milli: 50_000, demand_qty_milli: 0, balance_qty_milli: 85_000 },
    ]);
  });

  test('nothing appears or vanishes, and what is taken never comes back', () => {
    const dated = fc.array(
      fc.record({
        on: fc.integer({ min: TODAY - 20, max: TODAY + 60 }),
        qty_milli: fc.integer({ min: 0, max: 9_000 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: -9_000, max: 90_000 }),
        dated,
        dated,
        fc.nat(90_000),
        (on_hand, demand, receipts, usage) => {
          const weeks = projectedBalance(
            { as_of_on: TODAY, on_hand_qty_milli: on_hand, demand, receipts, usage_qty_milli_in_window: usage },
            12,
          );
          let balance = on_hand;
          for (const week of weeks) {
            expect(week.demand_qty_milli).toBeGreaterThanOrEqual(0);
            balance += week.receipts_qty_milli - week.demand_qty_milli;
            expect(week.balance_qty_milli).toBe(balance);
          }
          const received = weeks.reduce((sum, week) => sum + week.receipts_qty_milli, 0);
          expect(received).toBe(receipts.reduce((sum, each) => sum + each.qty_milli, 0));
        },
      ),
    );
  });
});
