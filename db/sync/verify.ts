/**
 * Does the copy equal the server? Bucket hashes are computed from the stored rows, never from what was received, some
 * buckets at a time: each part is compared at exactly one checkpoint, and neither side is held up for longer than it
 * takes. Buckets that differ are loaded again and said.
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

/** How often one part is tried while the server goes on. */
const MAX_TRIES = 6;
/** Rows of one part, unless a single bucket has more: about a second of the server's time. */
const PART_ROWS = 150_000;
/** As many as a request may name. */
const PART_BUCKETS = 20_000;

/** What the stored rows of some buckets add up to. Plain data: it crosses from a worker thread. */
export interface CopyHashes {
  readonly checkpoint: number;
  /** [bucket, table id, rows, hash], empty buckets too. Of those asked for, the ones that are here. */
  readonly buckets: readonly (readonly [number, number, number, string])[];
}

/** Reads every row of the buckets asked for, or looks for rows of no bucket. Call it inside one read transaction. */
export function copyHashes(reader: Connection, wanted: readonly number[], checkCancelled: () => void): CopyHashes {
  const checkpoint = reader.prepare('SELECT checkpoint_number FROM main.replica_meta').pluck().get();
  if (typeof checkpoint !== 'number') throw new Error('a copy without a checkpoint has nothing to verify');
  const stateOf = reader.prepare<[number], { tbl: number; state: string }>(
    'SELECT tbl, state FROM main.bucket WHERE id = ?',
  );
  const buckets: CopyHashes['buckets'][number][] = [];
  const read = new Map<number, (bucket: number) => { rows: number; sum: bigint }>();
  for (const bucket of wanted) {
    checkCancelled();
    const entry = stateOf.get(bucket);
    const table = entry && wireTableById(entry.tbl);
    if (!table || entry.state !== 'complete') continue;
    const sumOf = read.get(table.id) ?? bucketReader(reader, table);
    read.set(table.id, sumOf);
    const { rows, sum } = sumOf(bucket);
    buckets.push([bucket, table.id, rows, bucketHashHex(sum)]);
  }
  return { checkpoint, buckets };
}

/** Rows that lie in no bucket of their table would be compared with nothing: there are none. */
export function assertNoStrays(reader: Connection, checkCancelled: () => void): void {
  for (const table of WIRE_TABLES) {
    checkCancelled();
    const stray = reader
      .prepare<[number]>(
        `SELECT 1 FROM main.${table.name} WHERE bucket NOT IN (SELECT id FROM main.bucket WHERE tbl = ?) LIMIT 1`,
      )
      .get(table.id);
    if (stray !== undefined) throw new Error(`a row of ${table.name} lies in no known bucket`);
  }
}

function bucketReader(reader: Connection, table: WireTable): (bucket: number) => { rows: number; sum: bigint } {
  const names = ['id', 'ver', ...table.columns.map((column) => column.name)];
  const statement = reader
    .prepare<[number], [string | number, number, ...ImageValue[]]>(
      `SELECT ${names.join(', ')} FROM main.${table.name} WHERE bucket = ?`,
    )
    .raw();
  return (bucket) => {
    let rows = 0;
    let sum = 0n;
    for (const [id, ver, ...image] of statement.iterate(bucket)) {
      rows += 1;
      sum = addRowHash(sum, rowHash(id, ver, image));
    }
    return { rows, sum };
  };
}

export interface VerifyParts {
  readonly client: WireClient;
  readonly client_id: string;
  readonly puller: Puller;
  readonly writer: CopyWriter;
  /** Runs copyHashes on a reading connection. */
  readonly hashes: (buckets: readonly number[]) => Promise<CopyHashes>;
  /** Runs assertNoStrays on a reading connection. */
  readonly strays: () => Promise<void>;
}

/** Brings the copy to the head, compares part by part, and loads again what differs. */
export async function verifyCopy(parts: VerifyParts, signal: AbortSignal): Promise<VerifyResult> {
  const { writer, puller } = parts;
  await puller.pull(signal);
  const compared = new Map<number, { tbl: number; rows: number }>();
  const differing: number[] = [];
  const asked = new Set<number>();
  // a change of the scope under way brings new buckets: they are a part like the others
  for (;;) {
    const part = nextPart(writer, asked);
    if (part.length === 0) break;
    for (const bucket of part) asked.add(bucket);
    const { ours, theirs } = await comparePart(parts, part, signal);
    for (const [bucket, tbl, rows, sum] of ours) {
      compared.set(bucket, { tbl, rows });
      if ((theirs.get(bucket) ?? EMPTY) !== `${rows}|${sum}`) differing.push(bucket);
    }
  }
  await parts.strays();
  const result = [...compared.values()];
  if (differing.length > 0) {
    writer.markMissing(differing);
    await puller.pull(signal);
  }
  const unequal = differing.map((bucket) => nameOf(compared.get(bucket)?.tbl ?? 0));
  return {
    equal: differing.length === 0,
    tables: new Set(result.map(({ tbl }) => tbl)).size,
    rows: result.reduce((sum, { rows }) => sum + rows, 0),
    checkpoint: writer.standing().checkpoint?.number ?? 0,
    unequal_tables: [...new Set(unequal)].toSorted(),
    repaired_buckets: differing.length,
  };
}

const EMPTY = `0|${bucketHashHex(0n)}`;

function nameOf(tbl: number): string {
  return wireTableById(tbl)?.name ?? `table ${tbl}`;
}

function nextPart(writer: CopyWriter, asked: ReadonlySet<number>): readonly number[] {
  const part: number[] = [];
  let rows = 0;
  for (const bucket of writer.completeBuckets()) {
    if (asked.has(bucket.id)) continue;
    if (part.length > 0 && (rows + bucket.rows > PART_ROWS || part.length >= PART_BUCKETS)) break;
    part.push(bucket.id);
    rows += bucket.rows;
  }
  return part;
}

/** Both sides at one checkpoint; those of the buckets that are still here. */
async function comparePart(
  parts: VerifyParts,
  part: readonly number[],
  signal: AbortSignal,
): Promise<{ ours: CopyHashes['buckets']; theirs: ReadonlyMap<number, string> }> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (attempt > 0) await parts.puller.pull(signal);
    const { epoch, checkpoint } = parts.writer.standing();
    if (epoch === null || checkpoint === null) throw new Error('a pulled copy has a checkpoint');
    const here = part.filter((bucket) => parts.writer.knows(bucket));
    if (here.length === 0) return { ours: [], theirs: new Map() };
    const request = { client_id: parts.client_id, epoch, checkpoint, buckets: here };
    const theirs = await parts.client.verify(request, signal);
    if (theirs.moved) continue;
    const ours = await parts.hashes(here);
    if (ours.checkpoint !== checkpoint.number) continue;
    return {
      ours: ours.buckets,
      theirs: new Map(theirs.buckets.map(([bucket, rows, sum]) => [bucket, `${rows}|${sum}`])),
    };
  }
  throw brokenAnswer('the server kept changing while it was compared; try again in a quiet moment');
}
