/**
 * The last seal of the trail is kept in work.db whenever the copy receives one, the last of each day for long: a server whose
 * chain was computed anew is told by them, also after the copy was loaded afresh.
 */
import { wireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';

const MOST_SEALS = 400;
const DAY_MS = 86_400_000;

interface Last {
  readonly seq: number;
  readonly seal: string;
}

/** The last entry here; null while none is, or months of the trail are still on their way. */
export function lastSeal(replica: Connection): Last | null {
  const missing = replica
    .prepare<[number]>("SELECT 1 FROM bucket WHERE tbl = ? AND state = 'missing' LIMIT 1")
    .get(wireTable('audit_entry').id);
  if (missing !== undefined) return null;
  return replica.prepare<[], Last>('SELECT id AS seq, seal FROM audit_entry ORDER BY id DESC LIMIT 1').get() ?? null;
}

/** Safe to call at any time; call it after entries came in. Seals that do not hold any more are never thinned out. */
export function keepLastSeal(replica: Connection, work: Connection, now_ms: number): void {
  const last = lastSeal(replica);
  const meta = replica
    .prepare<[], { epoch: string | null; checkpoint: number | null }>(
      'SELECT epoch, checkpoint_number AS checkpoint FROM replica_meta',
    )
    .get();
  if (last === null || meta === undefined || meta.epoch === null || meta.checkpoint === null) return;
  const { epoch, checkpoint } = meta;
  const earlier = work
    .prepare<[string, number, number], Last>(
      `SELECT seq, seal FROM seen_seal WHERE epoch = ? AND seq < ? AND seen_at_ms / ${DAY_MS} = ? / ${DAY_MS}`,
    )
    .all(epoch, last.seq, now_ms);
  const restored_at_ms =
    replica
      .prepare<[], number>("SELECT coalesce(max(happened_at), 0) FROM audit_entry WHERE kind = 'restored'")
      .pluck()
      .get() ?? 0;
  const here = replica.prepare<[number], string>('SELECT seal FROM audit_entry WHERE id = ?').pluck();
  work.transaction(() => {
    work
      .prepare(
        'INSERT OR IGNORE INTO seen_seal (epoch, seq, seal, seen_at_ms, checkpoint, restored_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(epoch, last.seq, last.seal, now_ms, checkpoint, restored_at_ms);
    const forget = work.prepare('DELETE FROM seen_seal WHERE epoch = ? AND seq = ?');
    for (const { seq, seal } of earlier) if (here.get(seq) === seal) forget.run(epoch, seq);
    work
      .prepare(
        'DELETE FROM seen_seal WHERE rowid IN (SELECT rowid FROM seen_seal ORDER BY seen_at_ms DESC, seq DESC LIMIT -1 OFFSET ?)',
      )
      .run(MOST_SEALS);
  })();
}
