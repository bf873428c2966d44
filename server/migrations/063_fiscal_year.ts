/** The month a company's fiscal year begins with. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table company add fiscal_year_start_month int not null default 1 check (fiscal_year_start_month between 1 and 12)`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
