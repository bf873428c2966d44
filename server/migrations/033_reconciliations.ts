/** What reconciliations come to, item by item, and how lines change after a sign-off. Frozen. */
import { type Kysely, sql } from 'kysely';

const COMPANY = `company_id safe_integer not null references company(id)`;
const TASK = `task_id safe_integer not null references close_task(id)`;
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;
const WRITTEN = 'written_at timestamptz';

const STATEMENTS = [
  `create table reconciliation (id safe_integer primary key references close_task(id), ${COMPANY},
    ledger_minor safe_integer not null, subledger_minor safe_integer not null,
    difference_minor safe_integer not null check (difference_minor = ledger_minor - subledger_minor),
    threshold_minor safe_integer not null check (threshold_minor >= 0), computed_at timestamptz not null, ${ROW}, ${WRITTEN})`,
  `create table rec_item (id safe_integer primary key references close_task_line(id) on delete cascade, ${COMPANY}, ${TASK},
    role text not null, cause text not null check (cause in ('posted_twice', 'posted_in_another_month',
      'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
      'accrued_at_old_rate', 'cost_not_allocated', 'revalued_at_another_rate', 'no_counterpart', 'not_found')),
    origin_period int not null check (origin_period between 190001 and 299912), arose_on date not null,
    age_days int not null, settles_on date, documents jsonb not null check (jsonb_typeof(documents) = 'array'),
    ${ROW}, ${WRITTEN})`,
  `create index rec_item_task on rec_item (task_id)`,
  `create table close_line_change (id safe_integer primary key default nextval('row_id'), ${COMPANY}, ${TASK},
    side text not null check (side in ('ledger', 'subledger', 'item')), ref text not null, account text,
    change text not null check (change in ('added', 'removed', 'altered')), before_minor safe_integer,
    after_minor safe_integer, changed_by text not null, changed_at timestamptz not null, ${ROW}, ${WRITTEN})`,
  `create index close_line_change_task on close_line_change (task_id)`,
  `create table item_explanation (id text primary key check (id ~ '^[0-9a-f-]{36}$'), ${COMPANY}, ${TASK},
    line_id safe_integer not null, explanation text not null check (length(explanation) between 1 and 500),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null, ${ROW})`,
  `create index item_explanation_line on item_explanation (line_id)`,
  `create table reconciliation_setting (id safe_integer primary key default nextval('row_id'), ${COMPANY},
    code text not null check (code <> ''), threshold_minor safe_integer not null check (threshold_minor >= 0),
    valuation text check (valuation in ('perpetual', 'periodic')), ${ROW}, ${WRITTEN}, unique (company_id, code))`,
  ...['reconciliation', 'rec_item', 'close_line_change', 'item_explanation', 'reconciliation_setting'].map(
    (name) => `create index ${name}_bucket on ${name} (bucket, id)`,
  ),
  // how far the change log was read when an open period was last computed: server only
  `create table reconciled_period (period_id safe_integer primary key references close_period(id), log_seq bigint not null)`,
  // deliveries look up their invoice
  `create index invoice_order on invoice (order_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
