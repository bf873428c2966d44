/** What is said of close tasks, and work given by it. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table close_note (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id), task_id safe_integer not null references close_task(id),
    body text not null check (length(body) between 1 and 2000), assigned_to text,
    answers_id text unique references close_note(id), check (assigned_to is null or answers_id is null),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`,
  `create index close_note_task on close_note (task_id)`,
  `create index close_note_bucket on close_note (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
