/** Row streams: header first, end line last, every hash recomputed. A stream that fails any of it is refused whole. */
import { createHash } from 'node:crypto';
import type { RowImage } from '#contract/wire/image.ts';
import type { DeltaRequest, DeltaRow, SnapshotRequest, SnapshotRow } from '#contract/wire/protocol.ts';
import { BucketEndLine, DeltaHeaderLine, EndLineShape, SnapshotBlockLine, SnapshotHeaderLine } from './answers.ts';
import type { SnapshotPiece } from './columnBlock.ts';
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

/** Kept in memory until the last has come. A server that knows `reload` stays far below it. */
const MOST_DELTA_ROWS = 1_000_000;

/** Rows of whole checkpoints between `request.from` and the header's `to`, in log order. */
export async function readDelta(lines: Lines, request: DeltaRequest): Promise<DeltaAnswer> {
  let header: Omit<DeltaAnswer, 'rows'> | undefined;
  let ended = false;
  const rows: DeltaRow[] = [];
  const received = createHash('sha256');
  for await (const block of lines) {
    for (const line of block) {
      if (line === '') throw brokenAnswer('a line is empty');
      if (ended) throw brokenAnswer('lines after the end line');
      const value = parseLine(line);
      if (!header || Array.isArray(value)) received.update(`${line}\n`);
      if (!header) {
        const parsed = DeltaHeaderLine.safeParse(value);
        if (!parsed.success) throw brokenAnswer('a delta has no header');
        const { epoch, from, to, head, scope_hash, reload } = parsed.data;
        if (epoch !== request.epoch) throw new WireFailure('cursor_lost', 'The server began a new epoch.');
        if (from.number !== request.from.number || from.id !== request.from.id || to.number < from.number) {
          throw brokenAnswer('a delta starts elsewhere');
        }
        if (to.number === from.number && head.number > to.number) throw brokenAnswer('a delta does not move');
        header = { to, head, scope_hash, reload };
      } else if (Array.isArray(value)) {
        if (rows.length >= MOST_DELTA_ROWS) throw brokenAnswer('the answer is too large');
        rows.push(deltaRow(value));
      } else {
        const end = EndLineShape.safeParse(value);
        if (!end.success) throw brokenAnswer('a delta holds an unknown line');
        if (end.data.rows !== rows.length) throw brokenAnswer(`a delta has ${rows.length} rows, not ${end.data.rows}`);
        const { hash } = end.data;
        if (hash !== undefined && hash !== received.digest('hex')) throw brokenAnswer('a delta does not have its hash');
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

export interface SnapshotAnswer {
  /** The buckets that ended, in the order asked for. */
  readonly parts: readonly SnapshotPart[];
  readonly rows: number;
  /** Of the last row; null when there was none. */
  readonly last_id: string | number | null;
}

/** Rows that came as rows are handed on this many at a time. */
const PIECE_ROWS = 2_000;

/** Gives every piece to `onPiece` and waits for it; what the pieces hold is checked by whoever stages them. */
export async function readSnapshot(
  lines: Lines,
  request: SnapshotRequest,
  onPiece: (piece: SnapshotPiece) => Promise<void>,
): Promise<SnapshotAnswer> {
  const counting = countBuckets(request);
  let encoding: 'rows' | 'columns' | undefined;
  let columns: string | undefined;
  let waiting: SnapshotRow[] = [];
  let last_id: string | number | null = null;
  let ended = false;

  const handOver = async () => {
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    await onPiece({ kind: 'rows', rows });
  };
  const onArray = async (line: string) => {
    if (encoding === 'columns') {
      columns = line;
      return;
    }
    const row = snapshotRow(parseLine(line));
    counting.add(row[0], 1);
    last_id = row[1];
    waiting.push(row);
    if (waiting.length >= PIECE_ROWS) await handOver();
  };
  const onFacts = async (line: string, text: string) => {
    const parsed = SnapshotBlockLine.safeParse(parseLine(line));
    if (!parsed.success) throw brokenAnswer('a block does not say what it holds');
    const { block: facts } = parsed.data;
    for (const [bucket, rows] of facts.runs) counting.add(bucket, rows);
    last_id = facts.last_id;
    await onPiece({ kind: 'columns', text, facts });
  };

  for await (const block of lines) {
    for (const line of block) {
      if (line === '') throw brokenAnswer('a line is empty');
      if (ended) throw brokenAnswer('lines after the end line');
      if (encoding === undefined) encoding = snapshotEncoding(parseLine(line), request);
      else if (columns !== undefined) {
        const text = columns;
        columns = undefined;
        await onFacts(line, text);
      } else if (line.startsWith('[')) await onArray(line);
      else ended = counting.end(parseLine(line));
    }
  }
  if (encoding === undefined || !ended) throw new WireFailure('unreachable', 'The answer was cut short.');
  await handOver();
  return { ...counting.result(), last_id };
}

function snapshotEncoding(value: unknown, request: SnapshotRequest): 'rows' | 'columns' {
  const header = SnapshotHeaderLine.safeParse(value);
  if (!header.success) throw brokenAnswer('a snapshot has no header');
  if (header.data.epoch !== request.epoch) throw new WireFailure('cursor_lost', 'The server began a new epoch.');
  return header.data.encoding;
}

function snapshotRow(value: unknown): SnapshotRow {
  if (!Array.isArray(value)) throw brokenAnswer('a snapshot holds an unknown line');
  const row: readonly unknown[] = value;
  const bucket = row[0];
  if (typeof bucket !== 'number') throw brokenAnswer('a row has no bucket');
  const { id, ver } = rowFacts(row, 1);
  return [bucket, id, ver, checkedImage(id, ver, row[3], row[4]), String(row[4])];
}

/** Holds rows and bucket ends against the request: nothing that was not asked for, in the order asked, all counted. */
function countBuckets(request: SnapshotRequest) {
  const parts: SnapshotPart[] = [];
  const counts = new Map<number, number>();
  let rows = 0;
  let at = 0;
  return {
    add(bucket: number, count: number): void {
      at = Math.max(at, parts.length);
      while (at < request.buckets.length && request.buckets[at]?.bucket !== bucket) at++;
      if (at >= request.buckets.length) throw brokenAnswer('a row of a bucket not asked for');
      counts.set(bucket, (counts.get(bucket) ?? 0) + count);
      rows += count;
      if (rows > request.limit_rows)
        throw brokenAnswer(`a snapshot has more rows than the ${request.limit_rows} asked for`);
    },
    /** True for the end line of the whole answer. */
    end(value: unknown): boolean {
      const bucketEnd = BucketEndLine.safeParse(value);
      if (bucketEnd.success) {
        const { bucket, complete } = bucketEnd.data;
        if (bucket !== request.buckets[parts.length]?.bucket) throw brokenAnswer('buckets end out of order');
        if (bucketEnd.data.rows !== (counts.get(bucket) ?? 0))
          throw brokenAnswer('a bucket has another number of rows');
        parts.push({ bucket, complete });
        return false;
      }
      const end = EndLineShape.safeParse(value);
      if (!end.success) throw brokenAnswer('a snapshot holds an unknown line');
      if (end.data.rows !== rows) throw brokenAnswer(`a snapshot has ${rows} rows, not ${end.data.rows}`);
      return true;
    },
    result: () => ({ parts, rows }),
  };
}
