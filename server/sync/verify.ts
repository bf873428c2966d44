/** POST /sync/verify: rows and hash of every bucket, read in one snapshot that stands exactly at the asked checkpoint. */
import { sql } from 'kysely';
import type { Checkpoint, VerifyRequest, VerifyResponse } from '#contract/wire/protocol.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { readHead } from './checkpoints.ts';
import { hashSql, imageSql } from './image.ts';
import type { Scope } from './scope.ts';

type BucketSum = readonly [bucket: number, rows: number, hash: string];

/** `drain` resolves to a head that holds everything committed before. Throws 403 for a bucket outside the scope. */
export async function verifyScope(
  db: Database,
  scope: Scope,
  request: VerifyRequest,
  drain: () => Promise<Checkpoint>,
): Promise<VerifyResponse> {
  const wanted = request.buckets ?? scope.list;
  for (const bucket of wanted) {
    if (!scope.ids.has(bucket)) throw new HttpError(403, 'not_permitted', `Bucket ${bucket} is not in your scope.`);
  }
  const head = await drain();
  if (head.number !== request.checkpoint.number || head.id !== request.checkpoint.id) return { moved: true, head };
  return await db.transaction().execute(async (tx): Promise<VerifyResponse> => {
    // As a statement, because the embedded engine's driver passes no isolation level.
    await sql`set transaction isolation level repeatable read read only`.execute(tx);
    const now = await readHead(tx);
    const { rows } = await sql<{ waiting: boolean }>`select exists (select 1 from sync_outbox) as waiting`.execute(tx);
    if (now.epoch !== request.epoch || now.head.id !== request.checkpoint.id || rows[0]?.waiting !== false) {
      return { moved: true, head: now.head };
    }
    const byTable = Map.groupBy(new Set(wanted), (bucket) => scope.tableOf(bucket));
    const buckets: BucketSum[] = [];
    for (const [table, ids] of byTable) buckets.push(...(await sumBuckets(tx, table, ids)));
    return { moved: false, buckets: buckets.toSorted((a, b) => a[0] - b[0]) };
  });
}

async function sumBuckets(tx: Database, table: WireTable, buckets: readonly number[]): Promise<readonly BucketSum[]> {
  const { rows } = await sql<{ bucket: number; rows: number; total: string }>`
    select r.bucket, count(*)::int as rows,
      sum(('x' || ${sql.raw(hashSql('r.id', 'r.ver', 'r.image'))})::bit(64)::bigint::numeric)::text as total
    from (select t.bucket, t.id, t.ver, ${sql.raw(imageSql(table, 't'))} as image
      from ${sql.table(table.name)} t where t.bucket = any(${buckets}::int[])) r
    group by r.bucket`.execute(tx);
  return rows.map((row) => [row.bucket, row.rows, hex64(BigInt(row.total))]);
}

/** PostgreSQL adds the hashes as signed numbers; modulo 2^64 that is the same sum. */
function hex64(total: bigint): string {
  return BigInt.asUintN(64, total).toString(16).padStart(16, '0');
}
