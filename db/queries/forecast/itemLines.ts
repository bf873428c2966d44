/** Order lines of one item at one site as demand: who asked for how much, when, and what is still owed of it. */
import { type DemandOfLine, demandOfLine } from '#domain/demand/demandLine.ts';
import { type Stockout, stockouts } from '#domain/demand/stockouts.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { companyById } from '../reference/companies.ts';
import { channelsOf, sitesOf } from '../reference/names.ts';
import { seesWholeSite } from '../rights.ts';

export interface DemandPlace {
  readonly item: TableRow<'item'>;
  readonly company: TableRow<'company'>;
  readonly site: { readonly id: number; readonly code: string; readonly name: string };
}

export async function demandPlace(
  context: QueryContext,
  { item_id, site_id }: { readonly item_id: number; readonly site_id: number },
): Promise<DemandPlace> {
  const item = await context.db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const company = await companyById(context, item.company_id);
  const site = (await sitesOf(context.db, company.id)).get(site_id);
  if (!site) throw new BinnacleError('not_found', `There is no site ${site_id} among yours.`);
  return { item, company, site };
}

export interface ItemLine extends DemandOfLine {
  readonly id: number;
  readonly order_id: number;
  readonly channel_id: number | null;
  readonly kind: string;
  readonly ordered_on: number;
  readonly requested_on: number | null;
  readonly committed_on: number | null;
  readonly party_id: number | null;
  readonly ordered_qty_milli: number;
  readonly shipped_qty_milli: number;
}

type LineRow = readonly [
  id: number,
  order_id: number,
  channel_id: number | null,
  kind: string,
  ordered_on: number,
  requested_on: number | null,
  committed_on: number | null,
  party_id: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  cancelled_by: string | null,
  shipped_qty_milli: number,
  open: number,
];

/** Goods and returns ordered in the span, oldest first. */
export function itemLines(
  context: QueryContext,
  { item, site }: DemandPlace,
  span: { readonly from_on: number; readonly to_on: number; readonly as_of_on: number },
): ItemLine[] {
  const rows = context.scan<LineRow>(
    `SELECT l.id, l.order_id, l.channel_id, l.kind, l.ordered_on, l.requested_on, l.committed_on, l.party_id,
       l.ordered_qty_milli, l.cancelled_qty_milli, l.cancelled_by,
       coalesce((SELECT sum(s.qty_milli) FROM main.shipment_line s WHERE s.order_line_id = l.id), 0),
       coalesce(o.state = 'open', 0)
     FROM main.order_line l LEFT JOIN main.sales_order o ON o.id = l.order_id
     WHERE l.item_id = ? AND l.site_id = ? AND l.kind IN ('goods', 'return') AND l.ordered_on BETWEEN ? AND ?
     ORDER BY l.ordered_on, l.id`,
    [item.id, site.id, span.from_on, span.to_on],
  );
  return rows.map((row) => {
    const [id, order_id, channel_id, kind, ordered_on, requested_on, committed_on, party_id, ordered] = row;
    const { 9: cancelled_qty_milli, 10: cancelled_by, 11: shipped_qty_milli, 12: open } = row;
    const line = {
      kind,
      committed_on,
      ordered_qty_milli: ordered,
      cancelled_qty_milli,
      cancelled_by,
      shipped_qty_milli,
    };
    return {
      ...demandOfLine({ ...line, open: open === 1 }, span.as_of_on),
      id,
      order_id,
      channel_id,
      kind,
      ordered_on,
      requested_on,
      committed_on,
      party_id,
      ordered_qty_milli: ordered,
      shipped_qty_milli,
    };
  });
}

export interface ChannelName {
  readonly channel_id: number | null;
  readonly channel: string;
  readonly channel_kind: string;
}

/** The channels of these lines, those of the company in its order and the unmapped last. */
export async function channelsOfLines(
  context: QueryContext,
  company_id: number,
  lines: readonly ItemLine[],
): Promise<readonly ChannelName[]> {
  const met = new Set(lines.map((line) => line.channel_id));
  const known = await channelsOf(context.db, company_id);
  const named = [...known.values()]
    .filter(({ id }) => met.has(id))
    .map(({ id, name, kind }): ChannelName => ({ channel_id: id, channel: name, channel_kind: kind }));
  const unknown = [...met].some((id) => id === null || !known.has(id));
  return unknown ? [...named, { channel_id: null, channel: 'Unmapped', channel_kind: 'unmapped' }] : named;
}

/** Null: movements of other channels are not here, or still on their way. */
export function stockoutsOfPosition(
  context: QueryContext,
  { item, company, site }: DemandPlace,
  as_of_on: number,
): readonly Stockout[] | null {
  if (seesWholeSite(context.user, company.id, site.id) !== 'whole') return null;
  const at = [item.id, site.id];
  const moved = context.scan<readonly [on: number, qty_milli: number]>(
    `SELECT moved_on, sum(qty_milli) FROM (
       SELECT r.received_on AS moved_on, r.qty_milli FROM main.po_line l JOIN main.receipt_line r ON r.po_line_id = l.id
         WHERE l.item_id = ? AND r.site_id = ?
       UNION ALL SELECT s.shipped_on, -s.qty_milli FROM main.order_line l
         JOIN main.shipment_line s ON s.order_line_id = l.id WHERE l.item_id = ? AND s.site_id = ?
       UNION ALL SELECT moved_on, qty_milli FROM main.stock_move WHERE item_id = ? AND site_id = ?)
     GROUP BY moved_on ORDER BY moved_on`,
    [...at, ...at, ...at],
  );
  const [balance] = context.scan<readonly [number]>(
    'SELECT on_hand_qty_milli FROM main.stock_balance WHERE item_id = ? AND site_id = ?',
    at,
  );
  return stockouts(
    balance?.[0] ?? 0,
    as_of_on,
    moved.map(([on]) => on),
    moved.map(([, qty_milli]) => qty_milli),
  );
}
