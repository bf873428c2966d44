/** Looking up checkpoints: the head, and whether a cursor is one the server made and can still serve. */
import type { Checkpoint } from '#contract/wire/protocol.ts';
import type { Database } from '#server/schema/database.ts';

export interface Head {
  readonly epoch: string;
  readonly head: Checkpoint;
  readonly last_seq: number;
  /** The oldest checkpoint from which the log is complete. */
  readonly log_from: number;
}

export async function readHead(db: Database): Promise<Head> {
  const row = await db
    .selectFrom('sync_cp')
    .innerJoin('sync_epoch', (join) => join.onTrue())
    .select(['epoch', 'number', 'id', 'last_seq', 'log_from'])
    .executeTakeFirstOrThrow();
  return {
    epoch: row.epoch,
    head: { number: row.number, id: row.id },
    last_seq: row.last_seq,
    log_from: row.log_from,
  };
}

/** The checkpoint's last sequence number; null when the server does not know it or its log is gone. */
export async function findCheckpoint(db: Database, at: Head, cursor: Checkpoint): Promise<number | null> {
  if (cursor.number < at.log_from || cursor.number > at.head.number) return null;
  const row = await db
    .selectFrom('sync_checkpoint')
    .select(['id', 'last_seq'])
    .where('number', '=', cursor.number)
    .executeTakeFirst();
  return row?.id === cursor.id ? row.last_seq : null;
}
