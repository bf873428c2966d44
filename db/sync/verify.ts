/**
 * Does the copy equal the server? Bucket hashes are computed from the stored rows, never from what was received, and
 * compared at exactly one checkpoint. Buckets that differ are loaded again and said.
 */
import type { VerifyResult } from '#contract/actions.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import { WIRE_TABLES, type WireTable, wireTableById } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { CopyWriter } from './copyWriter.ts';
import { brokenAnswer } from './failure.ts';
import type { Puller } from './pull.ts';
import { addRowHash, bucketHashHex, rowHash } from './rowHash.ts';
import type { WireClient } from './wireClient.ts';

const MAX_TRIES = 6;

/** What the stored rows add up to. Plain data: it crosses from a worker thread. */
export interface CopyHashes {
  readonly checkpoint: number;
  /** [bucket, table id, rows, hash] of every complete bucket, empty ones too. */
  readonly buckets: readonly (readonly [number, number, number, string])[];
}

/** Reads every row of complete buckets. Call it inside one read transaction. */
export function copyHashes(reader: Connection, checkCancelled: () => void): CopyHashes {
  const checkpoint = reader.prepare('SELECT checkpoint_number FROM main.replica_meta').pluck().get();
  if (typeof checkpoint !== 'number') throw new Error('a copy without a checkpoint has nothing to verify');
  const complete = reader
    .prepare<unknown[], { id: number; tbl: number }>("SELECT id, tbl FROM main.bucket WHERE state = 'complete'")
    .all();
  const sums = new Map(complete.map(({ id, tbl }) => [id, { tbl, rows: 0, sum: 0n }]));
  const missing = new Set(
    reader.prepare<unknown[], number>("SELECT id FROM main.bucket WHERE state = 'missing'").pluck().all(),
  );
  for (const table of WIRE_TABLES) {
    addTable(reader, table, sums, missing);
    checkCancelled();
  }
  return {
    checkpoint,
    buckets: [...sums].map(([id, { tbl, rows, sum }]) => [id, tbl, rows, bucketHashHex(sum)] as const),
  };
}

function addTable(
  reader: Connection,
  table: WireTable,
  sums: Map<number, { tbl: number; rows: number; sum: bigint }>,
  missing: ReadonlySet<number>,
): void {
  const names = ['id', 'ver', 'bucket', ...table.columns.map((column) => column.name)];
  const rows = reader
    .prepare<unknown[], [string | number, number, number, ...ImageValue[]]>(
      `SELECT ${names.join(', ')} FROM main.${table.name}`,
    )
    .raw();
  for (const [id, ver, bucket, ...image] of rows.iterate()) {
    const entry = sums.get(bucket);
    if (!entry) {
      if (!missing.has(bucket)) throw new Error(`a row of ${table.name} lies in no known bucket`);
      continue;
    }
    if (entry.tbl !== table.id) throw new Error(`a row of ${table.name} lies in a bucket of another table`);
    entry.rows += 1;
    entry.sum = addRowHash(entry.sum, rowHash(id, ver, image));
  }
}

export interface VerifyParts {
  readonly client: WireClient;
  readonly client_id: string;
  readonly puller: Puller;
  readonly writer: CopyWriter;
  /** Runs copyHashes on a reading connection. */
  readonly hashes: () => Promise<CopyHashes>;
}

/** Brings the copy to the head, compares, and loads again what differs. */
export async function verifyCopy(parts: VerifyParts, signal: AbortSignal): Promise<VerifyResult> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    await parts.puller.pull(signal);
    const { epoch, checkpoint } = parts.writer.standing();
    if (epoch === null || checkpoint === null) throw new Error('a pulled copy has a checkpoint');
    const theirs = await parts.client.verify({ client_id: parts.client_id, epoch, checkpoint }, signal);
    if (theirs.moved) continue;
    const ours = await parts.hashes();
    if (ours.checkpoint !== checkpoint.number) continue;
    const differing = compare(ours, theirs.buckets);
    // the scope moved between the pull and the comparison: the next pull loads what is new
    if (!differing) continue;
    if (differing.length > 0) {
      parts.writer.markMissing(differing.map((entry) => entry.bucket));
      await parts.puller.pull(signal);
    }
    return {
      equal: differing.length === 0,
      tables: new Set(ours.buckets.map(([, tbl]) => tbl)).size,
      rows: ours.buckets.reduce((sum, [, , rows]) => sum + rows, 0),
      checkpoint: checkpoint.number,
      unequal_tables: [...new Set(differing.map((entry) => entry.table))].toSorted(),
      repaired_buckets: differing.length,
    };
  }
  throw brokenAnswer('the server kept changing while it was compared; try again in a quiet moment');
}

function compare(
  ours: CopyHashes,
  theirs: readonly (readonly [number, number, string])[],
): { bucket: number; table: string }[] | undefined {
  const expected = new Map(theirs.map(([bucket, rows, sum]) => [bucket, `${rows}|${sum}`]));
  const differing: { bucket: number; table: string }[] = [];
  const empty = `0|${bucketHashHex(0n)}`;
  const seen = new Set<number>();
  for (const [bucket, tbl, rows, sum] of ours.buckets) {
    seen.add(bucket);
    if ((expected.get(bucket) ?? empty) !== `${rows}|${sum}`) {
      differing.push({ bucket, table: wireTableById(tbl)?.name ?? `table ${tbl}` });
    }
  }
  for (const bucket of expected.keys()) if (!seen.has(bucket)) return undefined;
  return differing;
}
