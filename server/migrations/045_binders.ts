/** Binders that were made, by the hash of their manifest. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table binder (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id), period_id safe_integer not null references close_period(id),
    manifest_hash text not null check (manifest_hash ~ '^[0-9a-f]{64}$'), final boolean not null, moment timestamptz not null,
    checkpoint safe_integer not null check (checkpoint >= 0), checkpoint_id text not null,
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`,
  `create index binder_period on binder (period_id)`,
  `create index binder_bucket on binder (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
