/** Reconciliations of open periods, computed anew when the books changed since they were last computed. */
import { forgetAuthors } from '#server/close/bookAuthors.ts';
import { catchUp, duePeriods } from '#server/close/duePeriods.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import { MINUTE_MS, type Job } from './job.ts';

export const RECONCILE_OPEN_PERIODS: Job = {
  name: 'reconciliations of open periods',
  every_ms: 5 * MINUTE_MS,
  run: async ({ database, clock, kick }, pause) => {
    await reconcileOpenPeriods(database.db, clock, kick, pause);
    return 0;
  },
};

/** Answers how many periods were computed, each in a transaction of its own. */
export async function reconcileOpenPeriods(
  db: Database,
  clock: Clock,
  kick: () => void = () => undefined,
  pause: () => Promise<void> = async () => undefined,
): Promise<number> {
  const due = await duePeriods(db);
  for (const period_id of due) {
    await pause();
    await db.transaction().execute(async (tx) => await catchUp(tx, { period_id, now_ms: clock() }));
    kick();
  }
  if (due.length > 0) await forgetAuthors(db);
  return due.length;
}
