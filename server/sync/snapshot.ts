/** POST /sync/snapshot: the rows of buckets as they are now, in short reads; the client closes the gap with a delta. */
import { sql } from 'kysely';
import type { SnapshotHeader, SnapshotRequest } from '#contract/wire/protocol.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { readHead } from './checkpoints.ts';
import { readColumnBlock } from './columnBlock.ts';
import { hashSql, imageSql } from './image.ts';
import type { Scope } from './scope.ts';

/** Rows one statement reads. Buckets below it are read together, larger ones page by key. */
const READ_ROWS = 5_000;
/** Buckets counted ahead in one statement. */
const COUNT_BUCKETS = 64;

/** Rows of a table's first block of columns, before it is known how wide they are; and of any. */
const FIRST_BLOCK_ROWS = 1_000;
const MOST_BLOCK_ROWS = 10_000;
const BLOCK_CHARACTERS = 500_000;

interface Wanted {
  readonly bucket: number;
  readonly after: string | number | null;
}
interface Part {
  readonly rows: number;
  /** Lines with newlines, empty for none. */
  readonly text: string;
  readonly last: string | number | null;
}
const NOTHING: Part = { rows: 0, text: '', last: null };

/** Throws 403 `not_permitted` for a bucket outside the scope, 409 `unknown_checkpoint` for another epoch. */
export async function* snapshotLines(
  db: Database,
  scope: Scope,
  request: SnapshotRequest,
): AsyncGenerator<string, void, undefined> {
  for (const { bucket } of request.buckets) {
    if (!scope.ids.has(bucket)) throw new HttpError(403, 'not_permitted', `Bucket ${bucket} is not in your scope.`);
  }
  const { epoch } = await readHead(db);
  if (request.epoch !== epoch) {
    throw new HttpError(409, 'unknown_checkpoint', 'The server started a new epoch. Open the sync again.');
  }
  if (request.encoding === 'columns') {
    const header: SnapshotHeader = { epoch, encoding: 'columns' };
    yield `${JSON.stringify(header)}\n`;
    yield* columnLines(db, scope, request);
    return;
  }
  const header: SnapshotHeader = { epoch };
  yield `${JSON.stringify(header)}\n`;

  let sent_rows = 0;
  for (let start = 0; start < request.buckets.length && sent_rows < request.limit_rows; ) {
    const run = sameTable(scope, request.buckets, start);
    const table = scope.tableOf(run[0]?.bucket ?? 0);
    const counts = await countRows(db, table, run);
    const together = takeTogether(run, counts, request.limit_rows - sent_rows);
    if (together.length > 0) {
      const parts = await readWhole(
        db,
        table,
        together.filter(({ bucket }) => (counts.get(bucket) ?? 0) > 0).map(({ bucket }) => bucket),
      );
      for (const { bucket } of together) {
        const part = parts.get(bucket) ?? NOTHING;
        sent_rows += part.rows;
        yield `${part.text}${JSON.stringify({ bucket, complete: true, rows: part.rows })}\n`;
      }
      start += together.length;
      continue;
    }
    const [wanted] = run;
    if (!wanted) throw new Error('a run of buckets is never empty');
    let rows = 0;
    let complete = false;
    for (let after = wanted.after; !complete && sent_rows < request.limit_rows; ) {
      const limit = Math.min(READ_ROWS, request.limit_rows - sent_rows);
      const part = await readPage(db, table, wanted.bucket, after, limit);
      complete = part.rows < limit;
      after = part.last ?? after;
      rows += part.rows;
      sent_rows += part.rows;
      if (part.rows > 0) yield part.text;
    }
    yield `${JSON.stringify({ bucket: wanted.bucket, complete, rows })}\n`;
    start += 1;
  }
  yield `${JSON.stringify({ end: true, rows: sent_rows })}\n`;
}

