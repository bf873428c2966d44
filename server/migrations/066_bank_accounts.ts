/** Which bank account a ledger account stands for: banks' files name that, not ours. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table gl_account add bank_account text check (bank_account ~ '^\\S{1,200}$')`,
  `create unique index gl_account_bank_account on gl_account (company_id, bank_account) where bank_account is not null`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
