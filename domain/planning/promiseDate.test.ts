import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DatedQuantity } from './projectedBalance.ts';
import { promiseByWeek } from './promiseByWeek.ts';
import {
  firstWeekWith,
  leftOnMilli,
  type NewOrder,
  newOrder,
  promiseDate,
  type PromiseQuestion,
  promiseSteps,
} from './promiseDate.ts';
import type { OrderTermsOfPosition } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';

const MONDAY = TODAY + 4;
const WEEKS = 12;
const LAST_ON = MONDAY + 7 * (WEEKS - 1) - 1;

type Question = PromiseQuestion<DatedQuantity>;
const ask = (
  wanted_qty_milli: number,
  supply: Partial<Question['supply']> = {},
  more: Partial<Pick<Question, 'order' | 'givers'>> = {},
) =>
  promiseDate({
    supply: { as_of_on: TODAY, on_hand_qty_milli: 10_000, demand: [], receipts: [], ...supply },
    wanted_qty_milli,
    order: null,
    givers: [],
    ...more,
  });

describe('by what lies there and comes', () => {
  const later = { on: MONDAY + 3, qty_milli: 8_000 };
  const promised = { on: MONDAY + 5, qty_milli: 7_000 };

  test('what is promised later is kept for it, and the receipt that makes more possible is named', () => {
    const supply = { demand: [promised], receipts: [later] };
    // 10 + 8 − 7: all 10 may go today, for the 8 come before the 7 are due
    expect(ask(10_000, supply)).toEqual({ today_qty_milli: 10_000, ways: [{ way: 'here', on: TODAY, receipts: [] }] });
    expect(ask(11_000, supply).ways).toEqual([{ way: 'here', on: MONDAY + 3, receipts: [later] }]);
    expect(ask(11_001, supply).ways).toEqual([]);
    // the 8 a day after the 7 are due: 3 today
    const late = { ...supply, receipts: [{ ...later, on: MONDAY + 6 }] };
    expect(ask(3_000, late).ways).toMatchObject([{ on: TODAY }]);
    expect(ask(3_001, late)).toMatchObject({ today_qty_milli: 3_000, ways: [{ on: MONDAY + 6 }] });
  });

  test('an order that is late is served by the next receipt before anybody new', () => {
    const owed = { on_hand_qty_milli: 0, demand: [{ on: TODAY - 3, qty_milli: 6_000 }], receipts: [later] };
    expect(ask(2_000, owed)).toMatchObject({ today_qty_milli: 0, ways: [{ on: later.on }] });
    expect(ask(2_001, owed).ways).toEqual([]);
  });

  test('an overdue receipt is not there today, and one of years ago or ahead never comes', () => {
    const overdue = { on: TODAY - 2, qty_milli: 5_000 };
    expect(ask(12_000, { receipts: [overdue] }).ways).toMatchObject([
      { on: TODAY + 7, receipts: [{ qty_milli: 5_000 }] },
    ]);
    expect(ask(12_000, { receipts: [{ ...overdue, on: TODAY - 731 }] }).ways).toEqual([]);
    expect(ask(12_000, { receipts: [{ ...overdue, on: TODAY + 731 }] }).ways).toEqual([]);
  });

  test('what comes today counts today, and is named only where what lies there is too little', () => {
    const today = { on: TODAY, qty_milli: 4_000 };
    expect(ask(10_000, { receipts: [today] }).ways).toMatchObject([{ on: TODAY, receipts: [] }]);
    expect(ask(14_000, { receipts: [today] }).ways).toMatchObject([{ on: TODAY, receipts: [today] }]);
  });
});

