/**
 * What buckets add up to, kept from the last time verification read their rows. A kept sum is believed while
 *   - the epoch is the same: a bulk load or a restore goes past the log and starts another one;
 *   - no checkpoint behind it names the bucket: whatever went through the triggers is in one;
 *   - the log still reaches back to it, so that this can be told;
 *   - it was read within KEPT_FOR_MS: rows changed past the triggers stand in no checkpoint, and no replica hears of
 *     them. A reading finds them, a kept sum cannot; so none is believed for ever.
 */
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';
import type { Head } from './checkpoints.ts';

const KEPT_FOR_MS = 7 * 86_400_000;
/** Checkpoints a kept sum may lie behind the head before it is carried on: most looks then write nothing. */
const CARRIED_AFTER = 200;

export type BucketSum = readonly [bucket: number, rows: number, hash: string];

/** Of those asked for, the kept sums that still hold at the head `at`, which `db` must be reading. */
export async function keptSums(
  db: Database,
  at: Head,
  buckets: readonly number[],
  now_ms: number,
): Promise<ReadonlyMap<number, BucketSum>> {
  const { rows } = await sql<{ bucket: number; rows: number; hash: string }>`
    with kept as (
      select bucket, cp, rows, hash from sync_bucket_sum
      where bucket = any(${buckets}::int[]) and epoch = ${at.epoch} and cp between ${at.log_from} and ${at.head.number}
        and read_at > ${new Date(now_ms - KEPT_FOR_MS)}
    ), changed as (
      select changed.bucket, max(c.number) as cp from sync_checkpoint c, unnest(c.buckets) as changed(bucket)
      where c.number > (select min(cp) from kept) group by changed.bucket
    )
    select kept.bucket, kept.rows, kept.hash from kept left join changed using (bucket)
    where changed.cp is null or changed.cp <= kept.cp`.execute(db);
  return new Map(rows.map(({ bucket, rows: count, hash }) => [bucket, [bucket, count, hash]]));
}

/** Keeps what was just read at the head `at`. A later reading is never overwritten by an earlier one. */
export async function keepSums(db: Database, at: Head, sums: readonly BucketSum[], now_ms: number): Promise<void> {
  if (sums.length === 0) return;
  await sql`
    insert into sync_bucket_sum (bucket, epoch, cp, rows, hash, read_at)
    select bucket, ${at.epoch}, ${at.head.number}, rows, hash, ${new Date(now_ms)}
    from unnest(${sums.map(([bucket]) => bucket)}::int[], ${sums.map(([, rows]) => rows)}::int[],
      ${sums.map(([, , hash]) => hash)}::text[]) as read(bucket, rows, hash)
    order by bucket
    on conflict (bucket) do update set epoch = excluded.epoch, cp = excluded.cp, rows = excluded.rows,
      hash = excluded.hash, read_at = excluded.read_at
    where sync_bucket_sum.epoch <> excluded.epoch or sync_bucket_sum.cp <= excluded.cp`.execute(db);
}

/** Sums that were just found to hold at the head `at` are told so, or every look would go through the log since they were read. */
export async function carrySums(db: Database, at: Head, buckets: readonly number[]): Promise<void> {
  const behind = at.head.number - CARRIED_AFTER;
  if (buckets.length === 0 || behind <= 0) return;
  await sql`
    update sync_bucket_sum set cp = ${at.head.number}
    where bucket = any(${buckets}::int[]) and epoch = ${at.epoch} and cp < ${behind}`.execute(db);
}

/** Before the log up to checkpoint `cut` goes: sums that hold there are carried to it, the others are forgotten. */
export async function carrySumsTo(db: Database, cut: number): Promise<void> {
  await sql`
    with changed as (
      select changed.bucket, max(c.number) as cp from sync_checkpoint c, unnest(c.buckets) as changed(bucket)
      where c.number <= ${cut} and c.number > (select min(cp) from sync_bucket_sum) group by changed.bucket
    )
    delete from sync_bucket_sum s using changed
    where changed.bucket = s.bucket and s.cp < changed.cp`.execute(db);
  await sql`update sync_bucket_sum set cp = ${cut} where cp < ${cut}`.execute(db);
}
