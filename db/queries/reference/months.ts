import { type Kysely, sql } from 'kysely';
import type { ReadSchema } from '#db/schema/tables.ts';

/** Months (yyyymm, ascending) with order lines. Steps from one month to the next on the index instead of reading all. */
export async function monthsWithLines(db: Kysely<ReadSchema>, company_id: number): Promise<number[]> {
  const { rows } = await sql<{ month: number }>`
    WITH RECURSIVE present(month) AS (
      SELECT min(month) FROM order_line WHERE company_id = ${company_id}
      UNION ALL
      SELECT (SELECT min(l.month) FROM order_line l WHERE l.company_id = ${company_id} AND l.month > present.month)
      FROM present WHERE present.month IS NOT NULL
    )
    SELECT month FROM present WHERE month IS NOT NULL`.execute(db);
  return rows.map((row) => row.month);
}
