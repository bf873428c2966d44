/** What an entry proposed from what is owed makes of the stock it posts to as well. */
import { expect, test } from 'vitest';
import type { CompanyFacts, Found, LedgerMovement } from './facts.ts';
import { clearedItems, type ProposedEntry, shownByBalance } from './proposed.ts';

const REFERENCE = 'JP-202610-0000ABCD';
const stock = (more: Partial<Found>): Found => ({
  role: 'inventory',
  cause: 'document_not_posted',
  ref: 'GR3',
  arose_on: 20,
  amount_minor: -10_000,
  documents: [{ kind: 'receipt', id: 3, ref: 'GR3' }],
  settles_on: null,
  ...more,
});
const posted = (amount_minor: number): LedgerMovement => ({
  role: 'inventory',
  entry_id: 900,
  journal: 'ADJ',
  journal_kind: 'by_hand',
  journal_name: null,
  number: 'ADJ 1',
  memo: '',
  ref: REFERENCE,
  booked_on: 30,
  amount_minor,
});
const after = (items: readonly Found[], moved: LedgerMovement, own: ProposedEntry['items'][number]) => {
  const facts: CompanyFacts = {
    currency: 'EUR',
    cut_off: 30,
    from: 0,
    until: 60,
    valuation: 'perpetual',
    accounts: new Map(),
    opening: new Map(),
    movements: [moved],
    proposed: [{ reference: REFERENCE, items: [own] }],
    expected: new Map(),
    open: [],
    give_backs: [],
    bank_items: null,
    stock_valued: true,
  };
  return clearedItems(facts, items).map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor]);
};
const receipt = { role: 'grni', cause: 'document_not_posted', ref: 'GR3', arose_on: 20, amount_minor: 9_500 } as const;

test('of a receipt that is posted nothing is not posted: what stock is worth beside it is a price variance', () => {
  expect(after([stock({})], posted(9_500), receipt)).toEqual([['price_variance', 'GR3', -500]]);
  expect(after([stock({ amount_minor: -9_500 })], posted(9_500), receipt)).toEqual([]);
  // one proposed from stock itself that was posted otherwise is not posted as far as that goes
  expect(after([stock({})], posted(9_500), { ...receipt, role: 'inventory', amount_minor: -10_000 })).toEqual([
    ['document_not_posted', 'GR3', -500],
  ]);
});

test('a landed cost put on stock is nobody’s entry by hand there: what stock lacks of it is told by its balance', () => {
  const duty = { ...receipt, role: 'landed_cost_clearing', ref: 'PO2 duty', amount_minor: 10_000 } as const;
  expect(after([], posted(10_000), duty)).toEqual([]);
  expect(after([stock({ ref: 'PO2 duty' })], posted(10_000), duty)).toEqual([]);
});

test('as much of it as the balance of stock does not show is no difference', () => {
  const variance = stock({ cause: 'price_variance', amount_minor: -500 });
  const left = (difference_minor: number) =>
    shownByBalance([stock({ ref: 'GR4' }), variance], 'inventory', difference_minor).map(({ ref, amount_minor }) => [
      ref,
      amount_minor,
    ]);
  expect(left(-10_500)).toEqual([
    ['GR4', -10_000],
    ['GR3', -500],
  ]);
  expect(left(-10_000)).toEqual([['GR4', -10_000]]);
  expect(left(-9_000)).toEqual([['GR4', -10_000]]);
  expect(left(-10_200)).toEqual([
    ['GR4', -10_000],
    ['GR3', -200],
  ]);
  expect(left(-12_000)).toEqual([
    ['GR4', -10_000],
    ['GR3', -500],
  ]);
});
