/** What a document is made out in, where it is not the company's currency, and what a payment won or lost by it. Frozen. */
import { type Kysely, sql } from 'kysely';

const IN_ITS_OWN = `add currency text check (currency ~ '^[A-Z]{3}$'), add foreign_minor safe_integer,
  add check ((currency is null) = (foreign_minor is null))`;

const STATEMENTS = [
  `alter table invoice ${IN_ITS_OWN}`,
  `alter table payment ${IN_ITS_OWN}, add exchange_minor safe_integer not null default 0,
    add check (exchange_minor = 0 or currency is not null)`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
