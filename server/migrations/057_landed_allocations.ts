/** What of a cost no goods bear yet belongs where, as it was worked out. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table rec_item add allocation jsonb check (jsonb_typeof(allocation) = 'object')`).execute(db);
}
