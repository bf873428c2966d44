/** Exchange differences begin anew with each fiscal year, whether or not the system of record closes it with entries. Worked by hand. */
import { describe, expect, test } from 'vitest';
import { perOne } from '../../currency/rateValue.ts';
import { addMonths, firstDayOfMonth } from '../../calendar.ts';
import { carriedFrom } from './carry.ts';
import type { Found, LedgerMovement } from './facts.ts';
import { closed, moved } from './foreignClosing.ts';
import type { Document } from './foreignTesting.ts';
import { YEAR_BEGAN } from './gain.ts';

describe.each([
  ['April', 202604, 4],
  ['January', 202601, 1],
])('a fiscal year that begins in %s', (_name, first, year_begins) => {
  const on = (months: number, days: number): number => firstDayOfMonth(addMonths(first, months)) + days;
  const rate = (micro: number) => ({ average: perOne(micro), closing: perOne(micro) });
  // dollars stand at 1.10, at the end of the year before and of the second month at 1.00
  const rates = new Map([
    [addMonths(first, -2), rate(1_100_000)],
    [addMonths(first, -1), rate(1_000_000)],
    [first, rate(1_100_000)],
    [addMonths(first, 1), rate(1_000_000)],
  ]);
  const documents: readonly Document[] = [
    {
      id: 1,
      kind: 'customer',
      number: 'INV 1',
      party_id: 1,
      posted_on: on(-2, 9),
      // 1 100.00 $
      amount_minor: 100_000,
      currency: 'USD',
      foreign_minor: 110_000,
      payments: [
        // half of it in the second month brings 520.00 for 500.00
        {
          id: 11,
          kind: 'customer',
          number: 'RC 1',
          party_id: 1,
          paid_on: on(1, 9),
          settled_on: on(1, 9),
          amount_minor: 52_000,
          exchange_minor: 2_000,
          currency: 'USD',
          foreign_minor: 55_000,
        },
      ],
    },
  ];
  const sales = { journal_kind: 'sales_invoices' as const };
  const both = (day: number, amount: number): readonly LedgerMovement[] => [
    moved('ar', day, amount),
    moved('fx_gain', day, -amount),
  ];
  const year: readonly LedgerMovement[] = [
    { ...moved('ar', on(-2, 9), 100_000), ...sales },
    // 1 100 / 1.00 − 1 000; 550 / 1.00 − 500
    ...both(on(0, -1), 10_000),
    ...both(on(0, 0), -10_000),
    { ...moved('ar', on(1, 9), -50_000), ...sales },
    { ...moved('bank', on(1, 9), 52_000), ...sales },
    { ...moved('fx_gain', on(1, 9), -2_000), ...sales },
    ...both(on(2, -1), 5_000),
  ];
  // 1 000.00 won in the year before, of documents nobody brought
  const older = { ...moved('fx_gain', on(-3, 4), -100_000), journal_kind: 'customer_receipts' as const };
  // 1 000.00 and the 100.00 of its last day
  const closing = { ...moved('fx_gain', on(0, -1), 110_000), journal: 'CLO', journal_kind: 'closing_entries' as const };
  const LEDGERS = { without: [...year, older], with: [...year, older, closing] };
  const second = addMonths(first, 1);
  const asked = { documents, rates, year_begins };
  const gainOf = (results: ReturnType<typeof closed>) => {
    const { ledger_minor, subledger_minor, items, lines } = results.find(({ code }) => code === 'fx_revaluation') ?? {
      ledger_minor: Number.NaN,
      subledger_minor: Number.NaN,
      items: [],
      lines: [],
    };
    const told = items.map(({ cause, amount_minor, ref }) => `${cause} ${amount_minor} ${ref}`);
    return { ledger_minor, subledger_minor, told, began: lines.find(({ ref }) => ref === YEAR_BEGAN)?.amount_minor };
  };
  // 100 taken back, less 20 paid and 50 of the month's end: a loss of 30
  const RIGHT = { ledger_minor: 3_000, subledger_minor: 3_000, told: [], began: 10_000 };

  test.each(['without', 'with'] as const)('%s closing entries it holds what the year won and lost', (kind) => {
    for (const from of [on(0, 0), on(1, 0)])
      expect(gainOf(closed({ ...asked, period: second, ledger: LEDGERS[kind], from }))).toEqual(RIGHT);
    // a first look that begins in the old year tells what it finds there, once
    const all = closed({ ...asked, period: second, ledger: LEDGERS[kind], from: on(-5, 0) });
    expect(gainOf(all)).toMatchObject({ ledger_minor: 3_000, told: [expect.stringMatching(/^not_found -100000 E/)] });
    const third = closed({ ...asked, period: addMonths(first, 2), ledger: LEDGERS[kind], carried: carriedFrom(all) });
    expect(
      gainOf(third).told.filter((each) => !each.includes(`FXR ${second}`) && !each.includes('no closing')),
    ).toEqual([]);
  });

  test.each(['without', 'with'] as const)(
    '%s closing entries what only the old year was off by ends with it',
    (kind) => {
      const last = closed({ ...asked, period: addMonths(first, -1), ledger: LEDGERS[kind], from: on(-2, 0) });
      // before closing entries: 1 000 that no document says, and the 100
      expect(gainOf(last)).toMatchObject({ ledger_minor: -110_000, told: ['not_found -100000 Rest of the balance'] });
      let carried: readonly Found[] = carriedFrom(last);
      for (const period of [first, second]) {
        const month = closed({ ...asked, period, ledger: LEDGERS[kind], carried });
        carried = carriedFrom(month);
        expect(carried).toEqual([]);
        if (period === second) expect(gainOf(month)).toEqual(RIGHT);
      }
    },
  );

  test('what differed earlier in the year, before anything that is looked at, is seen', () => {
    const stray = { ...moved('fx_gain', on(0, 14), 700), journal_kind: 'by_hand' as const };
    for (const ledger of [LEDGERS.without, LEDGERS.with])
      expect(gainOf(closed({ ...asked, period: second, ledger: [...ledger, stray], from: on(1, 0) }))).toMatchObject({
        ledger_minor: 3_700,
        told: ['not_found 700 Rest of the balance'],
      });
  });

  test('a balance that was taken over in the year is what it begins with', () => {
    const taken = { ...moved('fx_gain', on(0, 0), -40_000), journal_kind: 'opening_balances' as const };
    for (const from of [on(-5, 0), on(0, 0), on(1, 0)])
      expect(gainOf(closed({ ...asked, period: second, ledger: [...year, taken], from }))).toEqual({
        ...RIGHT,
        ledger_minor: -37_000,
        subledger_minor: -37_000,
        began: -30_000,
      });
  });

  test('a ledger that never revalued has nothing to take back', () => {
    const never = year.filter(({ journal_kind }) => journal_kind !== 'exchange_differences');
    for (const from of [on(-5, 0), on(0, 0), on(1, 0)])
      expect(gainOf(closed({ ...asked, period: second, ledger: never, from })).told).toEqual([
        `not_revalued 5000 FXR ${second} USD receivables`,
      ]);
  });

  test('a year’s end nobody revalued is told, and is nothing any more in the new year', () => {
    const lacking = LEDGERS.with.filter(({ booked_on, journal_kind }) => {
      return journal_kind !== 'exchange_differences' || (booked_on !== on(0, -1) && booked_on !== on(0, 0));
    });
    let carried: readonly Found[] = carriedFrom(
      closed({ ...asked, period: addMonths(first, -1), ledger: lacking, first_look: false, carried: [] }),
    ).filter(({ cause }) => cause === 'not_revalued');
    expect(carried.map(({ role, amount_minor }) => [role, amount_minor])).toEqual([
      ['ar', -10_000],
      ['fx_gain', 10_000],
    ]);
    for (const period of [first, second]) {
      carried = carriedFrom(closed({ ...asked, period, ledger: lacking, carried }));
      expect(carried).toEqual([]);
    }
  });
});