/** Blocks of columns, each as many rows as make about BLOCK_CHARACTERS. */
async function* columnLines(
  db: Database,
  scope: Scope,
  request: SnapshotRequest,
): AsyncGenerator<string, void, undefined> {
  let sent_rows = 0;
  for (let start = 0; start < request.buckets.length && sent_rows < request.limit_rows; ) {
    const run = sameTable(scope, request.buckets, start).map(({ bucket }) => bucket);
    const table = scope.tableOf(run[0] ?? 0);
    let after = request.buckets[start]?.after ?? null;
    let block_rows = FIRST_BLOCK_ROWS;
    let rows = 0;
    let at = 0;
    while (at < run.length && sent_rows < request.limit_rows) {
      const limit = Math.min(block_rows, request.limit_rows - sent_rows);
      const block = await readColumnBlock(db, table, run.slice(at), after, limit);
      sent_rows += block.rows;
      const counts = new Map(block.runs);
      const reached = block.runs.at(-1)?.[0];
      let ends = '';
      for (; at < run.length; at++) {
        const bucket = run[at];
        rows += counts.get(bucket ?? 0) ?? 0;
        // a full block may have been cut inside its last bucket
        if (block.rows >= limit && bucket === reached) break;
        ends += `${JSON.stringify({ bucket, complete: true, rows })}\n`;
        rows = 0;
      }
      after = at < run.length ? block.last_id : null;
      yield block.text + ends;
      if (block.rows > 0) {
        block_rows = Math.max(
          1,
          Math.min(MOST_BLOCK_ROWS, Math.round((block.rows / block.text.length) * BLOCK_CHARACTERS)),
        );
      }
    }
    if (at < run.length) {
      yield `${JSON.stringify({ bucket: run[at], complete: false, rows })}\n`;
      break;
    }
    start += run.length;
  }
  yield `${JSON.stringify({ end: true, rows: sent_rows })}\n`;
}

/** The next buckets of one table, in the order asked for; only the first may be resumed. */
function sameTable(scope: Scope, buckets: readonly Wanted[], start: number): readonly Wanted[] {
  const first = buckets[start];
  if (!first) throw new Error('a run begins inside the request');
  const table = scope.tableOf(first.bucket);
  let end = start + 1;
  for (; end < Math.min(buckets.length, start + COUNT_BUCKETS); end++) {
    const next = buckets[end];
    if (!next || next.after !== null || scope.tableOf(next.bucket) !== table) break;
  }
  return buckets.slice(start, end);
}

/** The leading buckets that fit into one statement and the limit; none when the first must be paged. */
function takeTogether(run: readonly Wanted[], counts: ReadonlyMap<number, number>, limit: number): readonly Wanted[] {
  const most = Math.min(limit, READ_ROWS);
  let rows = 0;
  let taken = 0;
  for (const { bucket, after } of run) {
    rows += counts.get(bucket) ?? 0;
    if (after !== null || rows > most) break;
    taken += 1;
  }
  return run.slice(0, taken);
}

async function countRows(db: Database, table: WireTable, run: readonly Wanted[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ bucket: number; rows: number }>`
    select bucket, count(*)::int as rows from ${sql.table(table.name)}
    where bucket = any(${run.map(({ bucket }) => bucket)}::int[]) group by bucket`.execute(db);
  return new Map(rows.map((row) => [row.bucket, row.rows]));
}

/** SQL of a line: `[bucket,id,ver,image,"hash"]` from a row `r` of (bucket, id, ver, image). */
function lineSql(table: WireTable): string {
  const id = table.idType === 'text' ? `'"' || r.id || '"'` : 'r.id';
  return `'[' || r.bucket || ',' || ${id} || ',' || r.ver || ',' || r.image || ',"' || ${hashSql('r.id', 'r.ver', 'r.image')} || '"]'`;
}

/** `offset 0` keeps the planner from merging the inner query, which would build every image twice (text and hash). */
async function readWhole(
  db: Database,
  table: WireTable,
  buckets: readonly number[],
): Promise<ReadonlyMap<number, Part>> {
  if (buckets.length === 0) return new Map();
  const { rows } = await sql<{ bucket: number; rows: number; lines: string }>`
    select r.bucket, count(*)::int as rows, string_agg(${sql.raw(lineSql(table))}, e'\n' order by r.id) as lines
    from (select t.bucket, t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
      from ${sql.table(table.name)} t where t.bucket = any(${buckets}::int[]) offset 0) r
    group by r.bucket`.execute(db);
  return new Map(rows.map((row) => [row.bucket, { rows: row.rows, text: `${row.lines}\n`, last: null }]));
}

async function readPage(
  db: Database,
  table: WireTable,
  bucket: number,
  after: string | number | null,
  limit: number,
): Promise<Part> {
  if (after !== null && (typeof after === 'number') !== (table.idType === 'integer')) {
    throw new HttpError(400, 'bad_arguments', `An id of ${table.name} is ${table.idType}.`);
  }
  const behind = after === null ? sql`` : sql`and t.id > ${after}`;
  const { rows } = await sql<{ rows: number; lines: string | null; last: string | number | null }>`
    select count(*)::int as rows, string_agg(${sql.raw(lineSql(table))}, e'\n' order by r.id) as lines, max(r.id) as last
    from (select t.bucket, t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
      from ${sql.table(table.name)} t where t.bucket = ${bucket} ${behind}
      order by t.id limit ${limit}) r`.execute(db);
  const part = rows[0];
  if (!part || part.rows === 0) return NOTHING;
  return { rows: part.rows, text: `${part.lines}\n`, last: part.last };
}
