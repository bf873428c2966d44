/** What was said of transfers between sites: asked for, given or refused, sent off, taken in. Only ever added to. */
import { dateOrNull, int, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

export const TRANSFER_TABLES = [
  {
    id: 85,
    name: 'transfer_event',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'text',
    loadOrder: 1,
    // each step is written twice, once for either site (site_id: where this row lies), with the same columns;
    // transfer_id: the id of the request's row at the giving site; step, and what of its steps counts:
    // domain/transfers/transfer.ts; number: given by the server, the ref of the movements; due_on: wanted by, then
    // expected; decision_id: the accepted proposal it carries out
    columns: [
      int('company_id'),
      int('site_id'),
      text('transfer_id'),
      text('step'),
      text('number'),
      int('item_id'),
      int('from_site_id'),
      int('to_site_id'),
      int('qty_milli'),
      dateOrNull('due_on'),
      textOrNull('reason'),
      textOrNull('decision_id'),
      ...WRITTEN,
    ],
  },
] as const satisfies readonly TableEntry[];
