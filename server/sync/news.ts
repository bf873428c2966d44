/**
 * What the newest checkpoints changed, read once for all live streams and deltas of this server, however many there are:
 * which buckets of each, and of the very newest the lines themselves.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Checkpoint } from '#contract/wire/protocol.ts';
import type { Database } from '#server/schema/database.ts';
import { onceMore } from '#server/watchedPool.ts';
import { type Changes, changesOf } from './changes.ts';
import { lineSql } from './lines.ts';
import { EDITION_SQL } from './scope.ts';

export interface Changed {
  /** The newest checkpoint that was read. */
  readonly number: number;
  readonly buckets: readonly number[];
}

/** A checkpoint as it stood in the database when it was read, with its epoch. */
export interface Held extends Checkpoint {
  readonly epoch: string;
  readonly last_seq: number;
}

export interface News {
  /** Reads what is new and resolves to the head of then; whoever asks meanwhile shares the next reading. */
  read(): Promise<Held>;
  /** Reads unless that checkpoint is known already. */
  reach(number: number): Promise<void>;
  /** Buckets changed after that checkpoint; null when it is longer ago than is remembered. */
  since(told: number): Changed | null;
  /** The newest known checkpoint. */
  newest(): Held | null;
  /** All that changed after one checkpoint up to a later one, in order; null when not all of it is held, or it is not of one history. */
  between(from: Checkpoint, to: Held): { readonly span: number; readonly changes: readonly Changes[] } | null;
  /** What is known is not the database's history any more: begin again. */
  forget(): void;
}

/** Checkpoints remembered: a stream that was told longer ago asks the database. */
const MOST_CHECKPOINTS = 500;
/** Log rows whose lines are held, and what they come to at most; who is farther behind is answered from the database. */
const MOST_ROWS = 20_000;
const MOST_CHARACTERS = 8_000_000;
/** Log rows read by one statement. */
const READ_ROWS = 5_000;
/** Lines put together for this many checkpoints are kept for the next who asks. */
const KEPT_TOGETHER = 4;

interface Known {
  readonly number: number;
  readonly id: string;
  readonly last_seq: number;
  readonly buckets: readonly number[];
  /** Null when its lines are not held. */
  changes: Changes | null;
}
type LogLine = readonly [seq: number, cp: number, bucket: number, line: string];
interface Reading {
  readonly epoch: string;
  readonly number: number;
  readonly id: string;
  readonly last_seq: number;
  /** Of `sync_bucket`: see ScopeRegistry. */
  readonly edition: string;
  /** Null when nothing was known before. */
  readonly goes_on: boolean | null;
  readonly checkpoints: readonly (readonly [
    number: number,
    id: string,
    last_seq: number,
    buckets: readonly number[],
  ])[];
  readonly lines: readonly LogLine[];
}

/** `beforeTold` runs after each reading: what is told is then of a registry that knows its buckets. */
export function createNews(db: Database, beforeTold: (edition: string) => Promise<void>): News {
  let known: Known[] = [];
  /** All after this one is in `known`. */
  let from: Held | null = null;
  let newest: Held | null = null;
  let running: Promise<Held> | undefined;
  let next: Promise<Held> | undefined;

  const begin = (at: Held): void => {
    known = [];
    from = at;
    newest = at;
  };

  const readNow = async (): Promise<Held> => {
    const begun_with = newest;
    const since = begun_with ?? (await recently(db));
    const read = await readAfter(db, since);
    const at: Held = { epoch: read.epoch, number: read.number, id: read.id, last_seq: read.last_seq };
    const lines = since && read.goes_on ? await allLines(db, since, at, read.lines) : null;
    await beforeTold(read.edition);
    // forgotten meanwhile, or another history: a new epoch, a restored or a lost database
    if (since === null || newest !== begun_with || lines === 'cut' || !read.goes_on) {
      begin(at);
      return at;
    }
    if (begun_with === null) begin(since);
    const [first] = read.checkpoints;
    if (first && at.number - since.number > MOST_CHECKPOINTS) {
      // nobody listened for a long time: what lies between was not read
      const [number, id, last_seq] = first;
      begin({ epoch: at.epoch, number, id, last_seq });
    }
    const by_checkpoint = Map.groupBy(lines ?? [], ([, cp]) => cp);
    for (const [number, id, last_seq, buckets] of read.checkpoints) {
      if (from !== null && number <= from.number) continue;
      const own = by_checkpoint.get(number)?.map(([, , bucket, line]) => [bucket, line] as const) ?? [];
      known.push({ number, id, last_seq, buckets, changes: lines === null ? null : changesOf(own) });
    }
    newest = at;
    trim();
    return at;
  };

  const trim = (): void => {
    const dropped = known.splice(0, Math.max(0, known.length - MOST_CHECKPOINTS)).at(-1);
    if (dropped && newest) {
      from = { epoch: newest.epoch, number: dropped.number, id: dropped.id, last_seq: dropped.last_seq };
    }
    let rows = 0;
    let characters = 0;
    for (const [back, each] of known.toReversed().entries()) {
      rows += each.changes?.rows ?? 0;
      characters += each.changes?.characters ?? 0;
      if (rows > MOST_ROWS || characters > MOST_CHARACTERS) each.changes = null;
      else if (back >= KEPT_TOGETHER) each.changes?.release();
    }
  };

  const start = (): Promise<Held> => {
    next = undefined;
    const current = onceMore(readNow).finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  const read = (): Promise<Held> => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };

  return {
    read,
    reach: async (number) => {
      // the one under way is most likely about it
      if (running) await running.catch(() => undefined);
      if (newest === null || newest.number < number) await read();
    },
    since: (told) => {
      if (from === null || newest === null || told < from.number) return null;
      const buckets = new Set<number>();
      for (let at = known.length - 1; at >= 0; at -= 1) {
        const each = known[at];
        if (!each || each.number <= told) break;
        for (const bucket of each.buckets) buckets.add(bucket);
      }
      return { number: Math.max(told, newest.number), buckets: [...buckets] };
    },
    newest: () => newest,
    between: (begins, ends) => {
      if (from === null || ends.epoch !== from.epoch || begins.number > ends.number) return null;
      const last = known.findLastIndex(({ number }) => number <= ends.number);
      const first = known.findLastIndex(({ number }) => number <= begins.number);
      const [start_at, end_at] = [known[first] ?? from, known[last] ?? from];
      if (start_at.number !== begins.number || start_at.id !== begins.id || end_at.id !== ends.id) return null;
      const changes: Changes[] = [];
      for (const each of known.slice(first + 1, last + 1)) {
        if (!each.changes) return null;
        changes.push(each.changes);
      }
      return { span: end_at.last_seq - start_at.last_seq, changes };
    },
    forget: () => {
      known = [];
      from = null;
      newest = null;
    },
  };
}

