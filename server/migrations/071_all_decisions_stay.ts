/** The rest of what people decided and said is only ever added to as well (068): each of these is told to be another row. Frozen. */
import { type Kysely, sql } from 'kysely';

const DECISIONS = [
  'item_note',
  'order_note',
  'exception_mark',
  'exception_mark_cost',
  'exception_mark_finance',
  'fulfilment_override',
  'order_approval',
  'order_approval_cost',
  'order_approval_finance',
  'rule_change',
  'rule_change_cost',
  'rule_change_finance',
  'rule_verdict',
  'rule_verdict_cost',
  'rule_verdict_finance',
  'draft_order',
  'forecast_override',
  'transfer_event',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of DECISIONS) {
    const stays = `create trigger decision_stays before update or delete on ${table} for each row execute function decision_stays()`;
    await sql.raw(stays).execute(db);
  }
}
