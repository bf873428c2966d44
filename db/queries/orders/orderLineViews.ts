/** Order lines as screens show them, for a block of ids. Names are joined here, where there are few rows. */
import { isoDate } from '#domain/calendar.ts';
import type { OrderLineView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';

/** Views in the order of the ids. A company without any shipment on record has no shipped quantities, not zeros. */
export async function orderLineViews(
  context: QueryContext,
  company_id: number,
  ids: readonly number[],
): Promise<OrderLineView[]> {
  if (ids.length === 0) return [];
  const { db } = context;
  const rows = await db
    .selectFrom('order_line as l')
    .leftJoin('sales_order as o', 'o.id', 'l.order_id')
    .leftJoin('item as i', 'i.id', 'l.item_id')
    .leftJoin('party as p', 'p.id', 'l.party_id')
    .leftJoin('channel as h', 'h.id', 'l.channel_id')
    .leftJoin('order_line_cost as c', 'c.id', 'l.id')
    .select([
      'l.id',
      'l.order_id',
      'o.number as order_number',
      'l.ordinal',
      'l.item_id',
      'i.code as item_code',
      'i.name as item_name',
      'i.uom',
      'l.description',
      'l.kind',
      'p.name as party',
      'l.country',
      'h.name as channel',
      'h.kind as channel_kind',
      'l.ordered_on',
      'l.committed_on',
      'l.ordered_qty_milli',
      'l.unit_price_micro',
      'l.gross_minor',
      'l.discount_minor',
      'l.net_minor',
      'c.cost_minor',
    ])
    .where('l.id', 'in', ids)
    .execute();
  const shipped = await shippedByLine(context, company_id, ids);
  const views = new Map<number, OrderLineView>();
  for (const row of rows) {
    views.set(row.id, {
      order_line_id: row.id,
      order_id: row.order_id,
      order_number: row.order_number ?? String(row.order_id),
      ordinal: row.ordinal,
      item_id: row.item_id,
      item_code: row.item_code,
      description: row.description ?? row.item_name,
      kind: row.kind,
      party: row.party,
      country: row.country,
      channel: row.channel,
      channel_kind: row.channel_kind ?? 'unmapped',
      ordered_on: isoDate(row.ordered_on),
      committed_on: isoDateOrNull(row.committed_on),
      ordered_qty_milli: row.ordered_qty_milli,
      shipped_qty_milli: shipped === null ? null : (shipped.get(row.id) ?? 0),
      uom: row.uom,
      unit_price_micro: row.unit_price_micro,
      gross_minor: row.gross_minor,
      discount_minor: row.discount_minor,
      net_minor: row.net_minor,
      cost_minor: row.cost_minor,
    });
  }
  return ids.map((id) => {
    const view = views.get(id);
    if (!view) throw new Error(`order line ${id} vanished inside a read transaction`);
    return view;
  });
}

/** Σ shipped per line, thousandths; null when the company has no shipment on record. */
export async function shippedByLine(
  context: QueryContext,
  company_id: number,
  line_ids: readonly number[],
): Promise<Map<number, number> | null> {
  if (!(await hasShipments(context, company_id))) return null;
  const shipped = new Map<number, number>();
  for (let at = 0; at < line_ids.length; at += 1000) {
    const rows = await context.db
      .selectFrom('shipment_line')
      .select(({ fn }) => ['order_line_id', fn.sum<number>('qty_milli').as('qty_milli')])
      .where('order_line_id', 'in', line_ids.slice(at, at + 1000))
      .groupBy('order_line_id')
      .execute();
    for (const row of rows) shipped.set(row.order_line_id, row.qty_milli);
  }
  return shipped;
}

export async function hasShipments(context: QueryContext, company_id: number): Promise<boolean> {
  const row = await context.db
    .selectFrom('shipment_line')
    .select('id')
    .where('company_id', '=', company_id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
