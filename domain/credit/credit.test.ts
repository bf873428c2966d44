import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber, isWorkday } from '../calendar.ts';
import { AGE_PARTS, agePart, ageingOf } from './ageing.ts';
import { type CashItem, cashOutlook, expectedOn, lessPaidAhead, restOfWeek } from './cashOutlook.ts';
import { toFollowUp } from './followUp.ts';
import { paymentHabit } from './paymentHabit.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const AS_OF = day('2026-11-26');

describe('ageing', () => {
  test('the day it is due an amount is not late; parts end on their last day', () => {
    const parts = [0, 1, 30, 31, 60, 61, 90, 91].map((days) => agePart(AS_OF - days, AS_OF));
    expect(parts).toEqual(['not_due', 'to_30', 'to_30', 'to_60', 'to_60', 'to_90', 'to_90', 'older']);
    expect(agePart(AS_OF + 1, AS_OF)).toBe('not_due');
  });

  test('parts add up to what is open, credits lower their own part, and age counts what is owed', () => {
    const ageing = ageingOf(
      [
        { due_on: AS_OF - 100, open_minor: -5_000 },
        { due_on: AS_OF - 40, open_minor: 12_000 },
        { due_on: AS_OF + 10, open_minor: 7_000 },
      ],
      AS_OF,
    );
    expect(ageing).toEqual({
      open_minor: 14_000,
      parts_minor: [7_000, 0, 12_000, 0, -5_000],
      overdue_minor: 7_000,
      oldest_days: 40,
    });
    expect(ageingOf([], AS_OF)).toEqual({
      open_minor: 0,
      parts_minor: AGE_PARTS.map(() => 0),
      overdue_minor: 0,
      oldest_days: 0,
    });
  });
});

describe('whom to ask', () => {
  const late = { oldest_days: 40, overdue_minor: 100 };
  const asked = (days_ago: number, promised: number | null, next: number | null) => ({
    asked_on: AS_OF - days_ago,
    promised_on: promised === null ? null : AS_OF + promised,
    next_on: next === null ? null : AS_OF + next,
  });
  test('who is past due by a week, until somebody asked; then on the day to ask again', () => {
    expect(toFollowUp(late, null, AS_OF)).toBe('never_asked');
    expect(toFollowUp({ ...late, oldest_days: 6 }, null, AS_OF)).toBeNull();
    expect(toFollowUp({ ...late, overdue_minor: -5 }, null, AS_OF)).toBeNull();
    expect(toFollowUp(late, asked(1, null, 3), AS_OF)).toBeNull();
    expect(toFollowUp(late, asked(1, null, 0), AS_OF)).toBe('ask_again');
    expect(toFollowUp(late, asked(13, null, null), AS_OF)).toBeNull();
    expect(toFollowUp(late, asked(14, null, null), AS_OF)).toBe('ask_again');
  });
  test('a promise is waited for through its day, and one that was not kept is told', () => {
    expect(toFollowUp(late, asked(30, 0, null), AS_OF)).toBeNull();
    expect(toFollowUp(late, asked(30, -1, null), AS_OF)).toBe('promise_broken');
    expect(toFollowUp(late, asked(30, 5, 0), AS_OF)).toBe('ask_again');
  });
});

describe('how a party pays', () => {
  const paid = (days: number, amount_minor: number) => ({
    due_on: AS_OF - 50,
    paid_on: AS_OF - 50 + days,
    amount_minor,
  });

  test('is the day by which half of the money had come', () => {
    expect(paymentHabit([paid(-2, 100), paid(5, 100), paid(300, 100)])).toEqual({ days: 5, payments: 3 });
    // one large bill outweighs many small ones
    expect(paymentHabit([paid(0, 10), paid(1, 10), paid(2, 10), paid(40, 1_000)])).toEqual({ days: 40, payments: 4 });
  });

  test('needs payments enough; credits are no payments', () => {
    expect(paymentHabit([paid(1, 100), paid(2, 100)])).toBeNull();
    expect(paymentHabit([paid(1, 100), paid(2, 100), paid(3, -100)])).toBeNull();
  });
});

