/** What was said to and by customers about what they owe. Only ever added to. */
import { dateOrNull, int, text } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

export const CREDIT_TABLES = [
  {
    id: 93,
    name: 'credit_follow_up',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; promised_on: when the customer says it pays; next_on: when somebody asks again
    columns: [
      int('company_id'),
      int('party_id'),
      text('said'),
      dateOrNull('promised_on'),
      dateOrNull('next_on'),
      ...WRITTEN,
    ],
  },
] as const satisfies readonly TableEntry[];
