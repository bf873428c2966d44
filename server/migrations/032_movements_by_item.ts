/** Movements looked up by item: what lay there in the past is told of the few positions a decision is about. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create index stock_move_item on stock_move (item_id, moved_on)`,
  `create index receipt_line_po_line on receipt_line (po_line_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
