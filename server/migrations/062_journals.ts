/** What a company's journals are for: its codes are its own, the rules go by the kind. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table gl_journal (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), code text not null check (code <> ''), name text not null,
    kind text not null check (kind in ('sales_invoices', 'cash_sales', 'credit_notes', 'customer_receipts', 'purchase_bills',
      'supplier_payments', 'goods_received', 'goods_shipped', 'stock_moves', 'stock_valuation', 'bank', 'claims', 'schedules',
      'intercompany', 'exchange_differences', 'opening_balances', 'by_hand', 'all_sales', 'all_payments', 'all_stock')),
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz, unique (company_id, code))`,
  `create index gl_journal_bucket on gl_journal (bucket, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
