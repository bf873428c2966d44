/** A bank account may be in another currency than the books; a ledger line on it says its amount there. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table gl_account add currency text check (currency ~ '^[A-Z]{3}$'),
    add constraint gl_account_currency_of_bank check (currency is null or role = 'bank')`,
  `alter table gl_line add foreign_minor safe_integer`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
