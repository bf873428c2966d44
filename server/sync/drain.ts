/**
 * One drain of the outbox into the log. The leader holds the sync_cp row; in READ COMMITTED the drain statement then sees
 * everything that is committed and takes all of it as one checkpoint (never a part: that would split transactions).
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Checkpoint } from '#contract/wire/protocol.ts';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { Database } from '#server/schema/database.ts';
import { hashSql } from './image.ts';

/** Channel on which servers of one database tell each other about a checkpoint. */
export const CHECKPOINT_CHANNEL = 'binnacle_checkpoint';

export interface DrainResult {
  readonly head: Checkpoint;
  /** Log rows written: one a change, two for a row that moved to another bucket. */
  readonly rows: number;
}

/** Drains once; an empty outbox makes no checkpoint. */
export async function drainOnce(db: Database, clock: Clock, crashAt: CrashAt): Promise<DrainResult> {
  const { rows } = await sql<{ number: number; id: string; waiting: boolean }>`
    select number, id, exists (select 1 from sync_outbox) as waiting from sync_cp`.execute(db);
  const head = rows[0];
  // One snapshot: rows another server is draining are waiting still, or are in the head already.
  if (head?.waiting === false) return { head: { number: head.number, id: head.id }, rows: 0 };
  return await db.transaction().execute(async (tx) => {
    const cp = await tx
      .selectFrom('sync_cp')
      .select(['number', 'id', 'last_seq'])
      .forUpdate()
      .executeTakeFirstOrThrow();
    const number = cp.number + 1;
    const drained = await sql<{ rows: number; buckets: number[] }>`
      with d as (delete from sync_outbox returning *),
      part as (
        select id, 0 as half, tbl, old_bucket as bucket, pk, ver, 'D'::"char" as op, null::text as image
          from d where old_bucket is not null
        union all
        select id, 1 as half, tbl, bucket, pk, ver, op, image from d
      ),
      logged as (
        insert into sync_log (seq, cp, bucket, tbl, pk, ver, op, image, hash)
        select ${cp.last_seq}::bigint + row_number() over (order by id, half), ${number}::bigint, bucket, tbl, pk, ver, op,
          image, ${sql.raw(hashSql('pk', 'ver', 'image'))}
        from part order by id, half
        returning bucket
      )
      select count(*)::int as rows, coalesce(array_agg(distinct bucket order by bucket), '{}') as buckets from logged`.execute(
      tx,
    );
    const result = drained.rows[0];
    if (!result) throw new Error('the drain statement answered nothing');
    if (result.rows === 0) return { head: { number: cp.number, id: cp.id }, rows: 0 };
    const id = randomUUID();
    const last_seq = cp.last_seq + result.rows;
    await tx
      .insertInto('sync_checkpoint')
      .values({ number, id, last_seq, rows: result.rows, buckets: result.buckets, made_at: new Date(clock()) })
      .execute();
    await tx.updateTable('sync_cp').set({ number, id, last_seq }).execute();
    await sql`select pg_notify(${CHECKPOINT_CHANNEL}, ${String(number)})`.execute(tx);
    crashAt('server.drain.before_commit');
    return { head: { number, id }, rows: result.rows };
  });
}
