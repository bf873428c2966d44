/**
 * What may be said while a copy loads, newest months first: months of which everything is here. A month of which a part
 * is here is left out, because its sums would pass for the whole month's.
 */
import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { NO_MONTH } from '#db/analysis/wholeMonths.ts';
import type { QueryContext } from './context.ts';

/** null = every month. */
export type SinceMonth = number | null;

export function latest(a: SinceMonth, b: SinceMonth): SinceMonth {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The first month (yyyymm) from which on the companies' rows of these tables are here; null = all of them are. */
export async function wholeSince(
  context: QueryContext,
  tables: readonly WireTableName[],
  company_ids: readonly number[],
): Promise<SinceMonth> {
  if (!tables.some((table) => context.replica.loading_tables.has(table))) return null;
  const { rows } = await sql<{ last: number | null; newest: number | null }>`
    SELECT max(CASE WHEN state = 'missing' THEN month END) AS last, max(month) AS newest FROM main.bucket
    WHERE tbl IN (${sql.join(tables.map((table) => wireTable(table).id))})
      AND company IN (${sql.join(company_ids)})`.execute(context.db);
  const { last = null, newest = null } = rows[0] ?? {};
  if (last === null) return null;
  return last === newest ? NO_MONTH : addMonths(last, 1);
}

/** The columns if they hold every line from the month on (without a month: every line); else the tables are to be asked. */
export function columnsSince(context: QueryContext, company_ids: readonly number[], from_month = 0): FactView | null {
  const view = context.facts?.() ?? null;
  return view !== null && (view.since(company_ids) ?? 0) <= from_month ? view : null;
}

/**
 * What to answer from, and since when. While rows load, the columns' months are all that is said, since the tables lack
 * indexes then; afterwards the tables answer until the columns are whole.
 */
export function columnsOrTables(
  context: QueryContext,
  company_ids: readonly number[],
  rows_since: SinceMonth,
): { readonly view: FactView | null; readonly since_month: SinceMonth } {
  const view = context.facts?.() ?? null;
  const columns_since = view?.since(company_ids) ?? null;
  if (rows_since === null && columns_since !== null) return { view: null, since_month: null };
  return { view, since_month: latest(rows_since, columns_since) };
}

/**
 * Months of committed dates, of order lines since a month: a line is due in the month it was promised for and lies in
 * the month it was ordered in, so the first month may still lack lines.
 */
export function dueSince(since_month: SinceMonth): SinceMonth {
  return since_month === null || since_month === NO_MONTH ? since_month : addMonths(since_month, 1);
}
