/** Orders looked up by customer: what one owes is asked for with every approval of their credit. Frozen. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('create index sales_order_party on sales_order (party_id)').execute(db);
}
