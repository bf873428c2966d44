import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoDate, weekday } from '../calendar.ts';
import type { RuleVersion } from '../governance/inForce.ts';
import {
  type BuyingCalendar,
  calendarOf,
  type CalendarRule,
  calendarWordsOn,
  datesOf,
  datesText,
  longestWaitBetween,
  longestWaitDays,
  orderDayFrom,
  receivingDayFrom,
  weekdaysOf,
  weekdaysText,
} from './buyingCalendar.ts';
import { daysOfOrder, lastDaysThatCount, notToday, notTodayWords, withWaits } from './replenishment/orderDays.ts';
import { proposeOrder, type ReplenishmentQuestion } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';

const none = { orders_on: null, receives_on: null, closed_on: null };
type Said = Partial<Omit<CalendarRule, keyof RuleVersion>>;
const since = (valid_from: number | null, said: Said, valid_to: number | null = null): CalendarRule => ({
  ...none,
  valid_from,
  valid_to,
  ...said,
});
/** Of a supplier and a site with one version each, that always held. */
const always = (said: Said): BuyingCalendar =>
  calendarOf({ supplier: [since(null, said)], site: [since(null, said)] }, TODAY);

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
  const calendar = always({ orders_on: 'mon', receives_on: 'tue wed', closed_on: '2026-11-24' });
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
    expect([notToday(null, TODAY), notToday(always(none), TODAY)]).toEqual([null, null]);
    expect(notTodayWords(TODAY + 4)).toContain('Send it on Mon 9 Nov,');
  });
  test('must last until the next could come: a week between two, five days more until it is taken in', () => {
    expect([longestWaitDays(weekdaysOf('mon')), longestWaitDays(weekdaysOf('tue wed'))]).toEqual([7, 6]);
    expect([longestWaitDays(null), longestWaitDays(weekdaysOf('mon tue wed thu fri'))]).toEqual([1, 3]);
    const service = {
      kind: 'service',
      measure: 'cycle',
      target_bp: 9_500,
      review_days: 2,
      order_qty_milli: null,
    } as const;
    expect(withWaits({ calendar, as_of_on: TODAY, policy: service, lead_time_days: 10 })).toMatchObject({
      lead_time_days: 15,
      policy: { review_days: 7 },
    });
    expect(withWaits({ calendar: always(none), as_of_on: TODAY, policy: service, lead_time_days: 10 })).toMatchObject({
      lead_time_days: 10,
      policy: { review_days: 2 },
    });
  });
  test('a site that is closed for weeks takes in after them', () => {
    const dates = Array.from({ length: 40 }, (_, day) =>
      new Date((TODAY + day) * 86_400_000).toISOString().slice(0, 10),
    );
    const closed = always({ closed_on: dates.join(' ') });
    expect(receivingDayFrom(closed, TODAY)).toBe(TODAY + 40);
  });
});

