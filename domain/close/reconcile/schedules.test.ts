/** What is paid ahead month by month, and accounts of which nobody said what should be there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMonths, dayNumber, lastDayOfMonth } from '../../calendar.ts';
import { carriedFrom } from './carry.ts';
import type { CompanyFacts, LedgerMovement } from './facts.ts';
import type { PrepaidSchedule } from './methods.ts';
import { DocumentBooks } from './postings.ts';
import { NO_BASIS, reconcileCompany } from './reconcile.ts';
import { prepaid } from './schedules.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const CUT_OFF = day('2026-10-31');
const BANK = {
  role: 'prepaid',
  entry_id: 1,
  journal: 'BNK',
  journal_kind: 'bank',
  journal_name: null,
  number: 'BNK/1',
  memo: 'Insurance',
  ref: null,
} as const;

const filled = (movements: readonly LedgerMovement[], schedules: readonly PrepaidSchedule[]) => {
  const books = new DocumentBooks({ from: 0, cut_off: CUT_OFF, until: day('2028-12-31'), keeps: () => true });
  prepaid(books, movements, CUT_OFF, schedules);
  return books;
};

// a cent for each month at least
test('what is paid ahead is released over the months it is for in parts that add up, and the rest of it is open', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 15, max: 99_999_999 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 14 }),
      (amount_minor, month, more) => {
        const from_month = 202600 + month;
        const to_month = addMonths(from_month, more);
        const paid = { ...BANK, booked_on: day(`2026-${String(month).padStart(2, '0')}-10`), amount_minor };
        const books = filled([paid], [{ what: 'Insurance', from_month, to_month, amount_minor }]);
        const days = [...(books.expected.get('prepaid') ?? [])];
        expect(days.reduce((sum, [, each]) => sum + each, 0)).toBe(0);
        const until = days.filter(([on]) => on <= CUT_OFF).reduce((sum, [, each]) => sum + each, 0);
        expect(books.openDocuments().reduce((sum, each) => sum + each.amount_minor, 0)).toBe(until);
        expect(Math.max(...days.map(([on]) => on))).toBe(lastDayOfMonth(to_month));
        expect(days.filter(([, each]) => each < 0)).toHaveLength(more + 1);
        expect(books.suspects).toEqual([]);
      },
    ),
  );
});

test('paid before the months it is for it is open whole; what is paid without a schedule is by hand; without any nothing is said', () => {
  const december = { ...BANK, booked_on: day('2026-10-28'), amount_minor: 2_400 };
  const loose = { ...BANK, entry_id: 2, number: 'BNK/2', booked_on: day('2026-10-05'), amount_minor: 700 };
  const next = { what: 'Licences', from_month: 202701, to_month: 202712, amount_minor: 2_400 };
  const books = filled([december, loose], [next]);
  expect(books.openDocuments()).toMatchObject([{ ref: 'Licences, months to come', amount_minor: 2_400 }]);
  expect(books.suspects).toMatchObject([{ ref: 'BNK/2', amount_minor: 700, cause: 'entry_by_hand' }]);
  expect(filled([december], []).expected.size).toBe(0);
  // the same amount each year: the one that paid for last year was before what is read
  const last = { ...next, from_month: 202601, to_month: 202612 };
  const both = filled([december], [last, next]);
  expect(both.expected.get('prepaid')?.get(december.booked_on)).toBe(2_400);
  expect(both.expected.get('prepaid')?.get(day('2026-01-01'))).toBe(2_400);
  expect(both.openDocuments()).toMatchObject([{ amount_minor: 2_400 + 400 }]);
});

test('an account nobody stated anything of is one item of its whole balance, and nothing of it is carried', () => {
  const facts: CompanyFacts = {
    currency: 'EUR',
    cut_off: CUT_OFF,
    from: day('2026-10-01'),
    until: CUT_OFF,
    valuation: 'perpetual',
    accounts: new Map([['inventory_reserve', '1490']]),
    opening: new Map([['inventory_reserve', -900]]),
    movements: [{ ...BANK, role: 'inventory_reserve', booked_on: CUT_OFF, amount_minor: -100 }],
    proposed: [],
    expected: new Map(),
    open: [],
    bank_items: null,
    without_basis: new Set(['inventory_reserve', 'prepaid']),
    give_backs: [],
    stock_valued: true,
  };
  const evidence = { postings: [], suspects: [], counts: [], standing: [], fees: [] };
  const maps = { scrapped: new Map(), receipt_values: new Map(), rebates: new Map(), parties: new Map() };
  const [first] = reconcileCompany(facts, { ...evidence, ...maps }, []);
  expect(first).toMatchObject({ code: 'reserves', ledger_minor: 1_000, subledger_minor: 0, difference_minor: 1_000 });
  expect(first?.items).toMatchObject([{ cause: 'no_subledger', ref: NO_BASIS, amount_minor: 1_000 }]);
  const carried = carriedFrom(first ? [first] : []);
  const [second] = reconcileCompany(facts, { ...evidence, ...maps }, carried);
  expect(second).toEqual(first);
  const stated = [{ role: 'inventory_reserve', ref: 'Half', booked_on: CUT_OFF, amount_minor: -980 }] as const;
  const { without_basis: _, ...known } = facts;
  const [third] = reconcileCompany({ ...known, open: stated }, { ...evidence, ...maps }, []);
  expect(third).toMatchObject({ subledger_minor: 980, difference_minor: 20 });
});
