/**
 * What the audit trail is asked for by, at a million entries and more: a kind, newest first, and a span of time, within which
 * words are looked for. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create index audit_event_kind on audit_event (kind, id)`,
  `create index audit_event_happened on audit_event (happened_at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
