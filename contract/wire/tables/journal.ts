/** Entries proposed for items of a close, and what was said of them. Who reads the books receives them. */
import { bool, date, dateOrNull, int, json, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

const OF_COMPANY = { area: 'finance', dimensions: ['company'], loadOrder: 1 } as const;

export const JOURNAL_TABLES = [
  {
    id: 130,
    name: 'journal_proposal',
    ...OF_COMPANY,
    idType: 'text',
    // id = the mutation that wrote it; amount_minor: the sum of its debits; inputs and lines: domain/close/journal/entry.ts;
    // posted_as, reversed_as: the ledger's entries with its reference, by the server; posted_otherwise: one of them is not what was
    // proposed
    columns: [
      int('company_id'),
      int('period_id'),
      text('reference'),
      text('words'),
      date('booked_on'),
      dateOrNull('reverses_on'),
      int('amount_minor'),
      json('inputs'),
      json('lines'),
      textOrNull('renews_id'),
      textOrNull('posted_as'),
      textOrNull('reversed_as'),
      bool('posted_otherwise'),
      ...WRITTEN,
    ],
  },
  {
    id: 131,
    name: 'journal_step',
    ...OF_COMPANY,
    idType: 'text',
    // id = the mutation that wrote it, of an export its own; step: domain/close/journal/steps.ts; words: the new text or the reason;
    // append-only
    columns: [int('company_id'), int('period_id'), text('proposal_id'), text('step'), textOrNull('words'), ...WRITTEN],
  },
] as const satisfies readonly TableEntry[];
