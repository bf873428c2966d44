/** The code that a new, empty server prints for its first administrator works once, to set a real password. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table app_user add column one_time boolean not null default false`.execute(db);
}
