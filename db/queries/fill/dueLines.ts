/** Lines due in a range of months, with what the domain says of each. The figure and its drill-down both read here. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { type FillOfLine, fillOfLine, type ShipmentFact } from '#domain/kpi/fillRate.ts';
import type { QueryContext } from '../context.ts';
import { type LineFilter, linePredicate } from '../orders/linePredicate.ts';
import { hasShipments } from '../orders/orderLineViews.ts';
import { graceOf } from '../reference/grace.ts';
import { columnsOrTables, dueSince, type SinceMonth, wholeSince } from '../wholeSince.ts';

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

/** Calls `visit` for every line that counts, a month of committed dates after the other. `currency` is the company's. */
export async function eachDueLine(
  context: QueryContext,
  range: DueRange,
  as_of_on: number,
  currency: string,
  visit: (line: DueLine) => void,
): Promise<void> {
  const committed = await committedDays(context, range.company_id);
  if (committed === null) return;
  // a line committed today or later cannot be due: its cut-off has not passed
  const last = Math.min(committed.last_on, as_of_on - 1);
  const to_month = Math.min(range.to_month, monthOfDay(last));
  const from_month = Math.max(range.from_month, monthOfDay(committed.first_on));
  for (let month = from_month; month <= to_month; month = addMonths(month, 1)) {
    context.checkCancelled();
    const due = dueIn(range, firstDayOfMonth(month), Math.min(lastDayOfMonth(month), last));
    await visitLines(context, range.company_id, due, as_of_on, currency, visit);
  }
}

/** The due lines among these ids, in no order. */
export async function dueLinesById(
  context: QueryContext,
  company_id: number,
  ids: readonly number[],
  as_of_on: number,
  currency: string,
): Promise<Map<number, DueLine>> {
  const found = new Map<number, DueLine>();
  const among = sql<SqlBool>`l.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  await visitLines(context, company_id, among, as_of_on, currency, (line) => found.set(line.id, line));
  return found;
}

async function visitLines(
  context: QueryContext,
  company_id: number,
  which: RawBuilder<SqlBool>,
  as_of_on: number,
  currency: string,
  visit: (line: DueLine) => void,
): Promise<void> {
  const { rows } = await sql<LineRow>`
    SELECT l.id, l.order_id, l.kind, l.channel_id, l.site_id, l.item_id, l.party_id, l.committed_on,
      l.ordered_qty_milli, l.cancelled_qty_milli, l.cancelled_by, l.net_minor, l.unit_price_micro
    FROM order_line l
    WHERE ${which}`.execute(context.db);
  if (rows.length === 0) return;
  const grace = await graceOf(context, company_id);
  const shipments = await shipmentsOf(context, which);
  for (const row of rows) {
    const grace_days = grace.days(row.channel_id, row.committed_on);
    const fact = { ...row, grace_days, shipments: shipments.get(row.id) ?? NO_SHIPMENTS };
    const fill = fillOfLine(fact, as_of_on, currency);
    if (fill === null) continue;
    const { id, channel_id, site_id, item_id, party_id, committed_on } = row;
    visit({ id, channel_id, site_id, item_id, party_id, committed_on, fill });
  }
}

/** Goods lines of the filter committed from day to day; read on the index of committed dates. */
function dueIn(filter: LineFilter, first_on: number, last_on: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(l.committed_on BETWEEN ${first_on} AND ${last_on} AND l.kind = 'goods' AND ${linePredicate(filter, 'committed_on')})`;
}

/** First and last committed day of the company's lines; null when none has one. */
async function committedDays(
  context: QueryContext,
  company_id: number,
): Promise<{ readonly first_on: number; readonly last_on: number } | null> {
  const { rows } = await sql<{ first_on: number | null; last_on: number | null }>`
    SELECT (SELECT min(committed_on) FROM order_line WHERE company_id = ${company_id}) AS first_on,
      (SELECT max(committed_on) FROM order_line WHERE company_id = ${company_id}) AS last_on`.execute(context.db);
  const { first_on = null, last_on = null } = rows[0] ?? {};
  return first_on === null || last_on === null ? null : { first_on, last_on };
}

async function shipmentsOf(context: QueryContext, due: RawBuilder<SqlBool>): Promise<Map<number, ShipmentFact[]>> {
  const { rows } = await sql<ShipmentFact & { readonly order_line_id: number }>`
    SELECT s.order_line_id, s.number, s.shipped_on, s.qty_milli
    FROM order_line l JOIN shipment_line s ON s.order_line_id = l.id
    WHERE ${due}`.execute(context.db);
  const byLine = new Map<number, ShipmentFact[]>();
  for (const row of rows) {
    const held = byLine.get(row.order_line_id);
    if (held) held.push(row);
    else byLine.set(row.order_line_id, [row]);
  }
  return byLine;
}

/** The first month of committed dates (yyyymm) of which all lines and shipments are here; null = every month. */
export async function fillSince(context: QueryContext, company_id: number): Promise<SinceMonth> {
  const rows_since = await wholeSince(context, ['order_line', 'shipment_line'], [company_id]);
  return dueSince(columnsOrTables(context, [company_id], rows_since).since_month);
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