describe('by another site, or an order placed today', () => {
  const order: NewOrder = {
    order_on: TODAY,
    receive_on: TODAY + 14,
    minimum_qty_milli: 5_000,
    multiple_qty_milli: 2_000,
  };
  const near = { site_id: 2, arrive_on: TODAY + 3, spare_qty_milli: 4_000 };
  const far = { site_id: 1, arrive_on: TODAY + 9, spare_qty_milli: 50_000 };

  test('only what is missing is bought, in what the supplier sells, and what is owed with it', () => {
    expect(ask(11_000, {}, { order }).ways).toEqual([
      { way: 'purchase', on: TODAY + 14, order_on: TODAY, qty_milli: 6_000 },
    ]);
    const owed = { on_hand_qty_milli: 0, demand: [{ on: TODAY + 30, qty_milli: 9_000 }] };
    expect(ask(1_000, owed, { order }).ways).toEqual([
      { way: 'purchase', on: TODAY + 14, order_on: TODAY, qty_milli: 10_000 },
    ]);
    expect(ask(10_000, {}, { order }).ways).toEqual([{ way: 'here', on: TODAY, receipts: [] }]);
  });

  test('the site that can give all that is missing and is soonest', () => {
    const givers = [far, near];
    expect(ask(14_000, {}, { givers }).ways).toEqual([
      { way: 'transfer', on: TODAY + 3, arrive_on: TODAY + 3, from_site_id: 2, qty_milli: 4_000 },
    ]);
    expect(ask(14_500, {}, { givers }).ways).toEqual([
      { way: 'transfer', on: TODAY + 9, arrive_on: TODAY + 9, from_site_id: 1, qty_milli: 5_000 },
    ]);
    expect(ask(60_001, {}, { givers }).ways).toEqual([]);
  });

  test('what arrives too few waits for what comes here', () => {
    const receipts = [{ on: TODAY + 7, qty_milli: 2_000 }];
    expect(ask(15_000, { receipts }, { givers: [near] }).ways).toEqual([
      { way: 'transfer', on: TODAY + 7, arrive_on: TODAY + 3, from_site_id: 2, qty_milli: 3_000 },
    ]);
  });

  test('all ways are said, the earliest first, of one day the one that takes nothing', () => {
    const receipts = [{ on: TODAY + 14, qty_milli: 5_000 }];
    expect(ask(15_000, { receipts }, { order, givers: [far] }).ways.map(({ way, on }) => [way, on - TODAY])).toEqual([
      ['transfer', 9],
      ['here', 14],
    ]);
    const after = [{ on: TODAY + 20, qty_milli: 5_000 }];
    const ways = ask(15_000, { receipts: after }, { order, givers: [{ ...far, arrive_on: TODAY + 14 }] }).ways;
    expect(ways.map(({ way, on }) => [way, on - TODAY])).toEqual([
      ['transfer', 14],
      ['purchase', 14],
      ['here', 20],
    ]);
  });

  test('nothing is said of an order nobody can place or of days nobody knows', () => {
    const terms: OrderTermsOfPosition = {
      ...POSITION,
      policy: null,
      supplier: { supplier_id: 1, minimum_qty_milli: 0, multiple_qty_milli: 1_000 },
      lead_time_days: 13.2,
    };
    expect(newOrder(terms, true)).toEqual({
      order: { order_on: TODAY, receive_on: TODAY + 14, minimum_qty_milli: 0, multiple_qty_milli: 1_000 },
    });
    // ordered on Mondays, taken in on Wednesdays
    const only = (day: number) => Array.from({ length: 7 }, (_, each) => each === day);
    const always = { valid_from: null, valid_to: null, closed: new Set<number>() };
    const calendar = { orders: [{ ...always, on: only(0) }], receives: [{ ...always, on: only(2) }] };
    expect(newOrder({ ...terms, calendar }, true)).toMatchObject({
      order: { order_on: MONDAY, receive_on: MONDAY + 16 },
    });
    expect(newOrder({ ...terms, item_active: false }, true)).toEqual({ refusal: 'item_inactive' });
    expect(newOrder({ ...terms, supplier: null }, true)).toEqual({ refusal: 'no_supplier' });
    const wrong = { supplier_id: 1, minimum_qty_milli: -1, multiple_qty_milli: 0 };
    expect(newOrder({ ...terms, supplier: wrong }, true)).toEqual({ refusal: 'supplier_terms' });
    for (const lead_time_days of [0, -3, 731, Number.NaN]) {
      expect(newOrder({ ...terms, lead_time_days }, false)).toEqual({ refusal: 'no_lead_time' });
    }
    expect(newOrder({ ...terms, lead_time_days: 0 }, true)).toMatchObject({ order: { receive_on: TODAY } });
  });
});