describe('whatever the days', () => {
  const days = fc.option(fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }));
  const calendars = fc.tuple(days, days, fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 10 })).map(
    ([orders, receives, closed]): Said => ({
      orders_on: orders?.join(' ') ?? null,
      receives_on: receives?.join(' ') ?? null,
      closed_on: closed.map((day) => isoDate(TODAY + day)).join(' ') || null,
    }),
  );
  const weekly: ReplenishmentQuestion = {
    ...POSITION,
    policy: { kind: 'service', measure: 'cycle', target_bp: 9_500, review_days: 1, order_qty_milli: null },
    supplier: { supplier_id: 9, minimum_qty_milli: 0, multiple_qty_milli: 1_000 },
  };
  test('it is ordered on an order day and comes on a receiving day, no sooner than without; ordered, it is not asked for again', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: -50, max: 300 }), (said, units) => {
        const calendar = always(said);
        const asked = { ...weekly, on_hand_qty_milli: units * 1_000 };
        const [free, bound] = [proposeOrder(asked), proposeOrder({ ...asked, calendar })];
        if (!('proposal' in free && 'proposal' in bound)) throw new Error('refused');
        const { order_on, receive_on, order_by_on, qty_milli } = bound.proposal;
        for (const day of [order_on, order_by_on ?? order_on]) {
          expect(weekdaysOf(said.orders_on ?? null)?.[weekday(day)] ?? true).toBe(true);
        }
        expect(weekdaysOf(said.receives_on ?? null)?.[weekday(receive_on)] ?? true).toBe(true);
        expect(datesOf(said.closed_on ?? null)).not.toContain(receive_on);
        expect(receive_on).toBeGreaterThanOrEqual(free.proposal.receive_on);
        expect(bound.proposal.without.short_qty_milli).toBeGreaterThanOrEqual(free.proposal.without.short_qty_milli);
        const receipts = [{ on: receive_on, qty_milli }];
        expect(proposeOrder({ ...asked, calendar, receipts })).toMatchObject({ proposal: { qty_milli: 0 } });
      }),
      { seed: 20_261_126, numRuns: 500 },
    );
  });

  test('one version cut into several that say the same changes nothing', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: -20, max: 60 }), { maxLength: 3 });
    fc.assert(
      fc.property(calendars, cuts, fc.integer({ min: -50, max: 300 }), (said, cut, units) => {
        const starts = [null, ...cut.toSorted((a, b) => a - b).map((day) => TODAY + day)];
        const versions = starts.map((from, at) => {
          const next = starts[at + 1];
          return since(from, said, next === undefined || next === null ? null : next - 1);
        });
        const asked = { ...weekly, on_hand_qty_milli: units * 1_000 };
        const calendar = calendarOf({ supplier: versions, site: versions }, TODAY);
        const whole = proposeOrder({ ...asked, calendar: always(said) });
        expect(proposeOrder({ ...asked, calendar })).toEqual(whole);
        if (!('proposal' in whole)) throw new Error('refused');
        expect(calendarWordsOn(calendar, TODAY, whole.proposal)?.orders_on).toBe(said.orders_on ?? null);
      }),
      { seed: 20_261_126, numRuns: 500 },
    );
  });

  test('a later version begins on its day: days before go by the one before it, days from it on by it', () => {
    fc.assert(
      fc.property(calendars, calendars, fc.integer({ min: 1, max: 40 }), (now, later, days) => {
        const start = TODAY + days;
        const rules = [since(null, now, start - 1), since(start, later)];
        const calendar = calendarOf({ supplier: rules, site: rules }, TODAY);
        const ordersOn = (day: number): boolean =>
          weekdaysOf((day < start ? now : later).orders_on ?? null)?.[weekday(day)] ?? true;
        const first = Array.from({ length: 60 }, (_, day) => TODAY + day).find(ordersOn);
        expect(orderDayFrom(calendar, TODAY)).toBe(first);
        expect(orderDayFrom(calendar, start)).toBe(orderDayFrom(always(later), start));
        const received = receivingDayFrom(calendar, start - 1);
        const own = received < start ? now : later;
        expect(receivingDayFrom(always(own), received)).toBe(received);
        const answer = proposeOrder({ ...weekly, calendar });
        if (!('proposal' in answer)) throw new Error('refused');
        expect(ordersOn(answer.proposal.order_on)).toBe(true);
        const receipts = [{ on: answer.proposal.receive_on, qty_milli: answer.proposal.qty_milli }];
        expect(proposeOrder({ ...weekly, calendar, receipts })).toMatchObject({ proposal: { qty_milli: 0 } });
      }),
      { seed: 20_261_126, numRuns: 500 },
    );
  });
});

