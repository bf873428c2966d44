/** Of a month's first final binder the parts are kept beside the evidence, so that years later it is the same one. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table binder add column archive_sha256 text check (archive_sha256 ~ '^[0-9a-f]{64}$'),
    add column archive_bytes safe_integer check (archive_bytes between 1 and 20971520),
    add constraint binder_archive check ((archive_sha256 is null) = (archive_bytes is null)),
    add constraint binder_kept_final check (final or archive_sha256 is null)`,
  // one of a month: what it was given away as
  `create unique index binder_kept on binder (period_id) where archive_sha256 is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
