/** What goes out and comes in: open orders, open purchases, and the usage of the last weeks, by position. */
import { sql } from 'kysely';
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { takenOn } from '#domain/planning/overdueReceipts.ts';
import { USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import { HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import type { QueryContext } from '../context.ts';
import { ASKED_QTY_SQL } from '../facts.ts';
import { openOrderLines } from '../orders/openLines.ts';
import { overdueWaits } from '../purchases/overdueWaits.ts';
import type { StockQuestion } from './stockModel.ts';

const ASKED_QTY = sql.raw(ASKED_QTY_SQL);

type Scope = Pick<StockQuestion, 'company_id' | 'item_id' | 'as_of_on'>;

/** Position → open order quantities by committed date; without a date they count as due at once. */
export function openDemand(context: QueryContext, scope: Scope): Map<string, DatedQuantity[]> {
  const demand = new Map<string, DatedQuantity[]>();
  for (const line of openOrderLines(context, scope.company_id, scope.item_id)) {
    push(demand, line, { on: line.committed_on ?? scope.as_of_on, qty_milli: line.open_qty_milli });
  }
  return demand;
}

export interface OpenPurchaseLine {
  readonly po_line_id: number;
  readonly purchase_order_id: number;
  readonly item_id: number;
  readonly site_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly promised_on: number;
  readonly expected_on: number;
  readonly open_qty_milli: number;
}

/** Lines of open purchase orders with something left to receive, by expected date. */
export async function openPurchaseLines(context: QueryContext, scope: Scope): Promise<OpenPurchaseLine[]> {
  const ofItem = scope.item_id === null ? sql`` : sql`AND l.item_id = ${scope.item_id}`;
  const { rows } = await sql<OpenPurchaseLine>`
    SELECT l.id AS po_line_id, l.purchase_order_id, l.item_id, l.site_id, p.number, p.supplier_id, l.promised_on, l.expected_on,
      l.ordered_qty_milli - l.received_qty_milli AS open_qty_milli
    FROM purchase_order p JOIN po_line l ON l.purchase_order_id = p.id
    WHERE p.company_id = ${scope.company_id} AND p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli ${ofItem}
    ORDER BY l.expected_on, l.id`.execute(context.db);
  return [...rows];
}

/** Position → open purchase quantities by expected date. */
export async function openReceipts(context: QueryContext, scope: Scope): Promise<Map<string, DatedQuantity[]>> {
  const receipts = new Map<string, DatedQuantity[]>();
  const { as_of_on } = scope;
  const waits = await overdueWaits(context, scope);
  for (const line of await openPurchaseLines(context, scope)) {
    const taken_on = takenOn(line, as_of_on, waits);
    push(receipts, line, { on: line.expected_on, qty_milli: line.open_qty_milli, taken_on });
  }
  return receipts;
}

/** Behind what the position has already. */
export function push(
  target: Map<string, DatedQuantity[]>,
  at: { readonly item_id: number; readonly site_id: number },
  quantity: DatedQuantity,
): void {
  const key = `${at.item_id}:${at.site_id}`;
  const held = target.get(key);
  if (held) held.push(quantity);
  else target.set(key, [quantity]);
}

export interface UsageHistory {
  /** Goods asked for in the usage window. */
  usage_qty_milli: number;
  readonly weeks_qty_milli: Float64Array;
}

interface UsageRow {
  readonly item_id: number;
  readonly site_id: number;
  readonly weeks_ago: number;
  readonly qty_milli: number;
  readonly window_qty_milli: number;
}

/** Position → goods asked for in the last 20 weeks, read a month of orders at a time. */
export async function usageHistory(context: QueryContext, scope: Scope): Promise<Map<string, UsageHistory>> {
  const first_on = scope.as_of_on - HISTORY_WEEKS * 7 + 1;
  const history = new Map<string, UsageHistory>();
  const last_month = monthOfDay(scope.as_of_on);
  for (let month = monthOfDay(first_on); month <= last_month; month = addMonths(month, 1)) {
    context.checkCancelled();
    for (const row of await usageOfMonth(context, scope, month, first_on)) {
      const key = `${row.item_id}:${row.site_id}`;
      const held = history.get(key) ?? { usage_qty_milli: 0, weeks_qty_milli: new Float64Array(HISTORY_WEEKS) };
      history.set(key, held);
      const week = HISTORY_WEEKS - 1 - row.weeks_ago;
      held.weeks_qty_milli[week] = (held.weeks_qty_milli[week] ?? 0) + row.qty_milli;
      held.usage_qty_milli += row.window_qty_milli;
    }
  }
  return history;
}

async function usageOfMonth(
  context: QueryContext,
  scope: Scope,
  month: number,
  first_on: number,
): Promise<readonly UsageRow[]> {
  const { as_of_on } = scope;
  const ofItem = scope.item_id === null ? sql`` : sql`AND l.item_id = ${scope.item_id}`;
  const { rows } = await sql<UsageRow>`
    SELECT l.item_id, l.site_id, (CAST(${as_of_on} AS INTEGER) - l.ordered_on) / 7 AS weeks_ago,
      sum(${ASKED_QTY}) AS qty_milli,
      sum(CASE WHEN l.ordered_on > ${as_of_on - USAGE_DAYS} THEN ${ASKED_QTY} ELSE 0 END)
        AS window_qty_milli
    FROM order_line l
    WHERE l.company_id = ${scope.company_id} AND l.month = ${month} AND l.kind = 'goods'
      AND l.ordered_on BETWEEN ${first_on} AND ${as_of_on} AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL ${ofItem}
    GROUP BY 1, 2, 3`.execute(context.db);
  return rows;
}
