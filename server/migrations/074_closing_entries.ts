/** Journals may hold what closes a fiscal year: entries that carry income and expense to equity. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table gl_journal drop constraint gl_journal_kind_check`,
  `alter table gl_journal add constraint gl_journal_kind_check check (kind in ('sales_invoices', 'cash_sales', 'credit_notes',
    'customer_receipts', 'purchase_bills', 'supplier_payments', 'goods_received', 'goods_shipped', 'stock_moves',
    'stock_valuation', 'bank', 'claims', 'schedules', 'intercompany', 'exchange_differences', 'opening_balances',
    'closing_entries', 'by_hand', 'all_sales', 'all_payments', 'all_stock'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
