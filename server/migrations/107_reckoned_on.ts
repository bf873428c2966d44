/** The day a month was last reckoned on: some of it goes by the day alone, as an agreement that ends. Null: not known. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table reconciled_period add column reckoned_on date`.execute(db);
}
