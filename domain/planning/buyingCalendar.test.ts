import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weekday } from '../calendar.ts';
import {
  calendarOf,
  datesOf,
  datesText,
  longestWaitDays,
  orderDayFrom,
  receivingDayFrom,
  weekdaysOf,
  weekdaysText,
} from './buyingCalendar.ts';
import { daysOfOrder, notToday, notTodayWords, withWaits } from './replenishment/orderDays.ts';
import { proposeOrder, type ReplenishmentQuestion } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';

const none = { orders_on: null, receives_on: null, closed_on: null };

test('days are read as people write them, and kept in one way', () => {
  expect(weekdaysText(' Thursday,mon ')).toBe('mon thu');
  expect(weekdaysText('soon')).toBe('soon');
  expect(weekdaysOf('mon thu')).toEqual([true, false, false, true, false, false, false]);
  expect([weekdaysOf('soon'), weekdaysOf(null)]).toEqual([null, null]);
  expect(datesText('2026-12-26; 2026-12-25 2026-12-26')).toBe('2026-12-25 2026-12-26');
  expect(datesText('Christmas')).toBe('Christmas');
  expect([datesOf('2026-11-05'), datesOf(null), datesOf('2026-02-30')]).toEqual([[TODAY], [], null]);
});

describe('an order', () => {
  const calendar = calendarOf({ orders_on: 'mon', receives_on: 'tue wed', closed_on: '2026-11-24' });
  test('waits for its day, and what comes waits for the site: Monday 9th, ten days, not Thursday 19th nor closed 24th', () => {
    expect(orderDayFrom(calendar, TODAY)).toBe(TODAY + 4);
    expect(receivingDayFrom(calendar, TODAY + 14)).toBe(TODAY + 20);
    expect(daysOfOrder({ calendar, as_of_on: TODAY, lead_time_days: 9.5 })).toEqual({
      order_on: TODAY + 4,
      receive_on: TODAY + 20,
    });
    expect(daysOfOrder({ calendar: null, as_of_on: TODAY, lead_time_days: 9.5 })).toEqual({
      order_on: TODAY,
      receive_on: TODAY + 10,
    });
  });
  test('is sent on an order day, and on another it is said which', () => {
    expect(notToday(calendar, TODAY)).toBe(TODAY + 4);
    expect(notToday(calendar, TODAY + 4)).toBeNull();
    expect([notToday(null, TODAY), notToday(calendarOf(none), TODAY)]).toEqual([null, null]);
    expect(notTodayWords(TODAY + 4)).toContain('Send it on Mon 9 Nov,');
  });
  test('must last until the next could come: a week between two, five days more until it is taken in', () => {
    expect([longestWaitDays(calendar.orders_on), longestWaitDays(calendar.receives_on)]).toEqual([7, 6]);
    expect([longestWaitDays(null), longestWaitDays(weekdaysOf('mon tue wed thu fri'))]).toEqual([1, 3]);
    const service = {
      kind: 'service',
      measure: 'cycle',
      target_bp: 9_500,
      review_days: 2,
      order_qty_milli: null,
    } as const;
    expect(withWaits({ calendar, policy: service, lead_time_days: 10 })).toMatchObject({
      lead_time_days: 15,
      policy: { review_days: 7 },
    });
    expect(withWaits({ calendar: calendarOf(none), policy: service, lead_time_days: 10 })).toMatchObject({
      lead_time_days: 10,
      policy: { review_days: 2 },
    });
  });
  test('a site that is closed for weeks takes in after them', () => {
    const dates = Array.from({ length: 40 }, (_, day) =>
      new Date((TODAY + day) * 86_400_000).toISOString().slice(0, 10),
    );
    const closed = calendarOf({ ...none, closed_on: dates.join(' ') });
    expect(receivingDayFrom(closed, TODAY)).toBe(TODAY + 40);
  });
});

describe('whatever the days', () => {
  const days = fc.option(fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }));
  const calendars = fc
    .tuple(days, days, fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 10 }))
    .map(([orders, receives, closed]) => ({
      ...calendarOf({
        orders_on: orders?.join(' ') ?? null,
        receives_on: receives?.join(' ') ?? null,
        closed_on: null,
      }),
      closed_on: new Set(closed.map((day) => TODAY + day)),
    }));
  const weekly: ReplenishmentQuestion = {
    ...POSITION,
    policy: { kind: 'service', measure: 'cycle', target_bp: 9_500, review_days: 1, order_qty_milli: null },
    supplier: { supplier_id: 9, minimum_qty_milli: 0, multiple_qty_milli: 1_000 },
  };
  test('it is ordered on an order day and comes on a receiving day, no sooner than without; ordered, it is not asked for again', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: -50, max: 300 }), (calendar, units) => {
        const asked = { ...weekly, on_hand_qty_milli: units * 1_000 };
        const [free, bound] = [proposeOrder(asked), proposeOrder({ ...asked, calendar })];
        if (!('proposal' in free && 'proposal' in bound)) throw new Error('refused');
        const { order_on, receive_on, order_by_on, qty_milli } = bound.proposal;
        for (const day of [order_on, order_by_on ?? order_on]) {
          expect(calendar.orders_on?.[weekday(day)] ?? true).toBe(true);
        }
        expect(calendar.receives_on?.[weekday(receive_on)] ?? true).toBe(true);
        expect(calendar.closed_on.has(receive_on)).toBe(false);
        expect(receive_on).toBeGreaterThanOrEqual(free.proposal.receive_on);
        expect(bound.proposal.without.short_qty_milli).toBeGreaterThanOrEqual(free.proposal.without.short_qty_milli);
        const receipts = [{ on: receive_on, qty_milli }];
        expect(proposeOrder({ ...asked, calendar, receipts })).toMatchObject({ proposal: { qty_milli: 0 } });
      }),
      { seed: 20_261_126, numRuns: 500 },
    );
  });
});
