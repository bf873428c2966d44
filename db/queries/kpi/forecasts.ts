/** Forecast error: what was expected of a month before it began, against what was ordered in it. */
import { sql } from 'kysely';
import { addMonths, firstDayOfMonth, monthOfDay, monthRange } from '#domain/calendar.ts';
import { keepsRow } from '#domain/kpi/slice.ts';
import { forecastRows } from '#domain/kpi/forecastError.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import { valueDays } from '#domain/kpi/turnover.ts';
import type { QueryContext } from '../context.ts';
import { type KpiScope, ofSlice } from './scope.ts';

/** Months of demand before a forecast month that its naive error is taken from. */
const HISTORY_MONTHS = 24;

export interface ForecastRow {
  readonly item_id: number;
  readonly site_id: number;
  readonly month: number;
  readonly qty_milli: number;
}

export async function scanForecasts(context: QueryContext, scope: KpiScope, emit: EmitRow): Promise<void> {
  const past = scope.months.filter((month) => month < monthOfDay(scope.as_of_on));
  const [first] = past;
  const last = past.at(-1);
  if (first === undefined || last === undefined) return;
  const demand = await demandOf(context, scope, addMonths(first, -HISTORY_MONTHS), last);
  for (const month of past) {
    context.checkCancelled();
    const before = monthRange(addMonths(month, -HISTORY_MONTHS), addMonths(month, -1));
    for (const row of await forecastsMadeBefore(context, scope, month, month, firstDayOfMonth(month))) {
      const id = `${row.item_id}:${row.site_id}`;
      const months = demand.get(id);
      forecastRows(
        {
          id,
          month,
          forecast_qty_milli: row.qty_milli,
          actual_qty_milli: months?.get(month) ?? 0,
          before_qty_milli: before.map((each) => months?.get(each) ?? 0),
        },
        emit,
      );
    }
  }
}

/** The last forecast of each item, site and month made before a day. */
export async function forecastsMadeBefore(
  context: QueryContext,
  scope: KpiScope,
  from_month: number,
  to_month: number,
  before_on: number,
): Promise<readonly ForecastRow[]> {
  // with max() SQLite takes the other columns from the row that holds the maximum
  const { rows } = await sql<ForecastRow>`
    SELECT l.item_id, l.site_id, l.month, l.qty_milli, max(l.made_on) AS made_on FROM forecast_line l
    WHERE ${ofSlice(scope)} AND l.month BETWEEN ${from_month} AND ${to_month} AND l.made_on < ${before_on}
    GROUP BY l.item_id, l.site_id, l.month`.execute(context.db);
  return rows;
}

/** 'item:site' → month → ordered less cancelled of goods lines. */
async function demandOf(
  context: QueryContext,
  scope: KpiScope,
  from_month: number,
  to_month: number,
): Promise<Map<string, Map<number, number>>> {
  const { rows } = await sql<ForecastRow>`
    SELECT l.item_id, l.site_id, l.month, sum(l.ordered_qty_milli - l.cancelled_qty_milli) AS qty_milli FROM order_line l
    WHERE ${ofSlice(scope)} AND l.month BETWEEN ${from_month} AND ${to_month} AND l.kind = 'goods'
      AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL
    GROUP BY l.item_id, l.site_id, l.month`.execute(context.db);
  const demand = new Map<string, Map<number, number>>();
  for (const row of rows) {
    const id = `${row.item_id}:${row.site_id}`;
    const months = demand.get(id) ?? new Map<number, number>();
    demand.set(id, months);
    months.set(row.month, row.qty_milli);
  }
  return demand;
}

export interface StockValue {
  readonly id: number;
  readonly month: number;
  readonly value_days_minor: number;
}

/** The days' stock values of each month, category and site. */
export async function stockValues(context: QueryContext, scope: KpiScope): Promise<StockValue[]> {
  const rows = await context.db
    .selectFrom('inventory_month')
    .select(['id', 'month', 'site_id', 'category', 'mean_value_minor'])
    .where('company_id', '=', scope.company.id)
    .where('month', 'in', scope.months)
    .execute();
  const kept = rows.filter((row) => keepsRow({ ...scope.slice, channel_id: undefined }, row));
  return kept.map(({ id, month, mean_value_minor }) => ({
    id,
    month,
    value_days_minor: valueDays(mean_value_minor, month, scope.as_of_on),
  }));
}
