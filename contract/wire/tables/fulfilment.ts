/** Who gets scarce goods against the rule's order, and who allowed what an order asks beyond its rules. */
import { dateOrNull, int, intOrNull, text } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { placedRecords, WRITTEN } from './placedRecords.ts';

/**
 * order_line_id null = the whole order; kind: 'raised' | 'lowered' | 'held' | 'released'; the newest of a line (else of its
 * order) counts, through until_on.
 */
const FULFILMENT_OVERRIDE = [
  int('order_id'),
  intOrNull('order_line_id'),
  text('kind'),
  dateOrNull('until_on'),
  text('reason'),
  ...WRITTEN,
] as const;

/**
 * What somebody said of an order that breaks a rule: the newest of an order counts while `content_hash` is that of its
 * lines. Each lies in a table as restricted as the rule it is about: discounts are everybody's, floors are made of cost,
 * credit of open invoices. decision: 'asked' | 'approved' | 'refused'; rules: the rules broken, with id, version and
 * figures as they stood when the server decided, as JSON.
 */
const ORDER_APPROVAL = [
  int('order_id'),
  text('decision'),
  text('reason'),
  text('content_hash'),
  text('rules'),
  ...WRITTEN,
] as const;

export const FULFILMENT_TABLES = [
  placedRecords(75, 'fulfilment_override', 'general', FULFILMENT_OVERRIDE),
  placedRecords(76, 'order_approval', 'general', ORDER_APPROVAL),
  placedRecords(77, 'order_approval_cost', 'cost', ORDER_APPROVAL),
  placedRecords(78, 'order_approval_finance', 'finance', ORDER_APPROVAL),
] as const satisfies readonly TableEntry[];
