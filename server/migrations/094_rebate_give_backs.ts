/**
 * Agreements that ended below their threshold are a cause of their own, and each month keeps what it found of them, so that no
 * month finds it again. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'threshold_not_reached', 'rebate_owed_after_all', 'cost_not_allocated', 'revalued_at_another_rate',
    'not_revalued', 'no_counterpart', 'outstanding_payment', 'outstanding_receipt', 'charge_not_booked', 'payment_not_booked',
    'unknown_receipt', 'statement_missing', 'not_found'))`,
  `create table rebate_give_back (period_id safe_integer primary key references close_period(id) on delete cascade,
    company_id safe_integer not null references company(id) on delete cascade, period int not null,
    found jsonb not null check (jsonb_typeof(found) = 'object'), unique (company_id, period))`,
  // a customer's lines, for what was sold in an agreement's time
  `create index order_line_party on order_line (party_id, ordered_on)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
