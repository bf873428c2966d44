/** Purchase lines that were or are late, as `domain/planning/overdueWaits.ts` learns from them. */
import { type PromisedLine, WAITS_LEARNED_DAYS } from '#domain/planning/overdueWaits.ts';
import type { Scan } from '#db/connection.ts';

type Row = readonly [
  id: number,
  supplier_id: number,
  ordered_on: number,
  promised_on: number,
  received_on: number | null,
];

/** `since`: the earliest day that will be asked about; of lines in time, whatever was told meanwhile, none. */
export function overdueLines(scan: Scan, company_id: number, as_of_on: number, since = as_of_on): PromisedLine[] {
  // a line that a closed order left short has come as far as it will
  const rows = scan<Row>(
    `SELECT l.id, p.supplier_id, p.ordered_on, l.promised_on,
       CASE WHEN p.state = 'open' AND l.received_qty_milli < l.ordered_qty_milli THEN NULL ELSE l.received_on END
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state <> 'cancelled' AND (p.state = 'open' OR l.received_on IS NOT NULL)
       AND (l.received_on IS NULL OR l.received_on >= ?) AND coalesce(l.received_on, ?) > l.promised_on`,
    [company_id, since - WAITS_LEARNED_DAYS, as_of_on],
  );
  const told = new Map<number, { readonly told_on: number; readonly promised_on: number }[]>();
  for (const [id] of rows) told.set(id, []);
  for (const [id, told_on, promised_on] of scan<readonly [number, number, number]>(
    'SELECT po_line_id, told_on, promised_on FROM main.promise_event NOT INDEXED WHERE company_id = ? ORDER BY told_on, id',
    [company_id],
  )) {
    told.get(id)?.push({ told_on, promised_on });
  }
  return rows.map(([id, supplier_id, ordered_on, promised_on, received_on]) => ({
    supplier_id,
    ordered_on,
    promised_on,
    received_on,
    told: told.get(id) ?? [],
  }));
}
