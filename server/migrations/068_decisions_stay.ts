/** Decisions people took are only ever added to, like the audit trail that tells of them: a second thought is another row. Frozen. */
import { type Kysely, sql } from 'kysely';

const DECISIONS = [
  'signoff',
  'lock_event',
  'item_explanation',
  'close_note',
  'close_evidence',
  'journal_step',
  'binder',
  'credit_follow_up',
  'replenishment_decision',
  'replenishment_approval',
  'draft_order_approval',
  'draft_order_event',
];

const STATEMENTS = [
  `create function decision_stays() returns trigger language plpgsql as $$ begin
    raise exception 'decisions are only ever added to: % keeps its rows as they are', tg_table_name using errcode = '42501'; end $$`,
  // each row: a statement that finds none alters nothing
  ...DECISIONS.map(
    (table) =>
      `create trigger decision_stays before update or delete on ${table} for each row execute function decision_stays()`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
