/** POST /sync/delta: what changed in the caller's scope between two checkpoints, as text made by SQL. */
import { sql } from 'kysely';
import type { Checkpoint, DeltaHeader, DeltaRequest } from '#contract/wire/protocol.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { findCheckpoint, type Head, readHead } from './checkpoints.ts';
import { lostOnTheWay, type Scope } from './scope.ts';

/** A delta ends at the last checkpoint within this many log rows, or after one checkpoint of any size. */
const DELTA_ROWS = 20_000;
/** Log rows looked at by one statement: short reads, bounded memory. */
const READ_ROWS = 5_000;

const TEXT_KEYED = WIRE_TABLES.filter((table) => table.idType === 'text').map((table) => table.id);

/** Throws 409 `unknown_checkpoint`: the client opens again and resets. */
export async function* deltaLines(
  db: Database,
  scopeNow: () => Promise<Scope>,
  request: DeltaRequest,
): AsyncGenerator<string, void, undefined> {
  const at = await readHead(db);
  const from_seq = request.epoch === at.epoch ? await findCheckpoint(db, at, request.from) : null;
  if (from_seq === null) {
    throw new HttpError(409, 'unknown_checkpoint', 'The server does not know this checkpoint. Open the sync again.');
  }
  // After the head: a bucket made by any row up to it is then in the registry, and none of its rows is passed over.
  const scope = await scopeNow();
  let permitted = scope;
  const to = await endOfDelta(db, at, request.from, from_seq);
  const header: DeltaHeader = {
    epoch: at.epoch,
    from: request.from,
    to: to.checkpoint,
    head: at.head,
    scope_hash: scope.hash,
  };
  yield `${JSON.stringify(header)}\n`;
  let rows = 0;
  for (let after = from_seq; after < to.last_seq; after += READ_ROWS) {
    const part = await readLog(db, scope, after, Math.min(after + READ_ROWS, to.last_seq));
    rows += part.rows;
    if (part.lines === null) continue;
    const now = await scopeNow();
    if (now !== permitted && scope.list.some((bucket) => !now.ids.has(bucket))) throw lostOnTheWay();
    permitted = now;
    yield `${part.lines}\n`;
  }
  // A prune or a new epoch while reading would have left a hole.
  const still = await readHead(db);
  if (still.epoch !== at.epoch || still.log_from > request.from.number) {
    throw new Error('the log was cut while a delta was read');
  }
  yield `${JSON.stringify({ end: true, rows })}\n`;
}

async function endOfDelta(
  db: Database,
  at: Head,
  from: Checkpoint,
  from_seq: number,
): Promise<{ readonly checkpoint: Checkpoint; readonly last_seq: number }> {
  if (from.number === at.head.number) return { checkpoint: at.head, last_seq: at.last_seq };
  const row = await db
    .selectFrom('sync_checkpoint')
    .select(['number', 'id', 'last_seq'])
    .where('number', '>', from.number)
    .where('number', '<=', at.head.number)
    .where((each) => each.or([each('last_seq', '<=', from_seq + DELTA_ROWS), each('number', '=', from.number + 1)]))
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return { checkpoint: { number: row.number, id: row.id }, last_seq: row.last_seq };
}

async function readLog(
  db: Database,
  scope: Scope,
  after: number,
  until: number,
): Promise<{ readonly lines: string | null; readonly rows: number }> {
  const key = sql`case when tbl = any(${TEXT_KEYED}::int[]) then '"' || pk || '"' else pk end`;
  const { rows } = await sql<{ lines: string | null; rows: number }>`
    select count(*)::int as rows, string_agg(
      case op when 'U' then '[' || bucket || ',"U",' || ${key} || ',' || ver || ',' || image || ',"' || hash || '"]'
      else '[' || bucket || ',"D",' || ${key} || ',' || ver || ']' end, e'\n' order by seq) as lines
    from sync_log where seq > ${after} and seq <= ${until} and bucket = any(${scope.list}::int[])`.execute(db);
  const part = rows[0];
  if (!part) throw new Error('the log read answered nothing');
  return part;
}
