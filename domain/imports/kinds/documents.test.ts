import { expect, test } from 'vitest';
import { guessColumns } from '#domain/imports/engine/guessColumns.ts';
import { partsOf } from '#domain/imports/engine/parts.ts';
import { isRefused, lineReader, type ReadLine, readLines } from '#domain/imports/engine/readLines.ts';
import { INVOICES, invoiceAmounts } from './invoices.ts';
import { importKind } from './kinds.ts';
import { ownCurrencyOf } from './ownCurrency.ts';
import { paymentAmounts } from './payments.ts';

const reasonsOf = (kind: 'invoices' | 'payments', header: string, ...lines: readonly string[]) => {
  const columns = header.split(',');
  const cells = lines.map((line) => line.split(','));
  const { map, problems } = guessColumns(importKind(kind), columns, cells, {});
  expect(problems).toEqual([]);
  const reader = lineReader(importKind(kind), map, columns, 'EUR');
  const { refused } = readLines(
    importKind(kind),
    cells.map((fields, at) => reader({ line_number: at + 2, fields })),
    'EUR',
  );
  return refused.map(({ reason }) => reason);
};
const INVOICE = 'kind,number,party,issued_on,due_on,amount,currency,foreign_amount';
const PAYMENT = 'kind,number,party,paid_on,amount,invoice,currency,foreign_amount,exchange';

test('the columns of Odoo’s invoices are known, and its types say what is a credit', () => {
  const header = [
    'name',
    'move_type',
    'partner_id/ref',
    'invoice_date',
    'date',
    'invoice_date_due',
    'amount_total_signed',
    'amount_total',
    'currency_id',
    'invoice_origin',
  ];
  const line = [
    'BILL/2026/01',
    'in_invoice',
    'S-1',
    '2026-01-05',
    '2026-01-07',
    '2026-02-04',
    '-100.00',
    '15000',
    'JPY',
    'P0001',
  ];
  const { map, problems, ambiguities } = guessColumns(INVOICES, header, [line], {});
  expect([problems, ambiguities]).toEqual([[], []]);
  expect(map.columns).toEqual({
    kind: 'move_type',
    number: 'name',
    party: 'partner_id/ref',
    issued_on: 'invoice_date',
    posted_on: 'date',
    due_on: 'invoice_date_due',
    amount: 'amount_total_signed',
    currency: 'currency_id',
    foreign_amount: 'amount_total',
    order: 'invoice_origin',
  });
  const read = lineReader(importKind('invoices'), map, header, 'EUR')({ line_number: 2, fields: line });
  // yen have no smaller unit: 15,000 of them, not 1,500,000
  expect(isRefused(read) ? read.reason : read.row).toMatchObject({ amount: -10_000, foreign_amount: 15_000 });
  const row = { amount: -10_000, currency: 'JPY', foreign_amount: 15_000 };
  expect(invoiceAmounts({ ...row, kind: 'in_invoice' })).toMatchObject({
    party_kind: 'supplier',
    amount: 10_000,
    foreign_amount: 15_000,
  });
  expect(invoiceAmounts({ ...row, kind: 'out_refund', amount: 10_000 })).toMatchObject({
    party_kind: 'customer',
    amount: -10_000,
    foreign_amount: -15_000,
  });
});

test('payments of one customer are stored together: what one wins by the rate depends on those before it', () => {
  const line = (line_number: number, party: string): ReadLine => ({
    line: { line_number, fields: [] },
    label: '',
    row: { kind: 'customer', party, number: `R${line_number}` },
    amounts: [],
  });
  const parts = partsOf(importKind('payments'), [line(2, 'C1'), line(3, 'C2'), line(4, 'C1')], 1);
  expect(parts.map((part) => part.map(({ row }) => row['party']))).toEqual([['C1', 'C1'], ['C2']]);
});

test('Odoo’s payments say whether money came in: what goes back to a customer opens, what a supplier is paid settles', () => {
  const row = { amount: 500, currency: null, foreign_amount: null };
  const amount = (kind: string, direction: string | null) => paymentAmounts({ ...row, kind, direction }).amount;
  expect([amount('customer', 'in'), amount('customer', 'out')]).toEqual([500, -500]);
  expect([amount('supplier', 'out'), amount('supplier', 'in'), amount('supplier', null)]).toEqual([500, -500, 500]);
});

test('what a line of an invoice says must hold together', () => {
  expect(
    reasonsOf(
      'invoices',
      INVOICE,
      'customer,I1,C1,2026-01-10,2026-01-09,5,,',
      'customer,I2,C1,2026-01-10,2026-01-10,5,dollar,6',
      'customer,I3,C1,2026-01-10,2026-01-10,5,,6',
      'customer,I4,C1,2026-01-10,2026-01-10,-5,USD,6',
      'somebody,I5,C1,2026-01-10,2026-01-10,5,,',
    ),
  ).toEqual([
    'It is due before its date. Write the day it is to be paid by.',
    'The currency is no code of three letters. Write it as USD.',
    'There is an amount in another currency, but no currency. Write which, as USD.',
    'The amount and the amount in its currency have opposite signs.',
    'The customer or supplier "somebody" is none of customer, supplier, out_invoice, out_refund, in_invoice, in_refund.',
  ]);
});

test('a payment waits whole: of one day, in one currency, no invoice twice', () => {
  expect(
    reasonsOf(
      'payments',
      PAYMENT,
      'customer,R1,C1,2026-01-10,5,I1,,,',
      'customer,R1,C1,2026-01-11,5,I2,,,',
      'customer,R2,C1,2026-01-10,5,I1,,,',
      'customer,R2,C1,2026-01-10,5,I1,,,',
      'customer,R3,C1,2026-01-10,5,,,,',
      'customer,R3,C1,2026-01-10,6,,,,',
      'customer,R4,C1,2026-01-10,5,I1,USD,6,',
      'customer,R4,C1,2026-01-10,5,I2,,,',
      'customer,R5,C1,2026-01-10,5,I1,,,1',
      'customer,R6,C1,2026-01-10,5,,USD,6,1',
    ),
  ).toEqual([
    'The payment has several dates.',
    'The payment has several dates.',
    'The payment names the invoice "I1" twice. Make the lines one, or correct one.',
    'The payment names the invoice "I1" twice. Make the lines one, or correct one.',
    'The payment has two lines without an invoice. Make them one, or another number.',
    'The payment has two lines without an invoice. Make them one, or another number.',
    'The payment is in several currencies.',
    'The payment is in several currencies.',
    'An exchange difference is of a payment in another currency; the line names none.',
    'Without an invoice there is no exchange difference yet. Leave it empty.',
  ]);
});

test('the company’s own currency is none, unless its amount is another', () => {
  expect(ownCurrencyOf({ amount: 5, currency: 'eur', foreign_amount: 5 }, 'EUR')).toBeNull();
  expect(ownCurrencyOf({ amount: 5, currency: 'EUR' }, 'EUR')).toBeNull();
  expect(ownCurrencyOf({ amount: 5, currency: 'EUR', foreign_amount: 6 }, 'EUR')).toBe(
    'The currency is EUR, which the company keeps its books in, but the amount in it is another than the amount.',
  );
  expect(ownCurrencyOf({ amount: 5, currency: 'usd', foreign_amount: 6 }, 'EUR')).toEqual({
    currency: 'USD',
    foreign_minor: 6,
  });
  expect(ownCurrencyOf({ amount: 5, currency: 'USD' }, 'EUR')).toMatch('its amount in USD is missing');
  expect(ownCurrencyOf({ amount: 5, currency: 'USD', foreign_amount: 0 }, 'EUR')).toMatch('is 0');
});
