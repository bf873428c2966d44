/** Orders whose lines below the floor somebody allowed: as they are now, and by whom. */
import { createHash } from 'node:crypto';
import { type ApprovedLine, approvalState, APPROVAL_DECISIONS, orderContent } from '#domain/orders/approval.ts';
import { APPROVAL_TABLE } from '#contract/wire/approvalTables.ts';
import type { QueryContext } from '../context.ts';

/** Order → who allowed it. Decisions of the server alone: what is only predicted here changes no figure. */
export function floorApprovals({ scan }: QueryContext, company_id: number): Map<number, string> {
  const said = scan<readonly [order_id: number, decision: string, hash: string, author: string, accepted_at: number]>(
    `SELECT order_id, decision, content_hash, author, accepted_at FROM main.${APPROVAL_TABLE.floor}
     WHERE company_id = ? ORDER BY accepted_at, ver`,
    [company_id],
  );
  const allowed = new Map<number, string>();
  for (const [order_id, decisions] of Map.groupBy(said, ([id]) => id)) {
    if (!decisions.some(([, decision]) => decision === 'approved')) continue;
    const content_hash = createHash('sha256').update(contentOf(scan, order_id)).digest('hex');
    const { state, by } = approvalState(
      decisions.map(([, word, hash, author, accepted_at_ms]) => ({
        decision: APPROVAL_DECISIONS.find((each) => each === word) ?? 'asked',
        content_hash: hash,
        author,
        accepted_at_ms,
        accepted: true,
      })),
      content_hash,
    );
    if (state === 'approved' && by !== null) allowed.set(order_id, by.author);
  }
  return allowed;
}

function contentOf(scan: QueryContext['scan'], order_id: number): string {
  const [order] = scan<readonly [party_id: number | null]>('SELECT party_id FROM main.sales_order WHERE id = ?', [
    order_id,
  ]);
  const lines = scan<readonly [number, string, number | null, number, number, number, number, number, number]>(
    `SELECT id, kind, item_id, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor, net_minor
     FROM main.order_line WHERE order_id = ?`,
    [order_id],
  ).map(
    ([id, kind, item_id, ordered, cancelled, price, gross_minor, discount_minor, net_minor]): ApprovedLine => ({
      id,
      kind,
      item_id,
      ordered_qty_milli: ordered,
      cancelled_qty_milli: cancelled,
      unit_price_micro: price,
      gross_minor,
      discount_minor,
      net_minor,
    }),
  );
  return orderContent({ id: order_id, party_id: order?.[0] ?? null }, lines);
}
