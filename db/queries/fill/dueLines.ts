/** Lines due in a range of months, with what the domain says of each. The figure and its drill-down both read here. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { type FillOfLine, fillOfLine, type ShipmentFact } from '#domain/kpi/fillRate.ts';
import type { QueryContext } from '../context.ts';
import { type LineFilter, linePredicate } from '../orders/linePredicate.ts';
import { hasShipments } from '../orders/orderLineViews.ts';
import { monthsWithLines } from '../reference/months.ts';
import { channelsOf } from '../reference/names.ts';

export interface DueRange extends LineFilter {
  readonly from_month: number;
  readonly to_month: number;
}

export interface DueLine {
  readonly id: number;
  readonly channel_id: number | null;
  readonly site_id: number | null;
  readonly item_id: number | null;
  readonly party_id: number | null;
  readonly committed_on: number;
  readonly fill: FillOfLine;
}

interface LineRow {
  readonly id: number;
  readonly order_id: number;
  readonly kind: string;
  readonly channel_id: number | null;
  readonly site_id: number | null;
  readonly item_id: number | null;
  readonly party_id: number | null;
  readonly committed_on: number;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: string | null;
  readonly net_minor: number;
  readonly unit_price_micro: number;
}

const NO_SHIPMENTS: readonly ShipmentFact[] = [];

/** Calls `visit` for every line that counts. Order: month of the order, then as stored. `currency` is the company's. */
export async function eachDueLine(
  context: QueryContext,
  range: DueRange,
  as_of_on: number,
  currency: string,
  visit: (line: DueLine) => void,
): Promise<void> {
  const channels = await channelsOf(context.db, range.company_id);
  const first = firstDayOfMonth(range.from_month);
  // a line committed today or later cannot be due: its cut-off has not passed
  const last = Math.min(lastDayOfMonth(range.to_month), as_of_on - 1);
  // a line and its shipments lie in the month of the order, so both are read a month of orders at a time
  for (const month of await monthsWithLines(context.db, range.company_id)) {
    context.checkCancelled();
    const { rows } = await sql<LineRow>`
      SELECT l.id, l.order_id, l.kind, l.channel_id, l.site_id, l.item_id, l.party_id, l.committed_on,
        l.ordered_qty_milli, l.cancelled_qty_milli, l.cancelled_by, l.net_minor, l.unit_price_micro
      FROM order_line l
      WHERE l.month = ${month} AND l.committed_on BETWEEN ${first} AND ${last} AND l.kind = 'goods'
        AND ${linePredicate(range)}`.execute(context.db);
    if (rows.length === 0) continue;
    const shipments = await shipmentsOfMonth(context, range, month, first, last);
    for (const row of rows) {
      const grace_days = row.channel_id === null ? 0 : (channels.get(row.channel_id)?.grace_days ?? 0);
      const fact = { ...row, grace_days, shipments: shipments.get(row.id) ?? NO_SHIPMENTS };
      const fill = fillOfLine(fact, as_of_on, currency);
      if (fill === null) continue;
      const { id, channel_id, site_id, item_id, party_id, committed_on } = row;
      visit({ id, channel_id, site_id, item_id, party_id, committed_on, fill });
    }
  }
}

async function shipmentsOfMonth(
  context: QueryContext,
  range: DueRange,
  month: number,
  first: number,
  last: number,
): Promise<Map<number, ShipmentFact[]>> {
  const { rows } = await sql<ShipmentFact & { readonly order_line_id: number }>`
    SELECT s.order_line_id, s.number, s.shipped_on, s.qty_milli
    FROM order_line l JOIN shipment_line s ON s.order_line_id = l.id
    WHERE l.month = ${month} AND l.committed_on BETWEEN ${first} AND ${last} AND l.kind = 'goods'
      AND ${linePredicate(range)}`.execute(context.db);
  const byLine = new Map<number, ShipmentFact[]>();
  for (const row of rows) {
    const held = byLine.get(row.order_line_id);
    if (held) held.push(row);
    else byLine.set(row.order_line_id, [row]);
  }
  return byLine;
}

/** What keeps the rate from being computed, in words; empty when nothing. Asked of the whole company. */
export async function missingForFill(context: QueryContext, company_id: number): Promise<string[]> {
  const missing: string[] = [];
  const { loading_tables } = context.replica;
  const committed = await context.db
    .selectFrom('order_line')
    .select('id')
    .where('company_id', '=', company_id)
    .where('kind', '=', 'goods')
    .where('committed_on', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (!committed) {
    missing.push(
      loading_tables.has('order_line') ? 'Order lines are still loading' : 'No committed dates on any order line',
    );
  }
  if (!(await hasShipments(context, company_id))) {
    missing.push(loading_tables.has('shipment_line') ? 'Shipments are still loading' : 'No shipments recorded');
  }
  return missing;
}
