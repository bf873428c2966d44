/** Landed costs may be split by volume too. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table landed_cost drop constraint landed_cost_split_by_check,
        add check (split_by in ('value', 'weight', 'volume', 'quantity'))`,
    )
    .execute(db);
}
