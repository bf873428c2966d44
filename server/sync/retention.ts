/** How long the change log is kept: longer than a replica may be offline, so that only a locked one has to start again. */
import { sql } from 'kysely';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { Database } from '#server/schema/database.ts';
import { carrySumsTo } from './bucketSums.ts';
import { OFFLINE_DAYS } from './open.ts';

const DAY_MS = 86_400_000;
export const LOG_KEPT_MS = (OFFLINE_DAYS + 5) * DAY_MS;

/** Rows removed by one statement. */
const PAGE_ROWS = 5_000;

/**
 * Removes what is older than LOG_KEPT_MS; a client with an older cursor is told to reset. Returns the removed log rows.
 * A delta being read over the cut notices it and breaks off. What a run leaves undone the next one does.
 */
export async function pruneLog(
  db: Database,
  clock: Clock,
  crashAt: CrashAt = () => {},
  pause: () => Promise<void> = async () => undefined,
): Promise<number> {
  const cut = await db.transaction().execute(async (tx) => {
    // No drain and no new epoch meanwhile.
    const cp = await tx.selectFrom('sync_cp').select('number').forUpdate().executeTakeFirstOrThrow();
    const young = new Date(clock() - LOG_KEPT_MS);
    // checkpoints are ordered by their number: one that a wrong clock made old does not age those before it
    const found = await tx
      .selectFrom('sync_checkpoint')
      .select(['number', 'last_seq'])
      .where('made_at', '<', young)
      .where('number', '<=', cp.number)
      // another run, or this one when the clock was ahead, may have cut later and left its checkpoints: a cut stays
      .where('number', '>=', (query) => query.selectFrom('sync_epoch').select('log_from'))
      .where(
        'number',
        '<',
        sql<number>`coalesce((select min(number) from sync_checkpoint where made_at >= ${young}), ${cp.number + 1})`,
      )
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!found) return undefined;
    await carrySumsTo(tx, found.number);
    await tx.updateTable('sync_epoch').set({ log_from: found.number }).execute();
    crashAt('server.prune.before_commit');
    return found;
  });
  if (!cut) return 0;
  let removed_rows = 0;
  for (let rows = PAGE_ROWS; rows >= PAGE_ROWS; ) {
    await pause();
    const removed = await sql`delete from sync_log where seq in
      (select seq from sync_log where seq <= ${cut.last_seq} order by seq limit ${PAGE_ROWS})`.execute(db);
    rows = Number(removed.numAffectedRows ?? 0);
    removed_rows += rows;
  }
  for (let rows = PAGE_ROWS; rows >= PAGE_ROWS; ) {
    await pause();
    const removed = await sql`delete from sync_checkpoint where number in
      (select number from sync_checkpoint where number < ${cut.number} order by number limit ${PAGE_ROWS})`.execute(db);
    rows = Number(removed.numAffectedRows ?? 0);
  }
  return removed_rows;
}