describe('a calendar that begins on a later day', () => {
  // any day until Sunday 8th, from then on Mondays; taken in any day until the 15th, from then on Fridays but the 20th
  const monday = TODAY + 4;
  const calendar = calendarOf(
    {
      supplier: [since(null, { orders_on: 'thu' }, TODAY), since(TODAY + 2, { orders_on: 'mon' })],
      site: [since(TODAY + 11, { receives_on: 'fri', closed_on: '2026-11-20' })],
    },
    TODAY,
  );
  test('counts from its day on, for orders and for what they bring', () => {
    expect(orderDayFrom(calendar, TODAY)).toBe(TODAY);
    // of no version it is any day
    expect(orderDayFrom(calendar, TODAY + 1)).toBe(TODAY + 1);
    expect(orderDayFrom(calendar, TODAY + 2)).toBe(monday);
    expect([receivingDayFrom(calendar, TODAY + 10), receivingDayFrom(calendar, TODAY + 11)]).toEqual([
      TODAY + 10,
      TODAY + 22,
    ]);
    const days = daysOfOrder({ calendar, as_of_on: TODAY, lead_time_days: 10.5 });
    expect(days).toEqual({ order_on: TODAY, receive_on: TODAY + 22 });
    expect(calendarWordsOn(calendar, TODAY, days)).toEqual({
      orders_on: 'thu',
      orders_from: null,
      receives_on: 'fri',
      closed_on: '2026-11-20',
      receives_from: TODAY + 11,
    });
    expect(calendarWordsOn(calendar, TODAY, { order_on: TODAY + 1, receive_on: TODAY + 5 })).toBeNull();
  });
  test('must last as long as the days that begin meanwhile make it', () => {
    // Thursday, then Friday, then Monday
    expect(longestWaitBetween(calendar.orders, TODAY, monday)).toBe(7);
    expect(longestWaitBetween(calendar.orders, TODAY, TODAY + 1)).toBe(7);
    // Monday 9th is the last Monday, Sunday 22nd the first Sunday
    const moved = calendarOf(
      { supplier: [since(null, { orders_on: 'mon' }, monday), since(monday + 7, { orders_on: 'sun' })], site: [] },
      TODAY,
    );
    expect(longestWaitBetween(moved.orders, monday, monday + 13)).toBe(7);
    const gap = calendarOf(
      { supplier: [since(null, { orders_on: 'mon' }, monday + 6), since(monday + 7, { orders_on: 'sun' })], site: [] },
      TODAY,
    );
    expect(longestWaitBetween(gap.orders, monday, monday + 13)).toBe(13);
    expect(longestWaitBetween(gap.orders, monday, monday + 6)).toBe(7);
    expect(withWaits({ calendar: gap, as_of_on: monday, policy: weekly(1), lead_time_days: 10 }).policy).toMatchObject({
      review_days: 13,
    });
    // what comes from the 15th on waits for a Friday
    expect(withWaits({ calendar, as_of_on: TODAY, policy: null, lead_time_days: 2 }).lead_time_days).toBe(2);
    expect(withWaits({ calendar, as_of_on: TODAY, policy: null, lead_time_days: 20 }).lead_time_days).toBe(26);
  });
  test('is said where its days count for what must last, though none of them is a day of this order', () => {
    // ordered today and taken in before the 15th no day is bound, but an order after this one would be
    const asked = { calendar, as_of_on: TODAY, policy: weekly(7), lead_time_days: 4 };
    expect(withWaits(asked).lead_time_days).toBeGreaterThan(asked.lead_time_days);
    const days = daysOfOrder(asked);
    expect(calendarWordsOn(calendar, TODAY, days, lastDaysThatCount(asked))).toMatchObject({
      orders_on: 'thu',
      receives_on: 'fri',
      receives_from: TODAY + 11,
    });
    expect(
      calendarWordsOn(calendar, TODAY, days, lastDaysThatCount({ ...asked, policy: null, lead_time_days: 1 })),
    ).toMatchObject({ receives_on: null });
  });
  const weekly = (review_days: number) =>
    ({ kind: 'service', measure: 'cycle', target_bp: 9_500, review_days, order_qty_milli: null }) as const;
});
