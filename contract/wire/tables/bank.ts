/** What the bank says: the lines of its statements, in the order it booked them. */
import { date, int, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const BANK_TABLES = [
  {
    id: 150,
    name: 'bank_statement_line',
    area: 'finance',
    dimensions: ['company', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // account_id: the ledger's account of that bank account; day_line: its place among the lines of its day, from 1; month is that of
    // booked_on; amounts in the company's currency, money in positive
    columns: [
      int('company_id'),
      int('month'),
      int('account_id'),
      date('booked_on'),
      int('day_line'),
      int('amount_minor'),
      int('balance_after_minor'),
      textOrNull('reference'),
      textOrNull('counterparty'),
    ],
  },
] as const satisfies readonly TableEntry[];
