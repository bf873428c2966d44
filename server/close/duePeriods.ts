/** Which open months are reckoned otherwise than the books stand now, and how one is caught up with them. */
import { sql } from 'kysely';
import { DRAWN_UP } from '#domain/close/drawnUp.ts';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';
import { logSeq, reconcilePeriod } from './reconcilePeriod.ts';

/** What a reconciliation is computed from. */
const BOOKS: readonly WireTableName[] = [
  'company',
  'gl_account',
  'gl_journal',
  'gl_entry',
  'gl_line',
  'invoice',
  'payment',
  'bank_statement_line',
  'receipt_line',
  'po_line_price',
  'landed_cost',
  'landed_cost_line',
  'order_line',
  'shipment_line',
  'order_line_cost',
  'credit_note',
  'rebate_agreement',
  'claim_cost',
  'stock_count',
  'stock_count_line',
  'stock_count_line_cost',
  'inventory_month',
  'fx_rate',
  'channel_fee',
  'reconciliation_setting',
  'reconciliation_threshold',
  'journal_step',
];

/** Tasks whose lines are drawn up from the ledger. */
const FROM_LEDGER: readonly string[] = [FLUX_TASK, ...DRAWN_UP.keys()];

/**
 * Periods whose reconciliations are due, oldest first. One whose flux, trial balance or statements have no line though its month
 * has entries was computed by a program that knew of none: a signature on that must not stand unseen.
 */
export async function duePeriods(
  db: Database | ServerTransaction,
  { period_id }: { readonly period_id?: number } = {},
): Promise<readonly number[]> {
  const tables = BOOKS.map((name) => wireTable(name).id);
  const { rows } = await sql<{ id: number }>`
    select p.id from close_period p left join reconciled_period r on r.period_id = p.id
    where p.state <> 'hard_locked' ${period_id === undefined ? sql`` : sql`and p.id = ${period_id}`} and (r.period_id is null
      or exists (select from sync_log l where l.seq > r.log_seq and l.tbl = any(${tables}::int[]))
      or exists (select from close_task t where t.period_id = p.id and t.code = any(${[...FROM_LEDGER]})
        and not exists (select from close_task_line n where n.task_id = t.id)
        and exists (select from gl_line g where g.company_id = p.company_id and g.month = p.period)))
    order by p.period, p.id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Answers the codes of tasks whose content changed. */
export async function catchUp(
  tx: ServerTransaction,
  period: { readonly period_id: number; readonly now_ms: number },
): Promise<readonly string[]> {
  const { period_id } = period;
  // before the books are read: what is written meanwhile is another change
  const log_seq = await logSeq(tx);
  const changed = await reconcilePeriod(tx, period);
  await tx
    .insertInto('reconciled_period')
    .values({ period_id, log_seq })
    .onConflict((conflict) => conflict.column('period_id').doUpdateSet({ log_seq }))
    .execute();
  return changed;
}
