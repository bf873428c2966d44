/** What nothing is here to compare with never looks as if it agreed. */
import { NO_EVIDENCE } from './documentTesting.ts';
import { expect, test } from 'vitest';
import { dayNumber } from '../../calendar.ts';
import { carriedFrom } from './carry.ts';
import { needsExplanation } from './explaining.ts';
import type { CompanyFacts, LedgerMovement } from './facts.ts';
import { asksForFile, isMissingRef, missingWords, withMissing } from './missingFacts.ts';
import { RECONCILIATIONS, type ReconciledRole } from './plan.ts';
import { reconcileCompany } from './reconcile.ts';

const CUT_OFF = dayNumber('2026-10-31') ?? Number.NaN;
const EMPTY: CompanyFacts = {
  currency: 'EUR',
  cut_off: CUT_OFF,
  from: CUT_OFF - 30,
  until: CUT_OFF,
  valuation: 'perpetual',
  accounts: new Map(),
  opening: new Map(),
  movements: [],
  proposed: [],
  expected: new Map(),
  open: [],
  bank_items: null,
  give_backs: [],
  stock_valued: false,
};
const ALL_ACCOUNTS = new Map(RECONCILIATIONS.flatMap(({ roles }) => roles).map((role, nth) => [role, `${1000 + nth}`]));
const of = (given: Partial<CompanyFacts>) => {
  const facts = { ...EMPTY, ...given };
  return withMissing(reconcileCompany(facts, NO_EVIDENCE, []), facts);
};
const inventory = (facts: Partial<CompanyFacts>) => of(facts).find(({ code }) => code === 'inventory_valuation');

const entry = (journal: string, kind: LedgerMovement['journal_kind'], amount_minor: number): LedgerMovement => ({
  role: 'inventory',
  entry_id: Math.abs(amount_minor),
  journal,
  journal_kind: kind,
  journal_name: null,
  number: `${journal}/${amount_minor}`,
  memo: journal,
  ref: null,
  booked_on: CUT_OFF - 3,
  amount_minor,
});

test.each([
  ['no account has a role', new Map<ReconciledRole, string>(), () => 'Missing: ledger account'],
  [
    'nothing was ever on the accounts',
    ALL_ACCOUNTS,
    (code: string) =>
      ({ inventory_valuation: 'Missing: stock value', bank: 'Missing: bank statement' })[code] ?? 'Missing: both sides',
  ],
])(
  'of a company with no data where %s every reconciliation says what it lacks and asks for words, and for a file where there must be one',
  (_, accounts, ref) => {
    const results = of({ accounts });
    expect(results.map(({ code, items }) => [code, items.map((item) => item.ref)])).toEqual(
      RECONCILIATIONS.map(({ code }) => [code, [ref(code)]]),
    );
    for (const { code, items } of results) {
      const [item] = items;
      if (!item) throw new Error(`${code} signs empty`);
      // whatever the threshold
      expect(needsExplanation({ ...item, explanation: null }, 1_000_000)).toBe(true);
      const on_paper = item.ref === 'Missing: stock value' || item.ref === 'Missing: bank statement';
      expect([code, asksForFile(false, [{ ...item, side: 'item' }])]).toEqual([code, on_paper]);
      expect(asksForFile(true, [])).toBe(true);
      expect(missingWords(code, items, 202610)).toHaveLength(1);
    }
    expect(carriedFrom(results)).toEqual([]);
  },
);

test('an account nobody valued the stock of: what is by hand stands apart, the rest has nothing to be compared with', () => {
  const movements = [entry('INV', 'goods_shipped', 532_624), entry('GEN', 'by_hand', 3_300)];
  const facts = { accounts: ALL_ACCOUNTS, movements };
  expect(inventory(facts)).toMatchObject({ ledger_minor: 535_924, subledger_minor: 0, difference_minor: 535_924 });
  expect(inventory(facts)?.items.map(({ ref, cause, amount_minor }) => [ref, cause, amount_minor])).toEqual([
    ['GEN/3300', 'entry_by_hand', 3_300],
    ['Missing: stock value', 'facts_missing', 532_624],
  ]);
  const valued = { role: 'inventory', ref: 'AMS', booked_on: CUT_OFF, amount_minor: 532_624 } as const;
  expect(inventory({ ...facts, stock_valued: true, open: [valued] })).toMatchObject({
    difference_minor: 3_300,
    items: [{ ref: 'GEN/3300', amount_minor: 3_300 }],
  });
});

test('an account that came back to nothing agrees with nothing open', () => {
  const grni = (facts: Partial<CompanyFacts>) =>
    of({ accounts: ALL_ACCOUNTS, ...facts }).find(({ code }) => code === 'grni')?.items;
  expect(grni({ opening: new Map([['grni', 0]]) })).toEqual([]);
  expect(grni({})?.map(({ ref }) => isMissingRef(ref))).toEqual([true]);
});
