/** What a bucket's rows added up to when verification last read them. No replica receives it. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Believed while the bucket stands in no checkpoint behind `cp` and `cp` is one the log still reaches back to.
  `create table sync_bucket_sum (bucket int primary key references sync_bucket(id), epoch uuid not null, cp bigint not null,
    rows int not null, hash text not null check (hash ~ '^[0-9a-f]{16}$'), read_at timestamptz not null)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
