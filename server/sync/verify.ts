/**
 * POST /sync/verify: rows and hash of buckets, and of ranges of keys within them, in one snapshot that stands exactly at
 * the asked checkpoint.
 */
import { sql } from 'kysely';
import {
  type Checkpoint,
  MOST_RANGE_ROWS,
  type VerifiedRange,
  type VerifyRange,
  type VerifyRequest,
  type VerifyResponse,
  type VerifyRow,
} from '#contract/wire/protocol.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { type BucketSum, carrySums, keepSums, keptSums } from './bucketSums.ts';
import { type Head, readHead } from './checkpoints.ts';
import { hashSql, imageSql } from './image.ts';
import type { Scope } from './scope.ts';

interface Compared {
  readonly at: Head;
  readonly known: readonly BucketSum[];
  readonly read: readonly BucketSum[];
  readonly unread: readonly number[];
  readonly ranges: readonly VerifiedRange[];
}

const EMPTY_HASH = '0'.repeat(16);

/** `drain` resolves to a head that holds everything committed before. Throws 403 for a bucket outside the scope. */
export async function verifyScope(
  db: Database,
  scope: Scope,
  request: VerifyRequest,
  drain: () => Promise<Checkpoint>,
  clock: Clock,
): Promise<VerifyResponse> {
  const ranges = request.ranges ?? [];
  const wanted = [...new Set(request.buckets ?? (request.ranges ? [] : scope.list))];
  for (const bucket of [...wanted, ...ranges.map((range) => range.bucket)]) {
    if (!scope.ids.has(bucket)) throw new HttpError(403, 'not_permitted', `Bucket ${bucket} is not in your scope.`);
  }
  const head = await drain();
  if (head.number !== request.checkpoint.number || head.id !== request.checkpoint.id) return { moved: true, head };
  const compared = await db.transaction().execute(async (tx): Promise<Compared | { readonly head: Checkpoint }> => {
    // As a statement, because the embedded engine's driver passes no isolation level.
    await sql`set transaction isolation level repeatable read read only`.execute(tx);
    const at = await readHead(tx);
    const { rows } = await sql<{ waiting: boolean }>`select exists (select 1 from sync_outbox) as waiting`.execute(tx);
    if (at.epoch !== request.epoch || at.head.id !== request.checkpoint.id || rows[0]?.waiting !== false) {
      return { head: at.head };
    }
    const kept = request.read === 'rows' ? new Map<number, BucketSum>() : await keptSums(tx, at, wanted, clock());
    const others = wanted.filter((bucket) => !kept.has(bucket));
    return {
      at,
      known: [...kept.values()],
      read: request.read === 'nothing' ? [] : await readBuckets(tx, scope, others),
      unread: request.read === 'nothing' ? others : [],
      ranges: await readRanges(tx, scope, ranges),
    };
  });
  if (!('at' in compared)) return { moved: true, head: compared.head };
  await keepSums(db, compared.at, compared.read, clock());
  await carrySums(
    db,
    compared.at,
    compared.known.map(([bucket]) => bucket),
  );
  return {
    moved: false,
    buckets: [...compared.known, ...compared.read].filter(([, rows]) => rows > 0).toSorted((a, b) => a[0] - b[0]),
    ...(request.read === 'nothing' ? { unread: compared.unread } : {}),
    ...(request.ranges ? { ranges: compared.ranges } : {}),
  };
}

/** Empty buckets too: that they are is as much to be kept. */
async function readBuckets(tx: Database, scope: Scope, buckets: readonly number[]): Promise<readonly BucketSum[]> {
  const byTable = Map.groupBy(buckets, (bucket) => scope.tableOf(bucket));
  const sums: BucketSum[] = [];
  for (const [table, ids] of byTable) {
    const { rows } = await sql<{ bucket: number; rows: number; total: string }>`
      select r.bucket, count(*)::int as rows, sum(${sql.raw(hashNumberSql('r'))})::text as total
      from (select t.bucket, t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
        from ${sql.table(table.name)} t where t.bucket = any(${ids}::int[])) r
      group by r.bucket`.execute(tx);
    const found = new Map(rows.map((row) => [row.bucket, row]));
    for (const bucket of ids) {
      const sum = found.get(bucket);
      sums.push([bucket, sum?.rows ?? 0, sum ? hex64(BigInt(sum.total)) : EMPTY_HASH]);
    }
  }
  return sums;
}

async function readRanges(
  tx: Database,
  scope: Scope,
  ranges: readonly VerifyRange[],
): Promise<readonly VerifiedRange[]> {
  const answers: VerifiedRange[] = [];
  for (const range of ranges) answers.push(await readRange(tx, scope.tableOf(range.bucket), range));
  return answers;
}

async function readRange(tx: Database, table: WireTable, range: VerifyRange): Promise<VerifiedRange> {
  for (const end of [range.after, range.upto]) {
    if (end !== null && (typeof end === 'number') !== (table.idType === 'integer')) {
      throw new HttpError(400, 'bad_arguments', `An id of ${table.name} is ${table.idType}.`);
    }
  }
  // byte by byte, as the replica orders them
  const id = table.idType === 'text' ? sql`t.id collate "C"` : sql`t.id`;
  const within = sql`t.bucket = ${range.bucket}
    ${range.after === null ? sql`` : sql`and ${id} > ${range.after}`}
    ${range.upto === null ? sql`` : sql`and ${id} <= ${range.upto}`}`;
  const { rows } = await sql<{ rows: number; total: string | null }>`
    select count(*)::int as rows, sum(${sql.raw(hashNumberSql('r'))})::text as total
    from (select t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
      from ${sql.table(table.name)} t where ${within}) r`.execute(tx);
  const sum = rows[0] ?? { rows: 0, total: null };
  const answer = { rows: sum.rows, hash: hex64(BigInt(sum.total ?? 0)) };
  if (!range.rows || sum.rows > MOST_RANGE_ROWS) return answer;
  const lines = await sql<{ id: string | number; ver: number; image: string; hash: string }>`
    select r.id, r.ver, r.image, ${sql.raw(hashSql('r.id', 'r.ver', 'r.image'))} as hash
    from (select t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
      from ${sql.table(table.name)} t where ${within} order by ${id}) r`.execute(tx);
  return {
    ...answer,
    lines: lines.rows.map(({ id, ver, image, hash }): VerifyRow => [id, ver, JSON.parse(image) as VerifyRow[2], hash]),
  };
}

/** SQL of a row's hash as a number. */
function hashNumberSql(row: string): string {
  return `('x' || ${hashSql(`${row}.id`, `${row}.ver`, `${row}.image`)})::bit(64)::bigint::numeric`;
}

/** PostgreSQL adds the hashes as signed numbers; modulo 2^64 that is the same sum. */
function hex64(total: bigint): string {
  return BigInt.asUintN(64, total).toString(16).padStart(16, '0');
}
