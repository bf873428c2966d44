/**
 * A refresh token whose answer was lost can be used again; wrong passwords are counted per name and address; and what an
 * administrator must be able to look up later is written into a table that only grows. No replica receives any of it. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table auth_session add column address text, add column previous_hash text, add column previous_until timestamptz,
    add column rotation_salt text, add column generation int not null default 0`,
  `alter table auth_access_token add column generation int not null default 0`,
  // Counters of minutes: they begin afresh.
  `drop table auth_lockout`,
  // address '' counts a name's wrong passwords from everywhere.
  `create table auth_lockout (user_name text not null, address text not null, failed int not null,
    last_failed_at timestamptz not null, locked_until timestamptz, primary key (user_name, address))`,
  `create index auth_lockout_age on auth_lockout (last_failed_at)`,
  `create table audit_event (id bigint generated always as identity primary key, happened_at timestamptz not null,
    kind text not null check (kind ~ '^[a-z_]{1,40}$'), user_name text, address text, about text,
    detail jsonb not null check (jsonb_typeof(detail) = 'object'), once_id uuid unique)`,
  `create function audit_event_stays() returns trigger language plpgsql as $$ begin
    raise exception 'the audit trail is only ever added to' using errcode = '42501'; end $$`,
  `create trigger audit_event_stays before update or delete or truncate on audit_event
    for each statement execute function audit_event_stays()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
