/** Who gets scarce goods against the rule's order, and who allowed what an order asks beyond its rules. */
import { dateOrNull, instant, int, intOrNull, text } from '../columns.ts';
import type { Area, TableEntry } from '../table.ts';

/**
 * What somebody said of an order that breaks a rule: append-only, the newest of an order counts while `content_hash` is
 * that of its lines. Each lies in a table as restricted as the rule it is about: discounts are everybody's, floors are made
 * of cost, credit of open invoices. decision: 'asked' | 'approved' | 'refused'; rules: the rules broken, with id, version
 * and figures as they stood when the server decided, as JSON.
 */
function orderApproval<const Id extends number, const Name extends string, const In extends Area>(
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
      int('order_id'),
      text('decision'),
      text('reason'),
      text('content_hash'),
      text('rules'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  } as const;
}

export const FULFILMENT_TABLES = [
  {
    id: 75,
    name: 'fulfilment_override',
    area: 'general',
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; order_line_id null = the whole order; kind: 'raised' | 'lowered' | 'held' |
    // 'released'; the newest of a line (else of its order) counts, through until_on
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('order_id'),
      intOrNull('order_line_id'),
      text('kind'),
      dateOrNull('until_on'),
      text('reason'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
  orderApproval(76, 'order_approval', 'general'),
  orderApproval(77, 'order_approval_cost', 'cost'),
  orderApproval(78, 'order_approval_finance', 'finance'),
] as const satisfies readonly TableEntry[];
