/** Order lines as screens show them: figures, which editions keep, and names, joined where there are few rows. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { OrderLineView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';

/** What is told of a line and may change. Its names are looked up when it is shown. */
export interface LineFigures {
  readonly id: number;
  readonly order_id: number;
  readonly ordinal: number;
  readonly item_id: number | null;
  readonly kind: string;
  readonly party_id: number | null;
  readonly country: string | null;
  readonly channel_id: number | null;
  readonly ordered_on: number;
  readonly committed_on: number | null;
  readonly ordered_qty_milli: number;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

/** In the order of the ids. */
export async function lineFigures({ db }: QueryContext, ids: readonly number[]): Promise<LineFigures[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<LineFigures>`
    SELECT l.id, l.order_id, l.ordinal, l.item_id, l.kind, l.party_id, l.country, l.channel_id, l.ordered_on,
      l.committed_on, l.ordered_qty_milli, l.unit_price_micro, l.gross_minor, l.discount_minor, l.net_minor,
      c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor
    FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
    WHERE l.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`.execute(db);
  const lines = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const line = lines.get(id);
    if (!line) throw new Error(`order line ${id} vanished inside a read transaction`);
    return line;
  });
}

interface LineNames {
  readonly description: string | null;
  readonly order_number: string | null;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly uom: string | null;
  readonly party: string | null;
  readonly channel: string | null;
  readonly channel_kind: string | null;
}

/** What lines are called now, in the order given; a line that is no longer here still has its order, item and customer. */
async function lineNames({ db }: QueryContext, lines: readonly LineFigures[]): Promise<readonly LineNames[]> {
  const ids = lines.map(({ id, order_id, item_id, party_id, channel_id }) => [
    id,
    order_id,
    item_id,
    party_id,
    channel_id,
  ]);
  const { rows } = await sql<LineNames>`
    SELECT l.description, o.number AS order_number, i.code AS item_code, i.name AS item_name, i.uom, p.name AS party,
      h.name AS channel, h.kind AS channel_kind
    FROM json_each(${JSON.stringify(ids)}) j
      LEFT JOIN order_line l ON l.id = j.value ->> 0
      LEFT JOIN sales_order o ON o.id = j.value ->> 1
      LEFT JOIN item i ON i.id = j.value ->> 2
      LEFT JOIN party p ON p.id = j.value ->> 3
      LEFT JOIN channel h ON h.id = j.value ->> 4
    ORDER BY j.key`.execute(db);
  return rows;
}

/** In the order given. A company without any shipment on record has no shipped quantities, not zeros. */
export async function orderLineViews(
  context: QueryContext,
  company_id: number,
  lines: readonly LineFigures[],
): Promise<OrderLineView[]> {
  if (lines.length === 0) return [];
  const names = await lineNames(context, lines);
  const shipped = await shippedByLine(
    context,
    company_id,
    lines.map((line) => line.id),
  );
  return lines.map((line, at) => {
    const named = names[at];
    if (!named) throw new Error(`order line ${line.id} was not looked up`);
    return {
      order_line_id: line.id,
      order_id: line.order_id,
      order_number: named.order_number ?? String(line.order_id),
      ordinal: line.ordinal,
      item_id: line.item_id,
      item_code: named.item_code,
      description: named.description ?? named.item_name,
      kind: line.kind,
      party: named.party,
      country: line.country,
      channel: named.channel,
      channel_kind: named.channel_kind ?? 'unmapped',
      ordered_on: isoDate(line.ordered_on),
      committed_on: isoDateOrNull(line.committed_on),
      ordered_qty_milli: line.ordered_qty_milli,
      shipped_qty_milli: shipped === null ? null : (shipped.get(line.id) ?? 0),
      uom: named.uom,
      unit_price_micro: line.unit_price_micro,
      gross_minor: line.gross_minor,
      discount_minor: line.discount_minor,
      net_minor: line.net_minor,
      cost_minor: line.cost_minor,
    };
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
