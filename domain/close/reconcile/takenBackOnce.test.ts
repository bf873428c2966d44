/** A revaluation that the system of record booked and never took back: one entry takes it back, and it stays taken back. */
import { expect, test } from 'vitest';
import { perOne } from '../../currency/rateValue.ts';
import { isoDate } from '../../calendar.ts';
import { journalEntry, journalInputs, type OpenItem, usuallyReverses } from '../journal/entry.ts';
import { journalReference, reversalReference } from '../journal/reference.ts';
import { carriedFrom } from './carry.ts';
import type { Found, LedgerMovement } from './facts.ts';
import { ACCOUNTS, closed, moved } from './foreignClosing.ts';
import { day, type Document } from './foreignTesting.ts';
import type { MonthRate } from './sister/facts.ts';
import type { ProposedEntry } from './proposed.ts';

// 1 100.00 $ booked at 1 000.00 €, at 1.00 worth 1 100.00 €: 100.00 € more, at every month's end
const rate: MonthRate = { average: perOne(1_000_000), closing: perOne(1_000_000) };
const RATES = new Map([202609, 202610, 202611, 202612, 202701].map((month) => [month, rate]));
const DOCUMENT: Document = {
  id: 1,
  kind: 'customer',
  number: 'INV 1',
  party_id: 1,
  posted_on: day('2026-10-05'),
  amount_minor: 100_000,
  currency: 'USD',
  foreign_minor: 110_000,
  payments: [],
};
const both = (on: string, amount: number, ref: string | null = null): readonly LedgerMovement[] => [
  moved('ar', day(on), amount, ref),
  moved('fx_gain', day(on), -amount, ref),
];
/** October's is booked and stays; from November on each is booked and taken back. */
const LEDGER: readonly LedgerMovement[] = [
  { ...moved('ar', day('2026-10-05'), 100_000), journal_kind: 'sales_invoices' },
  ...both('2026-10-31', 10_000),
  ...both('2026-11-30', 10_000),
  ...both('2026-12-01', -10_000),
  ...both('2026-12-31', 10_000),
  ...both('2027-01-01', -10_000),
  ...both('2027-01-31', 10_000),
];
const asked = { documents: [DOCUMENT], rates: RATES };
const toldOf = (found: readonly Found[]) =>
  found.map(({ role, cause, ref, amount_minor }) => `${role} ${cause} ${ref} ${amount_minor}`);
const NEVER = [
  'ar document_not_posted FXR 202610 USD receivables taken back 10000',
  'fx_gain document_not_posted FXR 202610 USD receivables taken back -10000',
];
const openItems = (found: readonly Found[]): readonly OpenItem[] =>
  found.map((item, nth) => ({
    ...item,
    line_id: nth + 1,
    arose_on: isoDate(item.arose_on),
    document_kind: item.documents[0]?.kind ?? null,
  }));

test('an entry for what never takes it back is posted once, and three months in a row nothing comes again', () => {
  const october = closed({ ...asked, period: 202610, ledger: LEDGER });
  expect(toldOf(carriedFrom(october))).toEqual([]);
  const november = carriedFrom(closed({ ...asked, period: 202611, ledger: LEDGER, carried: [] }));
  expect(toldOf(november)).toEqual(NEVER);

  const items = openItems(november);
  const reverses = usuallyReverses(items);
  expect(reverses).toBe(false);
  const made = journalInputs({
    currency: 'EUR',
    cut_off_on: '2026-11-30',
    reverses,
    items,
    period_items: items,
    accounts: ACCOUNTS,
  });
  if (!made.ok) throw new Error(made.message);
  const entry = journalEntry(made.inputs);
  expect(entry.reverses_on).toBeNull();
  expect(entry.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
    ['1300', -10_000],
    ['8900', 10_000],
  ]);
  const reference = journalReference(202611, '0192f0c1-0000-7000-8000-00001a2b3c4d');
  const proposed: readonly ProposedEntry[] = [{ reference, items: november }];
  const ledger = [...LEDGER, ...both(entry.booked_on, -10_000, reference)];
  let carried: readonly Found[] = [];
  for (const period of [202611, 202612, 202701]) {
    const month = closed({ ...asked, period, ledger, proposed, carried });
    carried = carriedFrom(month);
    expect([period, ...toldOf(carried)]).toEqual([period]);
    // receivables stand at what the dollars are worth
    expect(month.find(({ code }) => code === 'ar_gl')?.ledger_minor).toBe(110_000);
  }

  // with a reversal each month would have it again
  const again = [...ledger, ...both('2026-12-01', 10_000, reversalReference(reference))];
  const december = closed({ ...asked, period: 202612, ledger: again, proposed, carried: [] });
  expect(toldOf(carriedFrom(december))).toEqual(NEVER);
});

test('nobody proposes it with a reversal; what stands in another month settles itself', () => {
  const items = openItems(carriedFrom(closed({ ...asked, period: 202611, ledger: LEDGER, carried: [] })));
  const made = journalInputs({
    currency: 'EUR',
    cut_off_on: '2026-11-30',
    reverses: true,
    items,
    period_items: items,
    accounts: ACCOUNTS,
  });
  expect(made).toMatchObject({
    ok: false,
    code: 'no_entry',
    message:
      'FXR 202610 USD receivables taken back: what takes a revaluation back is posted once. Propose it without a reversal, for itself.',
  });
  expect(usuallyReverses(items.map((item) => ({ ...item, cause: 'posted_in_another_month' as const })))).toBe(true);
});