describe('of whatever position', () => {
  const whole = fc.integer({ min: 1, max: 20 }).map((each) => each * 500);
  const dated = (from: number, to: number) =>
    fc.array(fc.record({ on: fc.integer({ min: from, max: to }), qty_milli: whole }), { maxLength: 8 });
  const supplies = fc.record({
    as_of_on: fc.constant(TODAY),
    on_hand_qty_milli: fc.integer({ min: -5, max: 30 }).map((each) => each * 500),
    demand: dated(TODAY - 10, TODAY + 60),
    receipts: dated(TODAY - 10, TODAY + 60),
  });
  const questions = fc.record({
    supply: supplies,
    wanted_qty_milli: whole,
    order: fc.option(
      fc.record({
        order_on: fc.constant(TODAY),
        receive_on: fc.integer({ min: TODAY, max: TODAY + 70 }),
        minimum_qty_milli: fc.constantFrom(0, 3_000),
        multiple_qty_milli: fc.constantFrom(0, 1_000, 7_000),
      }),
    ),
    givers: fc.array(
      fc.record({
        site_id: fc.integer({ min: 1, max: 5 }),
        arrive_on: fc.integer({ min: TODAY, max: TODAY + 30 }),
        spare_qty_milli: whole,
      }),
      { maxLength: 3 },
    ),
  });
  const earliest = (question: Question): number => promiseDate(question).ways[0]?.on ?? Number.POSITIVE_INFINITY;

  test('the day is the first on which nothing promised is short by it: every later day is looked at by itself', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { supply, wanted_qty_milli } = question;
        const came = supply.receipts.map((each) => (each.on < TODAY ? { ...each, on: TODAY + 7 } : each));
        const there = (day: number): number =>
          supply.on_hand_qty_milli +
          came.reduce((sum, each) => (each.on <= day ? sum + each.qty_milli : sum), 0) -
          supply.demand.reduce((sum, each) => (each.on <= day ? sum + each.qty_milli : sum), 0);
        const days = Array.from({ length: 75 }, (_, ahead) => TODAY + ahead);
        const bears = (on: number): boolean => days.every((day) => day < on || there(day) >= wanted_qty_milli);
        const first = days.find(bears);
        const here = promiseDate(question).ways.find((each) => each.way === 'here');
        expect(here?.on).toBe(first);
        if (here && here.on > TODAY) {
          expect(here.receipts.length).toBeGreaterThan(0);
          expect(here.receipts.every((each) => each.on === here.on)).toBe(true);
        }
      }),
    );
  });

  test('more wanted is never earlier', () => {
    fc.assert(
      fc.property(questions, whole, (question, more) => {
        const larger = { ...question, wanted_qty_milli: question.wanted_qty_milli + more };
        expect(earliest(larger)).toBeGreaterThanOrEqual(earliest(question));
      }),
    );
  });

  test('more supply, less asked for, more to spare elsewhere or sooner is never later', () => {
    const receipt = fc.record({ on: fc.integer({ min: TODAY, max: TODAY + 60 }), qty_milli: whole });
    fc.assert(
      fc.property(questions, receipt, whole, (question, extra, more) => {
        const { supply, givers } = question;
        const before = earliest(question);
        const supplied = (changes: Partial<Question['supply']>) =>
          earliest({ ...question, supply: { ...supply, ...changes } });
        expect(supplied({ receipts: [...supply.receipts, extra] })).toBeLessThanOrEqual(before);
        expect(supplied({ on_hand_qty_milli: supply.on_hand_qty_milli + more })).toBeLessThanOrEqual(before);
        expect(supplied({ demand: supply.demand.slice(1) })).toBeLessThanOrEqual(before);
        const giving = givers.map((each) => ({ ...each, spare_qty_milli: each.spare_qty_milli + more }));
        expect(earliest({ ...question, givers: giving })).toBeLessThanOrEqual(before);
        const nearer = givers.map((each) => ({ ...each, arrive_on: TODAY + Math.floor((each.arrive_on - TODAY) / 2) }));
        expect(earliest({ ...question, givers: nearer })).toBeLessThanOrEqual(before);
      }),
    );
  });

  const weeksOf = (supply: Question['supply']) => promiseByWeek({ ...supply, usage_qty_milli_in_window: 0 }, WEEKS);

  test('the day is never before the week that shows as much', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { weeks } = weeksOf(question.supply);
        const here = promiseDate(question).ways.find((each) => each.way === 'here');
        if (!here) return;
        const week = firstWeekWith(weeks, question.wanted_qty_milli);
        expect(week).not.toBeNull();
        expect(here.on).toBeGreaterThanOrEqual(week ?? 0);
      }),
    );
  });

  test('where receipts come at the start of a week, weeks and days say the same, whatever is late', () => {
    const starts = fc.array(
      fc.record({
        on: fc.integer({ min: 0, max: WEEKS - 2 }).map((week) => MONDAY + 7 * week),
        qty_milli: whole,
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        starts,
        dated(TODAY - 10, LAST_ON),
        fc.nat(20),
        whole,
        (receipts, demand, there, wanted_qty_milli) => {
          const supply = { as_of_on: TODAY, on_hand_qty_milli: there * 500, demand, receipts };
          const { weeks } = weeksOf(supply);
          const steps = promiseSteps(supply);
          for (const week of weeks) {
            expect(week.promise_qty_milli).toBe(Math.max(0, leftOnMilli(steps, week.week_start_on)));
          }
          const here = promiseDate({ supply, wanted_qty_milli, order: null, givers: [] }).ways[0];
          expect(here?.on ?? null).toBe(firstWeekWith(weeks, wanted_qty_milli));
        },
      ),
    );
  });
});
