/**
 * Makes the kept log shorter: of the changes of one row in one bucket within a window of checkpoints only the newest is
 * needed by whoever is behind the window. A delta must then not end inside it, where it would show half of what a
 * transaction did: those checkpoints stay known as cursors, and deltas go on to the window's end.
 */
import { sql } from 'kysely';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { Database } from '#server/schema/database.ts';

export interface CompactionLimits {
  /** Checkpoints younger than this stay as they are: whoever was away for a moment receives transaction by transaction. */
  readonly older_than_ms: number;
  /** What the rows of a window come to: a delta over it is applied as one transaction. */
  readonly window_bytes: number;
  readonly page_rows: number;
}
const LIMITS: CompactionLimits = { older_than_ms: 86_400_000, window_bytes: 24_000_000, page_rows: 5_000 };
/** What a row costs on the wire beside its image. */
const ROW_BYTES = 60;

interface Boundary {
  readonly number: number;
  readonly last_seq: number;
}
interface Change {
  readonly seq: number;
  /** Bucket and row: a bucket belongs to one table. */
  readonly key: string;
  readonly bytes: number;
}
/** Neighbouring regions between two boundaries, newest first, that become one. */
interface Window {
  readonly end: Boundary;
  start: Boundary;
  readonly keys: Set<string>;
  readonly replaced: number[];
  bytes: number;
  regions: number;
}

/**
 * Goes through the log from its newest old checkpoint back to its beginning; returns the removed rows. `pause` is called
 * between the statements, none of which reads or removes more than a page: it may throw, and the next run goes on.
 */
export async function compactLog(
  db: Database,
  clock: Clock,
  crashAt: CrashAt = () => {},
  pause: () => Promise<void> = async () => undefined,
  limits: CompactionLimits = LIMITS,
): Promise<number> {
  const { log_from } = await db.selectFrom('sync_epoch').select('log_from').executeTakeFirstOrThrow();
  const young = new Date(clock() - limits.older_than_ms);
  const newest = await db
    .selectFrom('sync_checkpoint')
    .select(['number', 'last_seq'])
    .where('made_at', '<=', young)
    .where('number', '>', log_from)
    .where('delta_ends', '=', true)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!newest) return 0;
  let removed = 0;
  let window = open(newest);
  for await (const region of regions(db, newest, log_from, limits.page_rows)) {
    await pause();
    if (window.regions > 0 && window.bytes + bytesAdded(window, region.changes) > limits.window_bytes) {
      removed += await close(db, window, crashAt, pause, limits.page_rows);
      window = open(window.start);
    }
    add(window, region.start, region.changes);
  }
  return removed + (await close(db, window, crashAt, pause, limits.page_rows));
}

function open(end: Boundary): Window {
  return { end, start: end, keys: new Set(), replaced: [], bytes: 0, regions: 0 };
}

/** An upper bound: a row that comes twice in the region counts twice. */
function bytesAdded(window: Window, changes: readonly Change[]): number {
  return changes.reduce((sum, { key, bytes }) => sum + (window.keys.has(key) ? 0 : bytes), 0);
}

function add(window: Window, start: Boundary, changes: readonly Change[]): void {
  for (const { seq, key, bytes } of changes) {
    if (window.keys.has(key)) window.replaced.push(seq);
    else {
      window.keys.add(key);
      window.bytes += bytes;
    }
  }
  window.start = start;
  window.regions += 1;
}

/** From boundary to boundary, newest first, with the changes between them, newest first. */
async function* regions(
  db: Database,
  newest: Boundary,
  log_from: number,
  page_rows: number,
): AsyncGenerator<{ readonly start: Boundary; readonly changes: readonly Change[] }> {
  let changes: Change[] = [];
  let page: readonly Change[] = [];
  let at = 0;
  let before = newest.last_seq;
  for (let from = newest; ; ) {
    const starts = await db
      .selectFrom('sync_checkpoint')
      .select(['number', 'last_seq'])
      .where('number', '<', from.number)
      .where('number', '>=', log_from)
      .where((each) => each.or([each('delta_ends', '=', true), each('number', '=', log_from)]))
      .orderBy('number', 'desc')
      .limit(page_rows)
      .execute();
    for (const start of starts) {
      for (;;) {
        if (at >= page.length) {
          page = await readBack(db, before, page_rows);
          at = 0;
          before = (page.at(-1)?.seq ?? 0) - 1;
        }
        const change = page[at];
        if (!change || change.seq <= start.last_seq) break;
        changes.push(change);
        at += 1;
      }
      yield { start, changes };
      changes = [];
      from = start;
    }
    if (starts.length < page_rows) return;
  }
}

async function readBack(db: Database, until_seq: number, page_rows: number): Promise<readonly Change[]> {
  const { rows } = await sql<Change>`
    select seq, bucket || ' ' || pk as key, coalesce(length(image), 0) + ${ROW_BYTES}::int as bytes
    from sync_log where seq <= ${until_seq} order by seq desc limit ${page_rows}`.execute(db);
  return rows;
}

/** First no delta ends inside any more, then the replaced changes go: one that is being read meanwhile breaks off. */
async function close(
  db: Database,
  { start, end, replaced }: Window,
  crashAt: CrashAt,
  pause: () => Promise<void>,
  page_rows: number,
): Promise<number> {
  if (replaced.length === 0) return 0;
  for (let after = start.number; after < end.number - 1; after += page_rows) {
    await pause();
    await closeCheckpoints(db, { after, until: Math.min(after + page_rows, end.number - 1), end: end.number });
  }
  crashAt('server.compact.marked');
  for (let at = 0; at < replaced.length; at += page_rows) {
    await pause();
    await sql`delete from sync_log where seq = any(${replaced.slice(at, at + page_rows)}::bigint[])`.execute(db);
  }
  return replaced.length;
}

/** What the checkpoints inside name, the last one names from now on: whoever counts from inside still hears of it. */
async function closeCheckpoints(
  db: Database,
  inside: { readonly after: number; readonly until: number; readonly end: number },
): Promise<void> {
  const { after, until, end } = inside;
  await db.transaction().execute(async (tx) => {
    // Two of them take turns, or one would move names away that the other has just read.
    await tx.selectFrom('sync_epoch').select('epoch').forUpdate().execute();
    await sql`
      update sync_checkpoint set buckets = (select coalesce(array_agg(distinct b order by b), '{}')
        from sync_checkpoint c, unnest(c.buckets) b where (c.number > ${after} and c.number <= ${until}) or c.number = ${end})
      where number = ${end}`.execute(tx);
    await tx
      .updateTable('sync_checkpoint')
      .set({ delta_ends: false, buckets: [] })
      .where('number', '>', after)
      .where('number', '<=', until)
      .execute();
  });
}
