/** One day for one overdue receipt: the weeks, the promise, the proposal, the queue, the exceptions and the status go by the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servePosition } from '../allocation/servePosition.ts';
import { givingPosition } from '../transfers/giving.ts';
import { weekday } from '../calendar.ts';
import { lateLines } from '../exceptions/coverage.ts';
import { comesOn, takenOn } from './overdueReceipts.ts';
import { learnWaits } from './overdueWaits.ts';
import { type BalanceQuestion, type DatedQuantity, projectedBalance } from './projectedBalance.ts';
import { promiseByWeek } from './promiseByWeek.ts';
import { promiseDate } from './promiseDate.ts';
import { ownFigureMilli } from './replenishment/ownFigure.ts';
import { proposeOrder } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';
import { STALE_DAYS } from './staleDocuments.ts';
import { horizonOn } from './stockStatus.ts';

const RUNS = { seed: 20_261_127, numRuns: 400 };
const MONDAY = TODAY + 4;
const WEEKS = 12;

/** Eight lines of supplier 1 that came 21 days late. */
const waits = learnWaits(
  Array.from({ length: 8 }, () => ({
    supplier_id: 1,
    ordered_on: TODAY - 200,
    promised_on: TODAY - 100,
    told: [],
    received_on: TODAY - 79,
  })),
  TODAY,
);

const question = (more: Partial<BalanceQuestion>): BalanceQuestion => ({
  as_of_on: TODAY,
  on_hand_qty_milli: 0,
  demand: [],
  receipts: [],
  usage_qty_milli_in_window: 0,
  ...more,
});

test('a line three days late of a supplier whose lines came 21 late: in 18 days, and not before, for everybody', () => {
  const expected_on = TODAY - 3;
  const receipt = {
    on: expected_on,
    qty_milli: 5_000,
    taken_on: takenOn({ supplier_id: 1, expected_on }, TODAY, waits),
  };
  const day = TODAY + 18;
  expect(comesOn(receipt, TODAY)).toBe(day);
  const demand = [{ on: day, qty_milli: 2_000 }];
  const asked = question({ receipts: [receipt], demand });
  // Thursday and 18 days: the Monday of its week is 18 days after today
  expect(weekday(day)).toBe(0);
  expect(projectedBalance(asked, 4).map((week) => week.balance_qty_milli)).toEqual([0, 0, 0, 3_000]);
  const plan = promiseByWeek(asked, 4);
  expect(plan.weeks.map((week) => week.promise_qty_milli)).toEqual([0, 0, 0, 3_000]);
  expect(plan.uncovered_qty_milli).toBe(0);
  const supply = { as_of_on: TODAY, on_hand_qty_milli: 0, demand, receipts: [receipt] };
  expect(promiseDate({ supply, wanted_qty_milli: 1_000, order: null, givers: [] }).ways).toMatchObject([{ on: day }]);
  const waiting = (on: number) => ({ order_line_id: 1, committed_on: on, open_qty_milli: 2_000, open_value_minor: 1 });
  const late = (on: number) => lateLines({ ...supply, lines: [waiting(on)] });
  expect([late(day - 1).length, late(day).length]).toEqual([1, 0]);
  expect(late(day - 1)[0]?.never_qty_milli).toBe(0);
  const line = {
    order_line_id: 1,
    due_on: day,
    open_qty_milli: 2_000,
    priority: 1,
    protected_bp: 0,
    standing: 'rule' as const,
    multiple_qty_milli: 1_000,
  };
  const served = servePosition({ as_of_on: TODAY, on_hand_qty_milli: 0, unseen_qty_milli: 0, receipts: [receipt] }, [
    line,
  ]);
  expect(served.lines[0]?.whole_on).toBe(day);
  const proposed = proposeOrder({
    ...POSITION,
    on_hand_qty_milli: 0,
    daily_demand_qty_milli: 0,
    demand: [{ on: day - 1, qty_milli: 2_000 }],
    receipts: [receipt],
  });
  expect('proposal' in proposed ? proposed.proposal.without.runs_out_on : null).toBe(day - 1);
  expect(horizonOn({ as_of_on: TODAY, next_comes_on: comesOn(receipt, TODAY), policy: null })).toBe(day);
});

