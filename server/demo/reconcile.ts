/** After filling: the close of the demo is reconciled as any other, so that its items are what the server found. */
import { noteReckoned } from '#server/close/duePeriods.ts';
import { logSeq, reconcilePeriod } from '#server/close/reconcilePeriod.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';

/** Month after month, so that what one leaves open is carried into the next. */
export async function reconcileDemo(db: Database, clock: Clock): Promise<void> {
  const periods = await db
    .selectFrom('close_period')
    .select(['id', 'state'])
    .orderBy('period')
    .orderBy('company_id')
    .execute();
  for (const { id, state } of periods) {
    await db.transaction().execute(async (tx) => {
      const log_seq = await logSeq(tx);
      const now_ms = clock();
      await reconcilePeriod(tx, { period_id: id, now_ms, lines_stay: state !== 'open' });
      if (state === 'open') await noteReckoned(tx, { period_id: id, now_ms, log_seq });
    });
  }
}
