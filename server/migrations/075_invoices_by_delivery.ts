/** Whether an old delivery was ever invoiced is asked delivery by delivery. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index invoice_ref on invoice (company_id, ref) where ref is not null`.execute(db);
}
