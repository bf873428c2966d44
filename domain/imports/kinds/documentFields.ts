/** Columns that files of invoices and of payments share. */
import type { Field } from '#domain/imports/engine/field.ts';
import { CURRENCY_NAMES, DOCUMENT_PARTY_NAMES } from './names.ts';

export const DOCUMENT_PARTY = {
  name: 'party',
  label: 'code of the customer or supplier',
  type: 'code',
  required: true,
  strong: DOCUMENT_PARTY_NAMES,
  weak: ['code'],
} as const satisfies Field;

export const OWN_CURRENCY = {
  name: 'currency',
  label: 'currency, empty for the company’s',
  type: 'code',
  strong: CURRENCY_NAMES,
} as const satisfies Field;

/** Of kinds whose amounts are taken in the company's currency alone: a line in another waits. */
export const BOOK_CURRENCY = { ...OWN_CURRENCY, of_books: true } as const satisfies Field;

export const FOREIGN_AMOUNT = {
  name: 'foreign_amount',
  label: 'amount in that currency',
  type: 'money',
  currency_field: OWN_CURRENCY.name,
  strong: [
    'foreignamount',
    'amountincurrency',
    'amountcurrency',
    'currencyamount',
    'fremdwährungsbetrag',
    'fremdwaehrungsbetrag',
    'betragfw',
    'montantendevise',
    'bedragvreemdevaluta',
    'importedivisa',
    'importovaluta',
  ],
} as const satisfies Field;
