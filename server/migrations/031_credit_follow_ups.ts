/** What was said to and by customers about what they owe. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table credit_follow_up (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id), party_id safe_integer not null references party(id),
    said text not null check (length(said) between 1 and 1000), promised_on date, next_on date,
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`,
  `create index credit_follow_up_party on credit_follow_up (party_id)`,
  `create index credit_follow_up_bucket on credit_follow_up (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