/** Where a first reading begins: who lost the server for a moment comes from there. */
async function recently(db: Database): Promise<Held | null> {
  const { rows } = await sql<Held>`
    select e.epoch, c.number, c.id, c.last_seq from sync_cp cp cross join sync_epoch e join sync_checkpoint c
      on c.number >= greatest(e.log_from, cp.number - ${MOST_CHECKPOINTS}::bigint) and c.number <= cp.number
      and c.last_seq >= cp.last_seq - ${READ_ROWS}::bigint
    order by c.number limit 1`.execute(db);
  return rows[0] ?? null;
}

async function readAfter(db: Database, since: Held | null): Promise<Reading> {
  const number = since?.number ?? null;
  // In one statement, so of one moment: the head, whether it follows from what is known, and all between.
  const { rows } = await sql<Reading>`
    select e.epoch, cp.number, cp.id, cp.last_seq,
      ${EDITION_SQL} as edition,
      e.epoch = ${since?.epoch ?? null}::uuid and exists (
        select 1 from sync_checkpoint where number = ${number}::bigint and id = ${since?.id ?? null}::uuid
          and number <= cp.number) as goes_on,
      (select coalesce(json_agg(json_build_array(c.number, c.id, c.last_seq, c.buckets) order by c.number), '[]'::json)
        from sync_checkpoint c
        where c.number >= greatest(${number}::bigint + 1, cp.number - ${MOST_CHECKPOINTS}::bigint) and c.number <= cp.number
          and ${number !== null}::boolean) as checkpoints,
      case when cp.last_seq - ${since?.last_seq ?? null}::bigint <= ${MOST_ROWS}::bigint
        then ${linesSql(since?.last_seq ?? null, sql`cp.last_seq`)} else '[]'::json end as lines
    from sync_cp cp cross join sync_epoch e`.execute(db);
  const [read] = rows;
  if (!read) throw new Error('the head is missing');
  return read;
}

function linesSql(after: number | null, until: RawBuilder<unknown>): RawBuilder<readonly LogLine[]> {
  return sql<readonly LogLine[]>`(
    select coalesce(json_agg(json_build_array(l.seq, l.cp, l.bucket, ${lineSql()}) order by l.seq), '[]'::json)
    from (select * from sync_log where seq > ${after}::bigint and seq <= ${until} order by seq limit ${READ_ROWS}) l)`;
}

/** The first lines and the others; null when they are too many, `cut` when another epoch began meanwhile. */
async function allLines(
  db: Database,
  since: Held,
  at: Held,
  first: readonly LogLine[],
): Promise<readonly LogLine[] | 'cut' | null> {
  if (at.last_seq - since.last_seq > MOST_ROWS) return null;
  const lines = [...first];
  for (let part = first; part.length === READ_ROWS; ) {
    const { rows } = await sql<{ lines: readonly LogLine[]; same: boolean }>`
      select ${linesSql(part.at(-1)?.[0] ?? null, sql`${at.last_seq}::bigint`)} as lines, epoch = ${at.epoch}::uuid as same
      from sync_epoch`.execute(db);
    if (rows[0]?.same !== true) return 'cut';
    part = rows[0].lines;
    lines.push(...part);
  }
  return lines;
}
