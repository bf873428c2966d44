/** Runs drains: at once after a write here, and by a slow poll for writes that came another way. */
import { sql } from 'kysely';
import type { Checkpoint } from '#contract/wire/protocol.ts';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { OpenDatabase } from '#server/database.ts';
import type { ServerLog } from '#server/log.ts';
import { onceMore } from '#server/watchedPool.ts';
import { CHECKPOINT_CHANNEL, drainOnce } from './drain.ts';

export interface Sequencer {
  /** Resolves to a head that holds everything committed before the call. */
  readonly drain: () => Promise<Checkpoint>;
  /** Something was committed: drain soon. Never throws; a failure is logged and the poll tries again. */
  readonly kick: () => void;
  /** Hears that a checkpoint was made, here or by another server of the same database. */
  readonly onCheckpoint: (heard: () => void) => () => void;
  readonly close: () => Promise<void>;
}

export interface SequencerOptions {
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
  readonly log: ServerLog;
  /** At least 1,000; the poll is a safety net, not the way changes travel. */
  readonly poll_ms: number;
}

/** PGlite has no autovacuum: the outbox is swept after this many rows, or each drain would read all dead ones. */
const SWEEP_ROWS = 20_000;

export async function startSequencer(options: SequencerOptions): Promise<Sequencer> {
  const { database, clock, crashAt, log } = options;
  const { db } = database;
  if (options.poll_ms < 1000) throw new RangeError('the safety poll runs at most once a second');
  const listeners = new Set<() => void>();
  let running: Promise<Checkpoint> | undefined;
  let next: Promise<Checkpoint> | undefined;
  let unswept_rows = 0;
  let closed = false;

  const tellAll = (): void => {
    for (const heard of listeners) heard();
  };

  const drainNow = async (): Promise<Checkpoint> => {
    let attempts = 0;
    const { head, rows } = await onceMore(async () => {
      attempts += 1;
      return await drainOnce(db, clock, crashAt);
    });
    // whether the lost one made a checkpoint is not known
    if (rows > 0 || attempts > 1) {
      tellAll();
      unswept_rows += rows;
      if (database.engine === 'pglite' && unswept_rows >= SWEEP_ROWS) {
        unswept_rows = 0;
        await sql`vacuum sync_outbox`.execute(db);
      }
    }
    return head;
  };

  const start = (): Promise<Checkpoint> => {
    const current = drainNow().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };

  const drain = (): Promise<Checkpoint> => {
    if (closed) return Promise.reject(new Error('the sequencer is closed'));
    if (!running) return start();
    // The running drain may have begun before the caller's commit: one more is needed, shared by all who wait.
    next ??= running.then(
      () => beginNext(),
      () => beginNext(),
    );
    return next;
  };
  const beginNext = (): Promise<Checkpoint> => {
    next = undefined;
    return start();
  };

  const kick = (): void => {
    if (closed) return;
    drain().catch((error: unknown) => log.error({ error: String(error) }, 'drain failed'));
  };

  const poll = setInterval(() => {
    if (running || closed) return;
    sql<{ waiting: boolean }>`select exists (select 1 from sync_outbox) as waiting`
      .execute(db)
      .then(({ rows }) => {
        if (rows[0]?.waiting) kick();
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, 'the safety poll could not read'));
  }, options.poll_ms);
  poll.unref();
  const stopListening = await database.listen(CHECKPOINT_CHANNEL, tellAll);

  return {
    drain,
    kick,
    onCheckpoint: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    close: async () => {
      clearInterval(poll);
      await next?.catch(() => undefined);
      await running?.catch(() => undefined);
      closed = true;
      listeners.clear();
      await stopListening();
    },
  };
}
