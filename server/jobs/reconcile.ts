/** Reconciliations of open periods, computed anew when the books changed since they were last computed. */
import { sql } from 'kysely';
import { DRAWN_UP } from '#domain/close/drawnUp.ts';
import { FLUX_TASK } from '#domain/close/flux/lines.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import { forgetAuthors } from '#server/close/bookAuthors.ts';
import { logSeq, reconcilePeriod } from '#server/close/reconcilePeriod.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import { MINUTE_MS, type Job } from './job.ts';

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
  'shipment_line',
  'order_line',
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

export const RECONCILE_OPEN_PERIODS: Job = {
  name: 'reconciliations of open periods',
  every_ms: 5 * MINUTE_MS,
  run: async ({ database, clock, kick }, pause) => {
    await reconcileOpenPeriods(database.db, clock, kick, pause);
    return 0;
  },
};

/**
 * Answers how many periods were computed, each in a transaction of its own. One whose flux, trial balance or statements have no line
 * though its month has entries was computed by a program that knew of none: a signature on that must not stand unseen.
 */
export async function reconcileOpenPeriods(
  db: Database,
  clock: Clock,
  kick: () => void = () => undefined,
  pause: () => Promise<void> = async () => undefined,
): Promise<number> {
  const tables = BOOKS.map((name) => wireTable(name).id);
  const { rows: due } = await sql<{ id: number }>`
    select p.id from close_period p left join reconciled_period r on r.period_id = p.id
    where p.state <> 'hard_locked' and (r.period_id is null
      or exists (select from sync_log l where l.seq > r.log_seq and l.tbl = any(${tables}::int[]))
      or exists (select from close_task t where t.period_id = p.id and t.code = any(${[...FROM_LEDGER]})
        and not exists (select from close_task_line n where n.task_id = t.id)
        and exists (select from gl_line g where g.company_id = p.company_id and g.month = p.period)))
    order by p.period, p.id`.execute(db);
  for (const { id } of due) {
    await pause();
    await db.transaction().execute(async (tx) => {
      // before the books are read: what is written meanwhile is another change
      const log_seq = await logSeq(tx);
      await reconcilePeriod(tx, { period_id: id, now_ms: clock() });
      await tx
        .insertInto('reconciled_period')
        .values({ period_id: id, log_seq })
        .onConflict((conflict) => conflict.column('period_id').doUpdateSet({ log_seq }))
        .execute();
    });
    kick();
  }
  if (due.length > 0) await forgetAuthors(db);
  return due.length;
}
