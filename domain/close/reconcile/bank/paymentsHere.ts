/** Lines of a statement that no entry is, and payments that are here and in no entry: where only one can be the other, it is named. */
import type { DocumentRef, Found } from '../facts.ts';
import { mentions } from '../mentions.ts';
import { EXCHANGE_DIFFERENCE } from '../postings.ts';
import { NEAR_DAYS } from './match.ts';

interface Payment {
  readonly document: DocumentRef;
  readonly paid_on: number;
  /** What the bank should have of it in the ledger and has not, debit positive. */
  readonly amount_minor: number;
}

/**
 * The bank's items, those of payments that are here named by them: of the same amount and side, by the line's reference, else by a day
 * near it. What two could be stays as it is.
 * @param items of all accounts
 */
export function namedByPayments(bank_items: readonly Found[], items: readonly Found[]): readonly Found[] {
  const payments = Map.groupBy(lackingPayments(items), ({ amount_minor }) => amount_minor);
  if (payments.size === 0) return bank_items;
  const lines = Map.groupBy(bank_items.filter(isUnknown), ({ amount_minor }) => amount_minor);
  const named = new Map<Found, Payment>();
  for (const [amount, own] of lines) {
    const here = payments.get(amount) ?? [];
    for (const fits of [isNamed, isNear]) {
      const taken = new Set(named.values());
      const left = { lines: own.filter((each) => !named.has(each)), payments: here.filter((each) => !taken.has(each)) };
      for (const line of left.lines) {
        const [payment, ...others] = left.payments.filter((each) => fits(line, each));
        const rivals = payment ? left.lines.filter((each) => fits(each, payment)).length : 0;
        if (payment && others.length === 0 && rivals === 1) named.set(line, payment);
      }
    }
  }
  return bank_items.map((item) => {
    const payment = named.get(item);
    if (!payment) return item;
    const documents = [payment.document, ...item.documents];
    return { ...item, cause: 'document_not_posted', ref: payment.document.ref, documents };
  });
}

function isUnknown({ cause, settles_on }: Found): boolean {
  return settles_on === null && (cause === 'unknown_receipt' || cause === 'payment_not_booked');
}

/** Those the accounts of customers and suppliers lack: a payment has its other side at the bank. */
function lackingPayments(items: readonly Found[]): readonly Payment[] {
  return items.flatMap(({ role, cause, documents, arose_on, amount_minor, settles_on }): readonly Payment[] => {
    const [document] = documents;
    if ((role !== 'ar' && role !== 'ap') || cause !== 'document_not_posted' || settles_on !== null) return [];
    if (document?.kind !== 'payment' || document.ref.endsWith(EXCHANGE_DIFFERENCE)) return [];
    return [{ document, paid_on: arose_on, amount_minor: -amount_minor }];
  });
}

function isNamed({ ref }: Found, { document }: Payment): boolean {
  return mentions(ref, document.ref);
}

function isNear({ arose_on }: Found, { paid_on }: Payment): boolean {
  return Math.abs(arose_on - paid_on) <= NEAR_DAYS;
}
