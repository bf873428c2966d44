/** What the newest checkpoints changed, read once for all live streams of this server, however many there are. */
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';

export interface Changed {
  /** The newest checkpoint that was read. */
  readonly number: number;
  readonly buckets: readonly number[];
}

export interface News {
  /** Reads what is new; whoever asks meanwhile shares the next reading. */
  read(): Promise<void>;
  /** Buckets changed after that checkpoint; null when it is longer ago than is remembered. */
  since(told: number): Changed | null;
}

/** Checkpoints remembered: a stream that was told longer ago asks the database. */
const MOST_CHECKPOINTS = 500;

/** `beforeTold` runs after each reading: what is told is then of a registry that knows its buckets. */
export function createNews(db: Database, beforeTold: () => Promise<void>): News {
  let known: Changed[] = [];
  /** All after this one is in `known`. */
  let from: number | null = null;
  let newest = 0;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const readNow = async (): Promise<void> => {
    const { rows } = await sql<{ head: number; number: number | null; buckets: number[] | null }>`
      select cp.number as head, c.number, c.buckets from sync_cp cp
      left join sync_checkpoint c on c.number > greatest(${from === null ? null : newest}::bigint, cp.number - ${MOST_CHECKPOINTS}::bigint)
        and c.number <= cp.number and ${from !== null}::boolean
      order by c.number`.execute(db);
    const head = rows[0]?.head;
    if (head === undefined) throw new Error('the head is missing');
    await beforeTold();
    if (from === null || head < newest) {
      // the first reading, or a restored database
      known = [];
      from = head;
    } else if (head - newest > MOST_CHECKPOINTS) {
      // nobody listened for a long time: what lies between was not read
      known = [];
      from = head - MOST_CHECKPOINTS;
    }
    for (const { number, buckets } of rows) {
      if (number !== null && number > from) known.push({ number, buckets: buckets ?? [] });
    }
    newest = head;
    const dropped = known.splice(0, Math.max(0, known.length - MOST_CHECKPOINTS)).at(-1);
    from = dropped?.number ?? from;
  };

  const start = (): Promise<void> => {
    next = undefined;
    const current = readNow().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };

  return {
    read: () => {
      if (!running) return start();
      next ??= running.then(start, start);
      return next;
    },
    since: (told) => {
      if (from === null || told < from) return null;
      const buckets = new Set<number>();
      for (let at = known.length - 1; at >= 0; at -= 1) {
        const each = known[at];
        if (!each || each.number <= told) break;
        for (const bucket of each.buckets) buckets.add(bucket);
      }
      return { number: Math.max(told, newest), buckets: [...buckets] };
    },
  };
}
