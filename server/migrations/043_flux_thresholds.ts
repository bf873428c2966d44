/** Which change of an account asks for words, by company and from a month on. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table flux_threshold (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id),
    from_period int not null check (from_period between 190001 and 299912),
    amount_minor safe_integer not null check (amount_minor >= 0),
    rate_bp int not null check (rate_bp between 0 and 100000),
    reason text not null check (length(reason) between 1 and 500),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`,
  `create index flux_threshold_company on flux_threshold (company_id)`,
  `create index flux_threshold_bucket on flux_threshold (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
