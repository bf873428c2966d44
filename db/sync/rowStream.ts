/** Row streams: header first, end line last, every hash recomputed. A stream that fails any of it is refused whole. */
import type { RowImage } from '#contract/wire/image.ts';
import type { DeltaRequest, DeltaRow, SnapshotRequest, SnapshotRow } from '#contract/wire/protocol.ts';
import { BucketEndLine, DeltaHeaderLine, EndLineShape, SnapshotHeaderLine } from './answers.ts';
import { brokenAnswer, WireFailure } from './failure.ts';
import { rowHash } from './rowHash.ts';
import type { DeltaAnswer } from './wireClient.ts';

type Lines = AsyncGenerator<string[]>;

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw brokenAnswer('a line is no JSON');
  }
}

function rowFacts(line: readonly unknown[], at: number): { id: string | number; ver: number } {
  const id = line[at];
  const ver = line[at + 1];
  if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || !Number.isSafeInteger(ver)) {
    throw brokenAnswer('a row has no id or no version');
  }
  return { id: id as string | number, ver: ver as number };
}

function checkedImage(id: string | number, ver: number, image: unknown, hash: unknown): RowImage {
  if (!Array.isArray(image)) throw brokenAnswer('a row has no image');
  for (const value of image) {
    if (value !== null && typeof value !== 'string' && typeof value !== 'number')
      throw brokenAnswer('an image holds an object');
  }
  if (rowHash(id, ver, image as RowImage) !== hash) throw brokenAnswer(`row ${id} does not have its hash`);
  return image as RowImage;
}

/** Rows of whole checkpoints between `request.from` and the header's `to`, in log order. */
export async function readDelta(lines: Lines, request: DeltaRequest): Promise<DeltaAnswer> {
  let header: Omit<DeltaAnswer, 'rows'> | undefined;
  let ended = false;
  const rows: DeltaRow[] = [];
  for await (const block of lines) {
    for (const line of block) {
      if (line === '') continue;
      if (ended) throw brokenAnswer('lines after the end line');
      const value = parseLine(line);
      if (!header) {
        const parsed = DeltaHeaderLine.safeParse(value);
        if (!parsed.success) throw brokenAnswer('a delta has no header');
        const { epoch, from, to, head, scope_hash } = parsed.data;
        if (epoch !== request.epoch) throw new WireFailure('cursor_lost', 'The server began a new epoch.');
        if (from.number !== request.from.number || from.id !== request.from.id || to.number < from.number) {
          throw brokenAnswer('a delta starts elsewhere');
        }
        if (to.number === from.number && head.number > to.number) throw brokenAnswer('a delta does not move');
        header = { to, head, scope_hash };
      } else if (Array.isArray(value)) {
        rows.push(deltaRow(value));
      } else {
        const end = EndLineShape.safeParse(value);
        if (!end.success) throw brokenAnswer('a delta holds an unknown line');
        if (end.data.rows !== rows.length) throw brokenAnswer(`a delta has ${rows.length} rows, not ${end.data.rows}`);
        ended = true;
      }
    }
  }
  if (!header || !ended) throw new WireFailure('unreachable', 'The answer was cut short.');
  return { ...header, rows };
}

function deltaRow(line: readonly unknown[]): DeltaRow {
  const bucket = line[0];
  if (typeof bucket !== 'number' || !Number.isSafeInteger(bucket)) throw brokenAnswer('a row has no bucket');
  const { id, ver } = rowFacts(line, 2);
  if (line[1] === 'D') return [bucket, 'D', id, ver];
  if (line[1] !== 'U') throw brokenAnswer('a row has an unknown operation');
  return [bucket, 'U', id, ver, checkedImage(id, ver, line[4], line[5]), String(line[5])];
}

export interface SnapshotPart {
  readonly bucket: number;
  readonly complete: boolean;
}

/** Gives every row to `onRow`; returns the buckets that ended, in the order asked for. */
export async function readSnapshot(
  lines: Lines,
  request: SnapshotRequest,
  onRow: (row: SnapshotRow) => void,
): Promise<SnapshotPart[]> {
  const parts: SnapshotPart[] = [];
  let started = false;
  let ended = false;
  let rows = 0;
  let rowsOfBucket = 0;
  for await (const block of lines) {
    for (const line of block) {
      if (line === '') continue;
      if (ended) throw brokenAnswer('lines after the end line');
      const value = parseLine(line);
      const expected = request.buckets[parts.length]?.bucket;
      if (!started) {
        const header = SnapshotHeaderLine.safeParse(value);
        if (!header.success) throw brokenAnswer('a snapshot has no header');
        if (header.data.epoch !== request.epoch) throw new WireFailure('cursor_lost', 'The server began a new epoch.');
        started = true;
      } else if (Array.isArray(value)) {
        const row: readonly unknown[] = value;
        if (expected === undefined || row[0] !== expected) throw brokenAnswer('a row of a bucket not asked for');
        const { id, ver } = rowFacts(row, 1);
        onRow([expected, id, ver, checkedImage(id, ver, row[3], row[4]), String(row[4])]);
        rows += 1;
        rowsOfBucket += 1;
      } else {
        const bucketEnd = BucketEndLine.safeParse(value);
        if (bucketEnd.success) {
          if (bucketEnd.data.bucket !== expected) throw brokenAnswer('buckets end out of order');
          if (bucketEnd.data.rows !== rowsOfBucket) throw brokenAnswer('a bucket has another number of rows');
          parts.push({ bucket: expected, complete: bucketEnd.data.complete });
          rowsOfBucket = 0;
          continue;
        }
        const end = EndLineShape.safeParse(value);
        if (!end.success) throw brokenAnswer('a snapshot holds an unknown line');
        if (end.data.rows !== rows) throw brokenAnswer(`a snapshot has ${rows} rows, not ${end.data.rows}`);
        ended = true;
      }
    }
  }
  if (!started || !ended) throw new WireFailure('unreachable', 'The answer was cut short.');
  return parts;
}
