/**
 * Base rows and this person's undecided changes together, as temporary views of a reading connection whose `main` is
 * replica.db and whose `work` is work.db. An overlay row is hidden as soon as its outcome or its own row is in
 * replica.db: dropping it from work.db is a later write of its own, so nothing shows twice and nothing vanishes between.
 */
import { wireTable } from '#contract/wire/tables.ts';

/** Tables a command may predict rows of. Facts are never among them. */
export const OVERLAY_TABLES = [
  'item_note',
  'order_note',
  'signoff',
  'lock_event',
  'close_note',
  'close_evidence',
  'binder',
  'credit_follow_up',
  'item_explanation',
  'journal_proposal',
  'journal_step',
  'exception_mark',
  'exception_mark_cost',
  'exception_mark_finance',
  'forecast_override',
  'fulfilment_override',
  'order_approval',
  'order_approval_cost',
  'order_approval_finance',
  'rule_change',
  'rule_change_cost',
  'rule_verdict',
  'rule_verdict_cost',
  'rule_change_finance',
  'rule_verdict_finance',
  'replenishment_decision',
  'replenishment_approval',
  'draft_order',
  'draft_order_line',
  'draft_order_event',
  'draft_order_approval',
  'transfer_event',
] as const;
export type OverlayTable = (typeof OVERLAY_TABLES)[number];

function viewSql(name: OverlayTable): string {
  const columns = wireTable(name).columns.map((column) => column.name);
  const base = ['id', 'ver', 'bucket', ...columns].map((column) => `b.${column}`).join(', ');
  const predicted = columns.map((column, index) => `json_extract(o.image, '$[${index}]') AS ${column}`).join(', ');
  return `CREATE TEMP VIEW v_${name} AS
    SELECT ${base}, 'accepted' AS mutation_state FROM main.${name} b
    UNION ALL
    SELECT o.pk AS id, 0 AS ver, 0 AS bucket, ${predicted}, m.state AS mutation_state
    FROM work.overlay o JOIN work.outbox m ON m.id = o.mutation_id
    WHERE o.tbl = '${name}'
      AND NOT EXISTS (SELECT 1 FROM main.mutation_outcome d WHERE d.id = o.mutation_id)
      AND NOT EXISTS (SELECT 1 FROM main.${name} r WHERE r.id = o.pk)`;
}

export function overlayViewsSql(): string[] {
  return OVERLAY_TABLES.map(viewSql);
}
