/** The audit trail as a chain of seals; what is not sealed yet is remembered, also what was written before. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // a seal outlives its entry, so that one that was taken out is missed
  `create table audit_chain (seq bigint primary key check (seq >= 1), event_id bigint not null unique,
    seal text not null check (seal ~ '^[0-9a-f]{64}$'))`,
  `create trigger audit_chain_stays before update or delete or truncate on audit_chain
    for each statement execute function audit_event_stays()`,
  // ids are given before a transaction commits: an entry is sealed in the order it came to be seen
  `create table audit_unsealed (event_id bigint primary key)`,
  `insert into audit_unsealed select id from audit_event`,
  `create function audit_event_unsealed() returns trigger language plpgsql as $$ begin
    insert into audit_unsealed select id from new_rows; return null; end $$`,
  `create trigger audit_event_unsealed after insert on audit_event referencing new table as new_rows
    for each statement execute function audit_event_unsealed()`,
  // also while many rows are loaded past the other triggers
  `alter table audit_event enable always trigger audit_event_unsealed`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
