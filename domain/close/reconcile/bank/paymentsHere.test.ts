/** What the bank has and the ledger lacks is named by the payment that is here, where only one can be it. */
import { describe, expect, test } from 'vitest';
import { CUT_OFF, FROM, of, reconciled } from '../documentTesting.ts';
import type { Cause } from '../causes.ts';
import type { Found } from '../facts.ts';
import type { DocumentBooks } from '../postings.ts';

const DAY = FROM + 29;
let ids = 0;
const payment = (number: string, amount_minor: number, paid_on = DAY, kind: 'customer' | 'supplier' = 'customer') => {
  ids += 1;
  return { id: ids, kind, number, party_id: 1, paid_on, settled_on: paid_on, amount_minor, exchange_minor: 0 };
};
const stated = (ref: string, amount_minor: number, arose_on = DAY): Found => {
  ids += 1;
  const cause: Cause = amount_minor < 0 ? 'unknown_receipt' : 'payment_not_booked';
  const documents = [{ kind: 'statement_line', id: ids, ref }] as const;
  return { role: 'bank', cause, amount_minor, ref, arose_on, documents, settles_on: null };
};
type Payments = readonly ReturnType<typeof payment>[];
const bank = (payments: Payments, bank_items: readonly Found[], carried: readonly Found[] = []) =>
  of('bank', {
    fill: (books: DocumentBooks) => payments.forEach((each) => books.payment(each)),
    movements: [],
    bank_items,
    carried,
    // what the statement holds
    open: [
      {
        role: 'bank',
        ref: 'Bank',
        booked_on: CUT_OFF,
        amount_minor: -bank_items.reduce((sum, each) => sum + each.amount_minor, 0),
      },
    ],
  });
const told = (payments: Payments, bank_items: readonly Found[], carried: readonly Found[] = []) =>
  bank(payments, bank_items, carried)
    .items.map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor])
    .toSorted();

describe('a payment that is here and in no entry', () => {
  test('is named at the bank, with its line', () => {
    const [own, line] = [payment('R2', 27_000), stated('R2 INV1', -27_000)];
    const { items } = bank([own], [line]);
    expect(items).toMatchObject([{ cause: 'document_not_posted', ref: 'R2', amount_minor: -27_000, arose_on: DAY }]);
    expect(items[0]?.documents).toEqual([{ kind: 'payment', id: own.id, ref: 'R2' }, ...line.documents]);
    // by day alone, and one that left
    expect(told([own], [stated('Claes BV', -27_000, DAY - 3)])).toEqual([['document_not_posted', 'R2', -27_000]]);
    expect(told([payment('P1', 9_600, DAY, 'supplier')], [stated('P1', 9_600)])).toEqual([
      ['document_not_posted', 'P1', 9_600],
    ]);
  });

  test('by its reference where several are of that amount, whatever the day', () => {
    const payments = [payment('R2', 27_000), payment('R3', 27_000, DAY - 20)];
    const lines = [stated('R3 paid', -27_000), stated('R2', -27_000)];
    expect(told(payments, lines)).toEqual([
      ['document_not_posted', 'R2', -27_000],
      ['document_not_posted', 'R3', -27_000],
    ]);
  });

  test('is not where two may be it, none is of that amount, side or day, or a charge is meant', () => {
    const nameless = stated('Claes BV', -27_000);
    const unknown = [['unknown_receipt', 'Claes BV', -27_000]];
    expect(told([payment('R2', 27_000), payment('R3', 27_000, DAY - 1)], [nameless])).toEqual(unknown);
    expect(told([payment('R2', 27_000)], [nameless, stated('Again', -27_000)])).toEqual([
      ['unknown_receipt', 'Again', -27_000],
      ...unknown,
    ]);
    expect(told([payment('R2', 27_001)], [nameless])).toEqual(unknown);
    expect(told([payment('R2', 27_000, DAY - 20)], [nameless])).toEqual(unknown);
    expect(told([payment('P2', 27_000, DAY, 'supplier')], [nameless])).toEqual(unknown);
    const charge: Found = { ...stated('BANK FEES', 750), cause: 'charge_not_booked' };
    expect(told([payment('P3', 750, DAY, 'supplier')], [charge])).toEqual([['charge_not_booked', 'BANK FEES', 750]]);
  });

  test('is named still in the month after, while nobody posted it', () => {
    const line = stated('R2 INV1', -27_000, FROM - 2);
    const own = payment('R2', 27_000, FROM - 2);
    const documents = [{ kind: 'payment', id: own.id, ref: 'R2' }] as const;
    const carried: Found = {
      ...line,
      role: 'ar',
      cause: 'document_not_posted',
      ref: 'R2',
      amount_minor: 27_000,
      documents,
    };
    expect(told([], [line], [carried])).toEqual([['document_not_posted', 'R2', -27_000]]);
  });

  test('is an item of its customer’s account too', () => {
    const items = reconciled({
      fill: (books) => books.payment(payment('R2', 27_000)),
      movements: [],
      bank_items: [stated('R2', -27_000)],
    }).flatMap((each) => each.items.filter(({ cause }) => cause === 'document_not_posted'));
    expect(items.map(({ role, ref, amount_minor }) => [role, ref, amount_minor])).toEqual([
      ['bank', 'R2', -27_000],
      ['ar', 'R2', 27_000],
    ]);
  });
});
