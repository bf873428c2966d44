/** POST /sync/delta: what changed in the caller's scope between two checkpoints, as text made by SQL. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Checkpoint, DeltaHeader, DeltaRequest, EndLine } from '#contract/wire/protocol.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { findCheckpoint, type Head, readHead } from './checkpoints.ts';
import { lineSql } from './lines.ts';
import { lostOnTheWay, type Scope } from './scope.ts';

/** A delta ends at the last checkpoint within this many log rows, or after one checkpoint of any size. */
export const DELTA_ROWS = 20_000;
/** In one checkpoint a client takes up to so many rows; of the rest it loads the buckets afresh, which is bounded by what they hold. */
export const MOST_DELTA_ROWS = 250_000;
/** Log rows looked at by one statement: short reads, bounded memory. */
const READ_ROWS = 5_000;

/** Throws 409 `unknown_checkpoint`: the client opens again and resets. */
export async function* deltaLines(
  db: Database,
  scopeNow: () => Promise<Scope>,
  request: DeltaRequest,
  most_rows: number,
  delta_rows = DELTA_ROWS,
): AsyncGenerator<string, void, undefined> {
  const at = await readHead(db);
  const from_seq = request.epoch === at.epoch ? await findCheckpoint(db, at, request.from) : null;
  if (from_seq === null) {
    throw new HttpError(409, 'unknown_checkpoint', 'The server does not know this checkpoint. Open the sync again.');
  }
  // After the head: a bucket made by any row up to it is then in the registry, and none of its rows is passed over.
  const scope = await scopeNow();
  let permitted = scope;
  const to = await endOfDelta(db, at, request.from, from_seq + delta_rows);
  const reload = request.reloads ? await tooMany(db, scope, from_seq, to.last_seq, most_rows) : [];
  const left_out = new Set(reload);
  const sent = scope.list.filter((bucket) => !left_out.has(bucket));
  const header: DeltaHeader = {
    epoch: at.epoch,
    from: request.from,
    to: to.checkpoint,
    head: at.head,
    scope_hash: scope.hash,
    ...(reload.length === 0 ? {} : { reload }),
  };
  const sent_hash = createHash('sha256');
  const said = (text: string): string => {
    sent_hash.update(text);
    return text;
  };
  yield said(`${JSON.stringify(header)}\n`);
  let rows = 0;
  for (let after = from_seq; after < to.last_seq; ) {
    const part = await readLog(db, sent, after, to.last_seq);
    rows += part.rows;
    after = part.reached ?? to.last_seq;
    if (part.lines === null) continue;
    const now = await scopeNow();
    if (now !== permitted && scope.list.some((bucket) => !now.ids.has(bucket))) throw lostOnTheWay();
    permitted = now;
    yield said(`${part.lines}\n`);
  }
  // A prune, a compaction or a new epoch while reading would have left a hole.
  const still = await readHead(db);
  const whole = to.checkpoint.number === request.from.number || (await mayEndAt(db, to.checkpoint));
  if (still.epoch !== at.epoch || still.log_from > request.from.number || !whole) {
    throw new Error('the log was cut while a delta was read');
  }
  const end: EndLine = { end: true, rows, hash: sent_hash.digest('hex') };
  yield `${JSON.stringify(end)}\n`;
}

/** The farthest end up to there, or the next one at any distance. */
async function endOfDelta(
  db: Database,
  at: Head,
  from: Checkpoint,
  farthest_seq: number,
): Promise<{ readonly checkpoint: Checkpoint; readonly last_seq: number }> {
  if (from.number === at.head.number) return { checkpoint: at.head, last_seq: at.last_seq };
  const ends = db
    .selectFrom('sync_checkpoint')
    .select(['number', 'id', 'last_seq'])
    .where('number', '>', from.number)
    .where('number', '<=', at.head.number)
    .where('delta_ends', '=', true)
    .limit(1);
  const row =
    (await ends.where('last_seq', '<=', farthest_seq).orderBy('number', 'desc').executeTakeFirst()) ??
    (await ends.orderBy('number').executeTakeFirst());
  if (!row) throw new HttpError(503, 'server_error', 'The log was tidied meanwhile. Ask again.', true);
  return { checkpoint: { number: row.number, id: row.id }, last_seq: row.last_seq };
}

/** False once a compaction went over it. */
async function mayEndAt(db: Database, { number }: Checkpoint): Promise<boolean> {
  const row = await db
    .selectFrom('sync_checkpoint')
    .select('delta_ends as ends')
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.ends === true;
}

/** The fewest buckets without which the rows are few enough; none as a rule. */
async function tooMany(
  db: Database,
  scope: Scope,
  after: number,
  until: number,
  most_rows: number,
): Promise<readonly number[]> {
  if (until - after <= most_rows) return [];
  const { rows } = await sql<{ bucket: number; rows: number }>`
    select bucket, count(*)::int as rows from sync_log
    where seq > ${after} and seq <= ${until} and bucket = any(${scope.list}::int[])
    group by bucket order by count(*) desc, bucket`.execute(db);
  let left = rows.reduce((sum, each) => sum + each.rows, 0);
  const reload: number[] = [];
  for (const each of rows) {
    if (left <= most_rows) break;
    reload.push(each.bucket);
    left -= each.rows;
  }
  return reload;
}

async function readLog(
  db: Database,
  buckets: readonly number[],
  after: number,
  until: number,
): Promise<{ readonly lines: string | null; readonly rows: number; readonly reached: number | null }> {
  const own = sql`l.bucket = any(${buckets}::int[])`;
  const { rows } = await sql<{ lines: string | null; rows: number; reached: number | null }>`
    select max(seq) as reached, (count(*) filter (where ${own}))::int as rows,
      string_agg(${lineSql()}, e'\n' order by seq) filter (where ${own}) as lines
    from (select * from sync_log where seq > ${after} and seq <= ${until} order by seq limit ${READ_ROWS}) l`.execute(
    db,
  );
  const part = rows[0];
  if (!part) throw new Error('the log read answered nothing');
  return part;
}
