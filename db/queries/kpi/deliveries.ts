/**
 * Fill rate, OTIF, cycle time, backorder and exposure in one pass: order lines with their shipments, an order month
 * after the other, given to the domain's rules.
 */
import { sql } from 'kysely';
import { backorderRows, exposureRows } from '#domain/kpi/backorder.ts';
import { type CycleOrder, cycleRows } from '#domain/kpi/cycleTime.ts';
import { type DeliveryFact, type DeliveryLine, partId, partsOf, wantedQtyMilli } from '#domain/kpi/delivery.ts';
import { type FillLine, fillRows } from '#domain/kpi/fillRows.ts';
import { GOODS_KIND } from '#domain/kpi/margin.ts';
import type { Grace } from '#domain/kpi/grace.ts';
import { otifRows } from '#domain/kpi/otif.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import { type Billing, billedFrom, billedMinor } from '#domain/orders/billedParts.ts';
import type { QueryContext } from '../context.ts';
import { billingOf } from '../credit/billing.ts';
import { monthsWithLines } from '../reference/months.ts';
import { graceOf } from '../reference/grace.ts';
import { type KpiScope, ofSlice } from './scope.ts';

/** Which parts of the pass are wanted. */
export interface DeliveryParts {
  readonly fill: boolean;
  readonly otif: boolean;
  readonly cycle: boolean;
  readonly backorder: boolean;
  readonly exposure: boolean;
}

type Line = DeliveryLine & FillLine & { readonly shipments: DeliveryFact[] };

interface LineRow extends Omit<Line, 'shipments' | 'grace_days' | 'closed' | 'kind'> {
  readonly number: string | null;
  readonly shipped_on: number | null;
  readonly delivered_on: number | null;
  readonly qty_milli: number | null;
}

export async function scanDeliveries(
  context: QueryContext,
  scope: KpiScope,
  parts: DeliveryParts,
  emit: EmitRow,
): Promise<void> {
  const { company, as_of_on } = scope;
  const grace = await graceOf(context, company.id);
  const billing = parts.exposure ? await billingOf(context, company.id) : NOT_READ;
  // only orders of the months themselves have a cycle time in them; everything else may be older
  const only_cycle = parts.cycle && !parts.fill && !parts.otif && !parts.backorder && !parts.exposure;
  const [first] = scope.months;
  const last = scope.months.at(-1);
  if (first === undefined || last === undefined) return;
  const present = await monthsWithLines(context.db, company.id);
  for (const month of present) {
    if (month > last || (only_cycle && month < first)) continue;
    context.checkCancelled();
    const lines = await linesOf(context, scope, month, grace);
    for (const line of lines) {
      if (parts.fill) fillRows(line, as_of_on, company.currency, emit);
      if (parts.otif) otifRows(line, as_of_on, emit);
      if (parts.backorder || parts.exposure) snapshotsOf(line, scope, parts, billing, emit);
    }
    if (parts.cycle && month >= first) {
      for (const order of ordersOf(lines)) cycleRows(order, as_of_on, emit);
    }
  }
}

const NOT_READ: Billing = {
  named: new Map(),
  whole: new Map(),
  otherwise: new Set(),
  parts: { at_once: new Map(), others: new Map() },
};

/** Only snapshots at which something of the line can be owed or unbilled are computed. */
function snapshotsOf(line: Line, scope: KpiScope, parts: DeliveryParts, billing: Billing, emit: EmitRow): void {
  const wanted = wantedQtyMilli(line);
  if (wanted === 0) return;
  let left = wanted;
  let settled_on = Number.NEGATIVE_INFINITY;
  for (const { number, shipped_on, qty_milli } of partsOf(line.shipments, wanted)) {
    left -= qty_milli;
    const part = { id: partId(line, number, shipped_on), number };
    const until = parts.exposure ? billedFrom(billing, line.order_id, part) : shipped_on;
    settled_on = Math.max(settled_on, shipped_on, until);
  }
  if (left > 0) settled_on = Number.POSITIVE_INFINITY;
  for (const { on } of scope.snapshots) {
    if (on >= settled_on) continue;
    if (parts.backorder) backorderRows(line, on, emit);
    if (!parts.exposure) continue;
    exposureRows(line, on, (part) => billedMinor(billing, line, part, on), emit);
  }
}

async function linesOf(context: QueryContext, scope: KpiScope, month: number, grace: Grace): Promise<Line[]> {
  const open = await context.db
    .selectFrom('sales_order')
    .select('id')
    .where('company_id', '=', scope.company.id)
    .where('month', '=', month)
    .where('state', '=', 'open')
    .execute();
  const open_orders = new Set(open.map((order) => order.id));
  const { rows } = await sql<LineRow>`
    SELECT l.id, l.order_id, l.channel_id, l.ordered_on, l.requested_on, l.committed_on, l.ordered_qty_milli,
      l.cancelled_qty_milli, l.cancelled_by, l.net_minor, l.unit_price_micro, s.number, s.shipped_on, s.delivered_on, s.qty_milli
    FROM order_line l LEFT JOIN shipment_line s ON s.order_line_id = l.id
    WHERE ${ofSlice(scope)} AND l.month = ${month} AND l.kind = 'goods'`.execute(context.db);
  // the join gives a line's shipments one after the other
  const lines: Line[] = [];
  let line: Line | undefined;
  for (const row of rows) {
    if (line?.id !== row.id) {
      line = lineOf(row, grace, open_orders);
      lines.push(line);
    }
    const { number, shipped_on, delivered_on, qty_milli } = row;
    if (number === null || shipped_on === null || qty_milli === null) continue;
    line.shipments.push({ number, shipped_on, delivered_on, qty_milli });
  }
  return lines;
}

function lineOf(row: LineRow, grace: Grace, open_orders: ReadonlySet<number>): Line {
  return {
    id: row.id,
    order_id: row.order_id,
    channel_id: row.channel_id,
    kind: GOODS_KIND,
    ordered_on: row.ordered_on,
    requested_on: row.requested_on,
    committed_on: row.committed_on,
    ordered_qty_milli: row.ordered_qty_milli,
    cancelled_qty_milli: row.cancelled_qty_milli,
    cancelled_by: row.cancelled_by,
    net_minor: row.net_minor,
    unit_price_micro: row.unit_price_micro,
    grace_days: grace.days(row.channel_id, row.committed_on),
    closed: !open_orders.has(row.order_id),
    shipments: [],
  };
}

function ordersOf(lines: Iterable<Line>): Iterable<CycleOrder> {
  const orders = new Map<number, CycleOrder & { readonly lines: Line[] }>();
  for (const line of lines) {
    const order = orders.get(line.order_id);
    if (order) order.lines.push(line);
    else {
      const { order_id: id, channel_id, ordered_on } = line;
      orders.set(id, { id, channel_id, ordered_on, lines: [line] });
    }
  }
  return orders.values();
}
