/** Costs of bringing goods in that no goods bear yet, with what of those goods came and what of it still lies there. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { allocationOf, type ReceiptLayer } from '#domain/close/journal/allocation.ts';
import type { Found, Valuation } from '#domain/close/reconcile/facts.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dateOf, dayOf, idList } from './days.ts';

interface Of {
  readonly company_id: number;
  readonly currency: string;
  readonly valuation: Valuation;
}

interface OrderedLine {
  readonly id: number;
  readonly purchase_order_id: number;
  readonly item_id: number;
  readonly code: string;
  readonly uom: string;
  readonly weight_g: number | null;
  readonly volume_ml: number | null;
  readonly ordered_qty_milli: number;
  readonly unit_price_micro: number | null;
}

export async function unallocatedBy(
  tx: ServerTransaction,
  { company_id, currency, valuation }: Of,
  cut_off: number,
): Promise<readonly Found[]> {
  const { rows: costs } = await sql<{
    readonly id: number;
    readonly ref: string;
    readonly booked_on: number;
    readonly amount_minor: number;
    readonly split_by: string;
    readonly purchase_order_id: number;
  }>`
    select c.id, o.number || ' ' || c.kind as ref, ${dayOf('c.booked_on')} as booked_on, c.amount_minor, c.split_by,
      c.purchase_order_id
    from landed_cost c join purchase_order o on o.id = c.purchase_order_id
    where c.company_id = ${company_id} and c.booked_on <= ${dateOf(cut_off)}
      and not exists (select from landed_cost_line l where l.landed_cost_id = c.id)
    order by c.id`.execute(tx);
  if (costs.length === 0) return [];
  const { rows: ordered } = await sql<OrderedLine>`
    select l.id, l.purchase_order_id, l.item_id, i.code, i.uom, i.weight_g, i.volume_ml, l.ordered_qty_milli, p.unit_price_micro
    from po_line l join item i on i.id = l.item_id left join po_line_price p on p.id = l.id
    where l.purchase_order_id = any(${idList(costs.map((cost) => cost.purchase_order_id))}) order by l.id`.execute(tx);
  const items = [...new Set(ordered.map(({ item_id }) => item_id))];
  const layers = await layersOf(tx, company_id, items, cut_off);
  const on_hand = await onHandAt(tx, company_id, items, cut_off);
  return costs.map(({ id, ref, booked_on, amount_minor, split_by, purchase_order_id }): Found => {
    const lines = ordered.filter((line) => line.purchase_order_id === purchase_order_id);
    return {
      role: 'landed_cost_clearing',
      cause: 'cost_not_allocated',
      amount_minor: 0,
      ref,
      arose_on: booked_on,
      documents: [{ kind: 'landed_cost', id, ref }],
      settles_on: null,
      allocation: allocationOf({
        amount_minor,
        split_by,
        valuation,
        lines: lines.map(({ item_id, unit_price_micro, ...line }) => ({
          ...line,
          amount_minor:
            unit_price_micro === null ? null : lineAmountOrNull(line.ordered_qty_milli, unit_price_micro, currency),
          on_hand_qty_milli: on_hand.get(item_id) ?? 0,
          layers: layers.get(item_id) ?? [],
        })),
      }),
    };
  });
}

async function layersOf(
  tx: ServerTransaction,
  company_id: number,
  items: readonly number[],
  cut_off: number,
): Promise<ReadonlyMap<number, readonly ReceiptLayer[]>> {
  const { rows } = await sql<Omit<ReceiptLayer, 'received_on'> & { readonly item_id: number; readonly day: number }>`
    select l.item_id, r.number as ref, ${dayOf('r.received_on')} as day, r.po_line_id, r.qty_milli
    from receipt_line r join po_line l on l.id = r.po_line_id
    where r.company_id = ${company_id} and l.item_id = any(${idList(items)}) and r.received_on <= ${dateOf(cut_off)}
    order by r.received_on desc, r.id desc`.execute(tx);
  const found = rows.map(({ day, ...row }) => ({ ...row, received_on: isoDate(day) }));
  return Map.groupBy(found, ({ item_id }) => item_id);
}

/** Over all sites at the end of the day: what lies there now less what came and plus what left since. */
async function onHandAt(
  tx: ServerTransaction,
  company_id: number,
  items: readonly number[],
  cut_off: number,
): Promise<ReadonlyMap<number, number>> {
  const [of, day] = [idList(items), dateOf(cut_off)];
  const { rows } = await sql<{ readonly item_id: number; readonly qty_milli: number }>`
    select item_id, sum(qty)::bigint as qty_milli from (
      select item_id, on_hand_qty_milli as qty from stock_balance where company_id = ${company_id} and item_id = any(${of})
      union all select item_id, -qty_milli from stock_move
        where company_id = ${company_id} and item_id = any(${of}) and moved_on > ${day}
      union all select l.item_id, -r.qty_milli from receipt_line r join po_line l on l.id = r.po_line_id
        where r.company_id = ${company_id} and l.item_id = any(${of}) and r.received_on > ${day}
      union all select l.item_id, s.qty_milli from shipment_line s join order_line l on l.id = s.order_line_id
        where s.company_id = ${company_id} and l.item_id = any(${of}) and s.shipped_on > ${day}) moves
    group by item_id`.execute(tx);
  return new Map(rows.map(({ item_id, qty_milli }) => [item_id, qty_milli]));
}