describe('the cash outlook', () => {
  const item = (kind: CashItem['kind'], due: string, open_minor: number, habit_days = 0): CashItem => ({
    kind,
    due_on: day(due),
    habit_days,
    open_minor,
  });

  test('goes by due day and habit, week by week, from what the bank holds', () => {
    const outlook = cashOutlook(
      [
        item('customer', '2026-11-27', 10_000),
        // overdue since October: it should have come, so the next working day
        item('customer', '2026-10-01', 4_000, 12),
        item('customer', '2026-11-30', 20_000, 9),
        item('supplier', '2026-12-02', 30_000),
        item('supplier', '2027-03-01', 500),
      ],
      5_000,
      AS_OF,
      3,
    );
    expect(outlook.weeks.map(({ in_minor, out_minor, closing_minor }) => [in_minor, out_minor, closing_minor])).toEqual(
      [
        [14_000, 0, 19_000],
        [0, 30_000, -11_000],
        [20_000, 0, 9_000],
      ],
    );
    expect(outlook).toMatchObject({
      later_in_minor: 0,
      later_out_minor: 500,
      lowest: { from_on: day('2026-11-30'), closing_minor: -11_000 },
    });
  });

  test('nothing is expected on a weekend or in the past', () => {
    expect(expectedOn({ due_on: day('2026-11-28'), habit_days: 0 }, AS_OF)).toBe(day('2026-11-30'));
    expect(expectedOn({ due_on: day('2026-11-01'), habit_days: 3 }, day('2026-11-27'))).toBe(day('2026-11-30'));
    expect(expectedOn({ due_on: AS_OF, habit_days: -5 }, AS_OF)).toBe(AS_OF + 1);
  });

  test('nothing is expected on a day off of the company', () => {
    const off = new Set([day('2026-11-30'), day('2026-12-01')]);
    expect(expectedOn({ due_on: day('2026-11-28'), habit_days: 0 }, AS_OF, off)).toBe(day('2026-12-02'));
    expect(expectedOn({ due_on: day('2026-12-02'), habit_days: 0 }, AS_OF, off)).toBe(day('2026-12-02'));
  });

  test('what a party paid ahead is not expected again: its oldest first, and of nobody else', () => {
    const of = (party_id: number, open_minor: number) => ({ ...item('customer', '2026-12-01', open_minor), party_id });
    const open = [of(1, 300), of(2, 500), of(1, -50), of(1, 1_000), of(1, 70)];
    const left = (...paid: readonly (readonly [number, number])[]) =>
      lessPaidAhead(open, new Map(paid)).map(({ party_id, open_minor }) => [party_id, open_minor]);
    expect(left([1, 400])).toEqual([
      [2, 500],
      [1, -50],
      [1, 900],
      [1, 70],
    ]);
    expect(left([1, 9_999], [3, 5])).toEqual([
      [2, 500],
      [1, -50],
    ]);
    expect(left([1, -40])).toEqual(open.map(({ party_id, open_minor }) => [party_id, open_minor]));
  });

  test('no cent is lost or made, whatever is open', () => {
    const items = fc.array(
      fc.record({
        kind: fc.constantFrom('customer' as const, 'supplier' as const),
        due_on: fc.integer({ min: AS_OF - 400, max: AS_OF + 400 }),
        habit_days: fc.integer({ min: -20, max: 90 }),
        open_minor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      }),
    );
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 20 }), (open, weeks) => {
        const outlook = cashOutlook(open, 777, AS_OF, weeks);
        const sum = (kind: string): number =>
          open.filter((each) => each.kind === kind).reduce((all, each) => all + each.open_minor, 0);
        const ins = outlook.weeks.reduce((all, each) => all + each.in_minor, 0) + outlook.later_in_minor;
        const outs = outlook.weeks.reduce((all, each) => all + each.out_minor, 0) + outlook.later_out_minor;
        expect([ins, outs]).toEqual([sum('customer'), sum('supplier')]);
        expect(outlook.weeks.at(-1)?.closing_minor).toBe(
          777 + ins - outlook.later_in_minor - outs + outlook.later_out_minor,
        );
        for (const each of open)
          expect(isWorkday(expectedOn(each, AS_OF)) && expectedOn(each, AS_OF) > AS_OF).toBe(true);
      }),
    );
  });
});

test('what is named of a week and what is left of it are the week', () => {
  const items = [
    { kind: 'customer', amount_minor: 700 },
    { kind: 'supplier', amount_minor: -250 },
    { kind: 'customer', amount_minor: 100 },
  ] as const;
  expect(restOfWeek({ in_minor: 1_000, out_minor: 300, items })).toEqual({ in_minor: 200, out_minor: 50 });
});
