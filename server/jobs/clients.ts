/** Installations that do not come back, and the outcomes that nobody waits for any more. */
import { sql } from 'kysely';
import { wireTable } from '#contract/wire/tables.ts';
import type { Database } from '#server/schema/database.ts';
import { LOG_KEPT_MS } from '#server/sync/retention.ts';
import { DAY_MS, type Job } from './job.ts';
import { untilEmpty } from './pages.ts';

/** Twice as long as a client keeps accepted work to offer it again: its outcomes are told until nobody asks. */
const OUTCOMES_KEPT_MS = 180 * DAY_MS;

/**
 * Outcomes leave the replicas; that their mutations were decided, and how, stays: the same mutation sent again is answered
 * the same (see commands/decided.ts).
 */
export const FORGET_OUTCOMES: Job = {
  name: 'old outcomes',
  every_ms: DAY_MS,
  run: async ({ database: { db }, clock, kick }, pause) => {
    const before = new Date(clock() - OUTCOMES_KEPT_MS);
    const removed = await untilEmpty(pause, async (limit) => {
      const { numAffectedRows } = await sql`
        with gone as (delete from mutation_outcome where id in
          (select id from mutation_outcome where decided_at < ${before} order by decided_at limit ${limit}) returning *)
        insert into decided_mutation (id, body_sha256, user_id, state, reason)
        select id::uuid, sha256(convert_to(body_hash, 'UTF8')), user_id, state, reason from gone
        on conflict (id) do nothing`.execute(db);
      return Number(numAffectedRows ?? 0);
    });
    if (removed > 0) kick();
    return removed;
  },
};

/**
 * Whoever was not seen for as long as the log is kept is retired: it loads afresh should it come. When its last outcome is
 * forgotten too, nothing of it is left; coming back then, it is registered as a new one.
 */
export const RETIRE_CLIENTS: Job = {
  name: 'retired clients',
  every_ms: DAY_MS,
  run: async ({ database: { db }, clock }, pause) => {
    await pause();
    await db
      .updateTable('sync_client')
      .set({ retired_at: new Date(clock()) })
      .where('retired_at', 'is', null)
      .where('last_seen_at', '<', new Date(clock() - LOG_KEPT_MS))
      .execute();
    const before = new Date(clock() - OUTCOMES_KEPT_MS);
    return await untilEmpty(pause, async (limit) => await removeClients(db, before, limit));
  },
};

async function removeClients(db: Database, before: Date, limit: number): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    // One that writes an outcome at this moment holds its row and is left for the next time.
    const old = await tx
      .selectFrom('sync_client')
      .select('client_id')
      .where('retired_at', 'is not', null)
      .where('last_seen_at', '<', before)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('mutation_outcome as o').select('o.id').whereRef('o.client_id', '=', 'sync_client.client_id'),
          ),
        ),
      )
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ client_id }) => client_id);
    const gone = await tx
      .deleteFrom('sync_client')
      .where('client_id', 'in', ids)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('mutation_outcome as o').select('o.id').whereRef('o.client_id', '=', 'sync_client.client_id'),
          ),
        ),
      )
      .returning('client_id')
      .execute();
    if (gone.length === 0) return 0;
    const buckets = await tx
      .selectFrom('sync_bucket')
      .select('id')
      .where('tbl', '=', wireTable('mutation_outcome').id)
      .where(
        'client',
        'in',
        gone.map(({ client_id }) => client_id),
      )
      .execute();
    if (buckets.length === 0) return gone.length;
    const bucket_ids = buckets.map(({ id }) => id);
    await tx.deleteFrom('sync_bucket_sum').where('bucket', 'in', bucket_ids).execute();
    await tx.deleteFrom('sync_bucket').where('id', 'in', bucket_ids).execute();
    return gone.length;
  });
}
