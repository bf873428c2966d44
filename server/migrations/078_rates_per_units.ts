/** Rates for 1, 10, … 10¹² units: of a small rate six decimals for one unit are too few digits. What is here is for one. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table fx_rate add per_units safe_integer not null default 1
    check (per_units in (1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
      100000000000, 1000000000000))`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
