/**
 * What is owed for a sale is kept where its cost is not known: an imported line has its row with the cost left open, and all
 * such lines are reckoned again. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table order_line_cost alter cost_minor drop not null`,
  `insert into cost_due (company_id) select distinct company_id from import_batch`,
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
