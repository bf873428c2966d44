/** The server's identity and the life of its change log. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';
import type { Clock } from '#server/clock.ts';

/** First start: a server id and a first epoch. Later starts: nothing. */
export async function ensureIdentity(db: Database, clock: Clock): Promise<{ readonly server_id: string }> {
  await db
    .insertInto('server_meta')
    .values({ server_id: randomUUID() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const meta = await db.selectFrom('server_meta').select('server_id').executeTakeFirstOrThrow();
  const epoch = await db.selectFrom('sync_epoch').select('epoch').executeTakeFirst();
  if (!epoch) await startNewEpoch(db, clock);
  return { server_id: meta.server_id };
}

/**
 * Forgets the log and begins a new epoch at the next checkpoint: after rows came in past the log (bulk load, restore).
 * Every replica starts again; no outbox is touched. Returns the epoch.
 */
export async function startNewEpoch(db: Database, clock: Clock): Promise<string> {
  const epoch = randomUUID();
  const id = randomUUID();
  const now = new Date(clock());
  const begin = async (tx: Database): Promise<void> => {
    // The row lock keeps a drain of another server out until this commits.
    const cp = await tx.selectFrom('sync_cp').select(['number', 'last_seq']).forUpdate().executeTakeFirst();
    const number = (cp?.number ?? 0) + 1;
    const last_seq = cp?.last_seq ?? 0;
    await sql`delete from sync_outbox`.execute(tx);
    await sql`truncate sync_log, sync_checkpoint, sync_bucket_sum`.execute(tx);
    await tx
      .insertInto('sync_checkpoint')
      .values({ number, id, last_seq, rows: 0, buckets: [], made_at: now })
      .execute();
    await tx
      .insertInto('sync_cp')
      .values({ number, id, last_seq })
      .onConflict((conflict) => conflict.column('one').doUpdateSet({ number, id }))
      .execute();
    await tx
      .insertInto('sync_epoch')
      .values({ epoch, started_at: now, log_from: number })
      .onConflict((conflict) => conflict.column('one').doUpdateSet({ epoch, started_at: now, log_from: number }))
      .execute();
  };
  if (db.isTransaction) await begin(db);
  else await db.transaction().execute(begin);
  return epoch;
}
