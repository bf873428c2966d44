/** Jobs that keep the database from growing, and what outlives the rows they remove. No replica receives any of it. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // False: later changes of the same rows have replaced what stood here, so a delta goes on to the next that is true.
  `alter table sync_checkpoint add column delta_ends boolean not null default true`,
  `alter table sync_client add column retired_at timestamptz`,
  // A mutation's id stays taken for ever, also when its outcome is no longer told: 16 + 32 bytes of what was sent.
  `create table decided_mutation (id uuid primary key, body_sha256 bytea not null, user_id bigint not null,
    state text not null check (state in ('accepted', 'conflict', 'rejected', 'held')), reason jsonb)`,
  `create index mutation_outcome_decided on mutation_outcome (decided_at)`,
  `create index mutation_outcome_client on mutation_outcome (client_id)`,
  // One row a job. Whoever writes its own name into a free row runs the job; a holder that died is free again in time.
  `create table server_job (name text primary key, holder uuid, held_until timestamptz, due_at timestamptz,
    started_at timestamptz, finished_at timestamptz, duration_ms int, removed bigint, error text,
    runs int not null default 0, failures int not null default 0, removed_ever bigint not null default 0)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
