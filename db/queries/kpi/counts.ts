/** Stock accuracy: the lines of posted counts of the months. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { type CountLineFact, countRows } from '#domain/kpi/stockAccuracy.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import { type KpiScope, ofSlice } from './scope.ts';

interface Row extends Omit<CountLineFact, 'posted' | 'unit_cost_micro'> {
  readonly unit_cost_micro: number | null;
}

/** `value`: what the counted is worth is asked for too, where the person may know it. */
export async function scanCounts(
  context: QueryContext,
  scope: KpiScope,
  { value }: { readonly value: boolean },
  emit: EmitRow,
): Promise<void> {
  const { company, months } = scope;
  const with_cost = scope.with_cost && value;
  const [first] = months;
  const last = months.at(-1);
  if (first === undefined || last === undefined) return;
  const cost = with_cost ? sql`k.unit_cost_micro` : sql`NULL`;
  const join = with_cost ? sql`LEFT JOIN stock_count_line_cost k ON k.id = l.id` : sql``;
  const { rows } = await sql<Row>`
    SELECT l.id, l.stock_count_id AS count_id, h.counted_on, l.location, l.book_qty_milli, l.counted_qty_milli,
      l.tolerance_qty_milli, ${cost} AS unit_cost_micro
    FROM stock_count h JOIN stock_count_line l ON l.stock_count_id = h.id ${join}
    WHERE h.company_id = ${company.id} AND ${ofSlice(scope)} AND h.state = 'posted'
      AND h.counted_on BETWEEN ${firstDayOfMonth(first)} AND ${lastDayOfMonth(last)}`.execute(context.db);
  for (const { unit_cost_micro, ...row } of rows) {
    const line = { ...row, posted: true };
    countRows(with_cost ? { ...line, unit_cost_micro } : line, company.currency, emit);
  }
}
