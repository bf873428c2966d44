/** How long the change log is kept: longer than a replica may be offline, so that only a locked one has to start again. */
import { sql } from 'kysely';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { Database } from '#server/schema/database.ts';
import { carrySumsTo } from './bucketSums.ts';
import { OFFLINE_DAYS } from './open.ts';

const DAY_MS = 86_400_000;
export const LOG_KEPT_MS = (OFFLINE_DAYS + 5) * DAY_MS;

/**
 * Removes what is older than LOG_KEPT_MS; a client with an older cursor is told to reset. Returns the removed log rows.
 * A delta being read over the cut notices it and breaks off.
 */
export async function pruneLog(db: Database, clock: Clock, crashAt: CrashAt = () => {}): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    // No drain and no new epoch meanwhile.
    const cp = await tx.selectFrom('sync_cp').select('number').forUpdate().executeTakeFirstOrThrow();
    const young = new Date(clock() - LOG_KEPT_MS);
    // checkpoints are ordered by their number: one that a wrong clock made old does not age those before it
    const cut = await tx
      .selectFrom('sync_checkpoint')
      .select(['number', 'last_seq'])
      .where('made_at', '<', young)
      .where('number', '<=', cp.number)
      .where(
        'number',
        '<',
        sql<number>`coalesce((select min(number) from sync_checkpoint where made_at >= ${young}), ${cp.number + 1})`,
      )
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!cut) return 0;
    await carrySumsTo(tx, cut.number);
    await tx.updateTable('sync_epoch').set({ log_from: cut.number }).execute();
    const removed = await tx.deleteFrom('sync_log').where('seq', '<=', cut.last_seq).executeTakeFirst();
    await tx.deleteFrom('sync_checkpoint').where('number', '<', cut.number).execute();
    crashAt('server.prune.before_commit');
    return Number(removed.numDeletedRows);
  });
}
