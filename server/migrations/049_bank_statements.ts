/** Lines of the bank's statements, as the bank numbered its days, and the causes a bank account's items have. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table bank_statement_line (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), month int not null check (month between 190001 and 299912),
    account_id safe_integer not null references gl_account(id), booked_on date not null,
    day_line int not null check (day_line >= 1), amount_minor safe_integer not null, balance_after_minor safe_integer not null,
    reference text, counterparty text,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz)`,
  `create unique index bank_statement_line_day on bank_statement_line (company_id, account_id, booked_on, day_line)`,
  `create index bank_statement_line_bucket on bank_statement_line (bucket, id)`,
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'cost_not_allocated', 'revalued_at_another_rate', 'no_counterpart', 'outstanding_payment',
    'outstanding_receipt', 'charge_not_booked', 'payment_not_booked', 'unknown_receipt', 'statement_missing', 'not_found'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
