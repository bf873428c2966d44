/** Orders that one invoice bills whole, found without matching: of most companies nearly all. */
import { namesIn, PRICE_TOLERANCE_PERCENT } from '#domain/close/reconcile/billing.ts';
import type { QueryContext } from '../context.ts';

/** A reference that names several numbers has one of these in it. */
export const MAY_NAME_SEVERAL = `(instr(ref, ',') OR instr(ref, ';') OR instr(ref, '+') OR instr(ref, '|') OR instr(ref, '&')
  OR instr(ref, char(10)))`;

/**
 * Order → day (number) of its only invoice to a customer, which names no delivery, comes after all that left of the order, and comes to
 * it or to as little less as the rule of bills allows: then that bills all of it (domain/close/reconcile/billing.ts). Orders whose deliveries
 * any invoice names are left out. `unnamed`: orders with an invoice that names no delivery.
 */
export function billedWhole(
  context: QueryContext,
  company_id: number,
  unnamed: readonly number[],
): ReadonlyMap<number, number> {
  if (unnamed.length === 0) return new Map();
  const several = context.scan<readonly [ref: string]>(
    `SELECT DISTINCT ref FROM main.invoice NOT INDEXED
     WHERE company_id = ? AND kind = 'customer' AND ref IS NOT NULL AND ${MAY_NAME_SEVERAL}`,
    [company_id],
  );
  const named = JSON.stringify([...new Set(several.flatMap(([ref]) => namesIn(ref)))]);
  const most = 100 + PRICE_TOLERANCE_PERCENT;
  const rows = context.scan<readonly [order_id: number, posted_on: number]>(
    `WITH one AS MATERIALIZED (
       SELECT order_id, min(posted_on) AS posted_on, min(amount_minor) AS amount_minor FROM main.invoice NOT INDEXED
       WHERE company_id = ? AND kind = 'customer' AND order_id IN (SELECT value FROM json_each(?))
       GROUP BY order_id HAVING count(*) = 1)
     SELECT order_id, posted_on FROM (
       SELECT one.order_id, one.posted_on, one.amount_minor, l.net_minor, max(s.shipped_on) AS last_on, max(s.number IN (
           SELECT ref FROM main.invoice NOT INDEXED WHERE company_id = ? AND kind = 'customer' AND ref IS NOT NULL)
         OR s.number IN (SELECT value FROM json_each(?))) AS named
       FROM one CROSS JOIN main.order_line l ON l.order_id = one.order_id AND l.kind = 'goods'
         CROSS JOIN main.shipment_line s ON s.order_line_id = l.id
       GROUP BY l.id)
     GROUP BY order_id
     HAVING max(named) = 0 AND max(last_on) <= posted_on AND min(net_minor) > 0 AND sum(net_minor) * 100 <= amount_minor * ?`,
    [company_id, JSON.stringify(unnamed), company_id, named, most],
  );
  return new Map(rows);
}
