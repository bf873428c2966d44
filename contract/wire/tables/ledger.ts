/** The books: accounts, entries and their lines, invoices and payments. Debits are positive. */
import { date, dateOrNull, instant, instantOrNull, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const LEDGER_TABLES = [
  {
    id: 47,
    name: 'gl_account',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // kind: 'asset' | 'liability' | 'equity' | 'income' | 'expense'; role: what our rules look the account up by; bank_account: IBAN or
    // number of the bank account it stands for, in capitals without spaces; currency: of that bank account, null = the company's
    columns: [
      int('company_id'),
      text('code'),
      text('name'),
      text('kind'),
      textOrNull('role'),
      textOrNull('bank_account'),
      textOrNull('currency'),
    ],
  },
  {
    id: 180,
    name: 'gl_journal',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // kind: domain/close/journalKinds.ts; a company without any has the usual codes
    columns: [int('company_id'), text('code'), text('name'), text('kind')],
  },
  {
    id: 48,
    name: 'gl_entry',
    area: 'finance',
    dimensions: ['company', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is that of booked_on; ref: the document; an entry's lines add up to 0; changed_at: since when it stands as it does,
    // null = since it was posted; how it stood before is in gl_replaced_line
    columns: [
      int('company_id'),
      int('month'),
      text('journal'),
      text('number'),
      date('booked_on'),
      instant('posted_at'),
      textOrNull('ref'),
      text('memo'),
      instantOrNull('changed_at'),
    ],
  },
  {
    id: 49,
    name: 'gl_line',
    area: 'finance',
    dimensions: ['company', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is the entry's; amount in the company's currency, debit positive; foreign_minor: on a bank account in another currency
    // its amount there, 0 of what only values it anew
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      int('month'),
      int('entry_id'),
      int('account_id'),
      intOrNull('party_id'),
      int('amount_minor'),
      textOrNull('ref'),
      intOrNull('foreign_minor'),
    ],
  },
  {
    id: 191,
    name: 'gl_replaced_line',
    area: 'finance',
    dimensions: ['company', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // a line of an entry as it stood from from_at until it was changed at until_at, with what its entry said then (ref: the
    // entry's, line_ref: its own; month: of the day it was booked on then); all lines of the entry are kept, also those that stayed.
    // entry_id and line_id may be gone by now; changed_by: whose file or command changed it, null = another system; append-only,
    // by the database itself (migration 100)
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      int('month'),
      int('entry_id'),
      int('line_id'),
      text('journal'),
      text('number'),
      date('booked_on'),
      instant('posted_at'),
      textOrNull('ref'),
      text('memo'),
      int('account_id'),
      intOrNull('party_id'),
      int('amount_minor'),
      textOrNull('line_ref'),
      intOrNull('foreign_minor'),
      instant('from_at'),
      instant('until_at'),
      textOrNull('changed_by'),
    ],
  },
  {
    id: 50,
    name: 'invoice',
    area: 'finance',
    dimensions: ['company', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // kind: 'customer' | 'supplier'; month is that of posted_on; ref: the shipment's or receipt's number it bills;
    // amount_minor in company currency as it was booked, a credit is negative; made out in another currency: that and its
    // amount there, else null
    columns: [
      int('company_id'),
      int('month'),
      text('kind'),
      text('number'),
      int('party_id'),
      intOrNull('order_id'),
      intOrNull('purchase_order_id'),
      textOrNull('ref'),
      date('issued_on'),
      date('posted_on'),
      date('due_on'),
      int('amount_minor'),
      textOrNull('currency'),
      intOrNull('foreign_minor'),
    ],
  },
  {
    id: 51,
    name: 'payment',
    area: 'finance',
    dimensions: ['company', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // one row an invoice it pays: rows of one number are one payment; invoice_id null = not matched yet; amount_minor is
    // what came or left in company currency, exchange_minor what of it is no part of the invoice as it was booked: the
    // invoice is less by amount_minor − exchange_minor, from settled_on on; until then it stands as an item of its own
    columns: [
      int('company_id'),
      int('month'),
      text('kind'),
      text('number'),
      int('party_id'),
      intOrNull('invoice_id'),
      date('paid_on'),
      int('amount_minor'),
      textOrNull('currency'),
      intOrNull('foreign_minor'),
      int('exchange_minor'),
      dateOrNull('settled_on'),
    ],
  },
] as const satisfies readonly TableEntry[];
