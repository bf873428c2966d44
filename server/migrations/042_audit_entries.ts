/** The sealed end of the audit trail as rows of the change log, for the copies of those who may see all of it. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table audit_entry (id safe_integer primary key, month int not null,
    event_id safe_integer not null unique, happened_at timestamptz not null, kind text not null, user_name text,
    address text, about text, detail jsonb not null, seal text not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz)`,
  `create index audit_entry_bucket on audit_entry (bucket, id)`,
  // the oldest ones leave the copies; none is altered there
  `create trigger audit_entry_stays before update on audit_entry
    for each statement execute function audit_event_stays()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
