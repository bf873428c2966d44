/** Of which goods delivered in a month the cost, or what is owed for them, is not known. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { NEEDS_COSTS, type UnknownCosts } from '#domain/close/reconcile/unknownCosts.ts';
import type { QueryContext } from '../context.ts';
import { monthsWithLines } from '../reference/months.ts';
import { seesArea } from '../rights.ts';
import { wholeSince } from '../wholeSince.ts';

type Row = Readonly<Record<`${keyof UnknownCosts}_${'lines' | 'net'}`, number | null>>;

/** Null where the task counts by none of it, the user sees no costs, or they are still loading. */
export async function unknownCosts(
  context: QueryContext,
  company_id: number,
  task_code: string,
  month: number,
): Promise<UnknownCosts | null> {
  if (!NEEDS_COSTS.has(task_code) || !seesArea(context.user, company_id, 'cost')) return null;
  const tables = ['order_line', 'order_line_cost', 'shipment_line'] as const;
  if ((await wholeSince(context, tables, [company_id])) !== null) return null;
  // a delivery lies in the month its line was ordered in
  const months = (await monthsWithLines(context.db, company_id)).filter((each) => each <= month);
  const missing = {
    cost: sql`c.cost_minor IS NULL`,
    freight: sql`c.freight_minor IS NULL`,
    owed: sql`(c.rebate_minor IS NULL OR c.fee_minor IS NULL)`,
  };
  const sums = Object.entries(missing).map(
    ([name, unknown]) => sql`sum(${unknown}) AS ${sql.ref(`${name}_lines`)},
      sum(CASE WHEN ${unknown} THEN l.net_minor ELSE 0 END) AS ${sql.ref(`${name}_net`)}`,
  );
  const { rows } = await sql<Row>`
    SELECT ${sql.join(sums)}
    FROM (SELECT DISTINCT order_line_id AS id FROM shipment_line
        WHERE company_id = ${company_id} AND month IN (SELECT value FROM json_each(${JSON.stringify(months)}))
          AND shipped_on BETWEEN ${firstDayOfMonth(month)} AND ${lastDayOfMonth(month)}) d
      LEFT JOIN order_line_cost c ON c.id = d.id JOIN order_line l ON l.id = d.id
    WHERE l.kind = 'goods' AND (${sql.join(Object.values(missing), sql` OR `)})`.execute(context.db);
  const part = (name: keyof UnknownCosts) => ({
    lines: rows[0]?.[`${name}_lines`] ?? 0,
    net_minor: rows[0]?.[`${name}_net`] ?? 0,
  });
  return { cost: part('cost'), freight: part('freight'), owed: part('owed') };
}