test('a receipt expected ten years ago, or in three years, is nobody’s', () => {
  for (const on of [TODAY - 3_650, TODAY - STALE_DAYS - 1, TODAY + STALE_DAYS + 1]) {
    const receipts = [{ on, qty_milli: 9_000, taken_on: on < TODAY ? TODAY + 2 : undefined }];
    const demand = [{ on: MONDAY + 30, qty_milli: 1_000 }];
    const plan = promiseByWeek(question({ receipts, demand }), WEEKS);
    expect(plan.weeks.every((week) => week.promise_qty_milli === 0 && week.receipts_qty_milli === 0)).toBe(true);
    expect(plan.uncovered_qty_milli).toBe(1_000);
    const supply = { as_of_on: TODAY, on_hand_qty_milli: 0, demand: [], receipts };
    expect(promiseDate({ supply, wanted_qty_milli: 1_000, order: null, givers: [] }).ways).toEqual([]);
    const served = servePosition({ ...supply, unseen_qty_milli: 0 }, []);
    expect(served.left_at_last_qty_milli).toBe(0);
    const lines = [{ order_line_id: 1, committed_on: MONDAY, open_qty_milli: 2_000, open_value_minor: 5 }];
    expect(lateLines({ ...supply, lines })[0]?.never_qty_milli).toBe(2_000);
  }
});

const quantity = fc.integer({ min: 1, max: 20 }).map((each) => each * 500);
const dated = (from: number, to: number) =>
  fc.array(fc.record({ on: fc.integer({ min: from, max: to }), qty_milli: quantity }), { maxLength: 6 });
const receipts = fc.array(
  fc.record({
    on: fc.integer({ min: TODAY - 40, max: TODAY + 70 }),
    qty_milli: quantity,
    waits: fc.integer({ min: 1, max: 60 }),
  }),
  { maxLength: 6 },
);
const questions = fc.record({
  on_hand_qty_milli: fc.integer({ min: -5, max: 30 }).map((each) => each * 500),
  demand: dated(TODAY - 10, TODAY + 70),
  usage_qty_milli_in_window: fc.nat(90_000),
});
const waited = (all: readonly { on: number; qty_milli: number; waits: number }[], longer = 0): DatedQuantity[] =>
  all.map(({ on, qty_milli, waits: days }) => ({
    on,
    qty_milli,
    taken_on: on < TODAY ? TODAY + days + longer : undefined,
  }));

test('each week receives what its own days receive, counted day by day', () => {
  fc.assert(
    fc.property(questions, receipts, (more, all) => {
      const coming = waited(all);
      const weeks = projectedBalance(question({ ...more, receipts: coming }), WEEKS);
      for (const [at, week] of weeks.entries()) {
        const days = at === 0 ? 7 - weekday(TODAY) : 7;
        let sum = 0;
        for (let day = week.week_start_on; day < week.week_start_on + days; day++) {
          for (const each of coming) if ((each.taken_on ?? each.on) === day) sum += each.qty_milli;
        }
        expect(week.receipts_qty_milli).toBe(sum);
      }
    }),
    RUNS,
  );
});

test('an overdue receipt is one expected on the day it is taken to come; waiting longer promises no week more', () => {
  fc.assert(
    fc.property(questions, receipts, fc.nat(40), (more, all, longer) => {
      const plan = promiseByWeek(question({ ...more, receipts: waited(all) }), WEEKS);
      const moved = waited(all).map(({ on, taken_on, qty_milli }) => ({ on: taken_on ?? on, qty_milli }));
      expect(promiseByWeek(question({ ...more, receipts: moved }), WEEKS)).toEqual(plan);
      const later = promiseByWeek(question({ ...more, receipts: waited(all, longer) }), WEEKS);
      for (const [at, week] of later.weeks.entries()) {
        expect(week.promise_qty_milli).toBeLessThanOrEqual(plan.weeks[at]?.promise_qty_milli ?? 0);
        expect(week.balance_qty_milli).toBeLessThanOrEqual(plan.weeks[at]?.balance_qty_milli ?? 0);
      }
      expect(later.uncovered_qty_milli).toBeGreaterThanOrEqual(plan.uncovered_qty_milli);
    }),
    RUNS,
  );
});

test('when what is overdue comes moves no quantity that is ordered or given: it tells only what runs out before', () => {
  const on = fc.integer({ min: TODAY - 100, max: TODAY + 60 });
  const coming = fc.array(
    fc.record({
      on,
      qty_milli: fc.nat({ max: 90_000 }),
      taken_on: fc.option(fc.integer({ min: TODAY + 1, max: TODAY + 90 }), { nil: undefined }),
    }),
    { maxLength: 5 },
  );
  const owed = fc.array(fc.record({ on, qty_milli: fc.nat({ max: 90_000 }) }), { maxLength: 4 });
  fc.assert(
    fc.property(coming, owed, fc.integer({ min: -9_000, max: 200_000 }), (receipts, demand, on_hand_qty_milli) => {
      const told = { ...POSITION, on_hand_qty_milli, demand, receipts };
      const untold = { ...told, receipts: receipts.map(({ on, qty_milli }) => ({ on, qty_milli })) };
      for (const because of ['needed', 'for_minimum', 'for_container'] as const) {
        expect(ownFigureMilli(untold, { because }, true)).toBe(ownFigureMilli(told, { because }, true));
      }
      expect(givingPosition(untold)).toEqual(givingPosition(told));
    }),
    RUNS,
  );
});
