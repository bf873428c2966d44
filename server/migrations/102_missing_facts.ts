/** A reconciliation without anything to compare with has an item that says so, of a cause of its own. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'threshold_not_reached', 'rebate_owed_after_all', 'cost_not_allocated', 'revalued_at_another_rate',
    'not_revalued', 'no_counterpart', 'outstanding_payment', 'outstanding_receipt', 'charge_not_booked', 'payment_not_booked',
    'unknown_receipt', 'statement_missing', 'price_variance', 'no_subledger', 'facts_missing', 'not_found'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
