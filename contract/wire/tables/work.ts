/** What people do here: notes, marks on exceptions, and what became of their changes. */
import { dateOrNull, instant, int, intOrNull, jsonOrNull, text, textOrNull } from '../columns.ts';
import type { Area, TableEntry } from '../table.ts';

/**
 * What someone did about an exception. A mark lies in a table as restricted as the figures the exception is made of.
 * id = the mutation that wrote it; kind: 'snoozed' | 'assigned' | 'reopened'; the newest of a key counts.
 */
function exceptionMark<const Id extends number, const Name extends string, const In extends Area>(
  id: Id,
  name: Name,
  area: In,
) {
  return {
    id,
    name,
    area,
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      text('exception_key'),
      text('kind'),
      dateOrNull('until_on'),
      textOrNull('assigned_to'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  } as const;
}

export const WORK_TABLES = [
  {
    id: 16,
    name: 'item_note',
    area: 'general',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; written_at is the device's clock and is only data
    columns: [
      int('company_id'),
      int('item_id'),
      text('body'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
  {
    id: 17,
    name: 'order_note',
    area: 'general',
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('order_id'),
      text('body'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
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
  exceptionMark(52, 'exception_mark', 'general'),
  exceptionMark(53, 'exception_mark_cost', 'cost'),
  exceptionMark(54, 'exception_mark_finance', 'finance'),
] as const satisfies readonly TableEntry[];
