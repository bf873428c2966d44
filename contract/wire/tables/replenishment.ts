/**
 * What was decided about order proposals, what was approved, and the draft orders made of it. Only ever added to; the state
 * of each follows from the rows. All of it lies in the area of cost: who orders sees what it costs, and that a decision
 * needs approval already tells of its value.
 */
import { date, int, intOrNull, json, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

const SHARED = { area: 'cost', dimensions: ['company', 'site'], idType: 'text', loadOrder: 1 } as const;

export const REPLENISHMENT_TABLES = [
  {
    id: 65,
    name: 'replenishment_decision',
    ...SHARED,
    // id = the mutation's and its place in it; kind: 'buy' | 'transfer'; verdict: 'accepted' | 'changed' | 'rejected' |
    // 'withdrawn'; qty 0 of the last two; inputs: what it was proposed from (domain/planning/replenishment/decision.ts);
    // price and value at the supplier's price of the day, null = none known or a transfer; approval: why it needs one
    // ('value', 'deviation', 'no_price', 'not_recomputed', separated by blanks), null = it needs none;
    // follows: the decision about the same position that it replaces
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      text('kind'),
      intOrNull('supplier_id'),
      intOrNull('from_site_id'),
      text('verdict'),
      int('proposed_qty_milli'),
      int('qty_milli'),
      date('receive_on'),
      textOrNull('reason'),
      json('inputs'),
      int('rule_version'),
      intOrNull('unit_price_micro'),
      intOrNull('value_minor'),
      textOrNull('approval'),
      textOrNull('follows'),
      ...WRITTEN,
    ],
  },
  {
    id: 66,
    name: 'replenishment_approval',
    ...SHARED,
    // verdict: 'approved' | 'refused'; the author is never the decision's
    columns: [
      int('company_id'),
      int('site_id'),
      text('decision_id'),
      text('verdict'),
      textOrNull('reason'),
      ...WRITTEN,
    ],
  },
  {
    id: 67,
    name: 'draft_order',
    ...SHARED,
    // id = the mutation's; number: given by the server; minimum_reason: why it is made although the supplier's minimum is not met
    columns: [
      int('company_id'),
      int('site_id'),
      text('number'),
      int('supplier_id'),
      int('value_minor'),
      int('freight_minor'),
      textOrNull('minimum_reason'),
      ...WRITTEN,
    ],
  },
  {
    id: 68,
    name: 'draft_order_line',
    ...SHARED,
    columns: [
      int('company_id'),
      int('site_id'),
      text('draft_order_id'),
      text('decision_id'),
      int('item_id'),
      int('qty_milli'),
      intOrNull('unit_price_micro'),
      intOrNull('value_minor'),
    ],
  },
  {
    id: 69,
    name: 'draft_order_event',
    ...SHARED,
    // kind: 'sent' | 'cancelled', once a draft; sent: the purchase order it became
    columns: [
      int('company_id'),
      int('site_id'),
      text('draft_order_id'),
      text('kind'),
      intOrNull('purchase_order_id'),
      textOrNull('reason'),
      ...WRITTEN,
    ],
  },
  {
    id: 170,
    name: 'draft_order_approval',
    ...SHARED,
    // verdict: 'approved' | 'refused', once a draft; the author neither made it nor decided what nobody else saw of it
    columns: [
      int('company_id'),
      int('site_id'),
      text('draft_order_id'),
      text('verdict'),
      textOrNull('reason'),
      ...WRITTEN,
    ],
  },
] as const satisfies readonly TableEntry[];
