/** What people do here: notes, marks on exceptions, and what became of their changes. */
import { dateOrNull, instant, int, jsonOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { placedRecords, WRITTEN } from './placedRecords.ts';

/**
 * What someone did about an exception. A mark lies in a table as restricted as the figures the exception is made of.
 * kind: 'snoozed' | 'assigned' | 'reopened'; the newest of a key counts.
 */
const EXCEPTION_MARK = [
  text('exception_key'),
  text('kind'),
  dateOrNull('until_on'),
  textOrNull('assigned_to'),
  ...WRITTEN,
] as const;

export const WORK_TABLES = [
  {
    id: 16,
    name: 'item_note',
    area: 'general',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it
    columns: [int('company_id'), int('item_id'), text('body'), ...WRITTEN],
  },
  placedRecords(17, 'order_note', 'general', [int('order_id'), text('body'), ...WRITTEN]),
  {
    id: 22,
    name: 'mutation_outcome',
    area: 'outcome',
    dimensions: ['client'],
    idType: 'text',
    loadOrder: 0,
    // id = the mutation; state: 'accepted' | 'conflict' | 'rejected' | 'held'; reason: an OutcomeReason or null
    columns: [text('client_id'), text('command'), text('state'), jsonOrNull('reason'), instant('decided_at')],
  },
  placedRecords(52, 'exception_mark', 'general', EXCEPTION_MARK),
  placedRecords(53, 'exception_mark_cost', 'cost', EXCEPTION_MARK),
  placedRecords(54, 'exception_mark_finance', 'finance', EXCEPTION_MARK),
] as const satisfies readonly TableEntry[];
