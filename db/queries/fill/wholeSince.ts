/**
 * While a copy loads, newest months first, a line may be here before its shipments: counted, it would look unshipped. A
 * line is due in the month it was promised for and lies in the month it was ordered in, so the first month after the
 * last one that is not whole may still lack lines as well.
 */
import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';

/** The first month (yyyymm) of committed dates whose lines and shipments are all here; null = all of them are. */
export async function fillWholeSince(context: QueryContext, company_ids: readonly number[]): Promise<number | null> {
  const { loading_tables } = context.replica;
  if (!loading_tables.has('order_line') && !loading_tables.has('shipment_line')) return null;
  const tables = [wireTable('order_line').id, wireTable('shipment_line').id];
  const { rows } = await sql<{ month: number | null }>`
    SELECT max(month) AS month FROM main.bucket
    WHERE state = 'missing' AND tbl IN (${sql.join(tables)}) AND company IN (${sql.join(company_ids)})`.execute(
    context.db,
  );
  const last = rows[0]?.month ?? null;
  return last === null ? null : addMonths(last, 2);
}
