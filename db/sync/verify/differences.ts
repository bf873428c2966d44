/**
 * Which rows of a bucket differ: the ranges of its keys are compared by count and hash at one checkpoint, those that
 * differ are cut smaller, and of the smallest the server's rows are fetched.
 */
import type { RepairedRow } from '#contract/actions.ts';
import {
  type DeltaRow,
  MOST_VERIFY_RANGES,
  type VerifiedRange,
  type VerifyRange,
  type VerifyRow,
} from '#contract/wire/protocol.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import { brokenAnswer } from '#db/sync/failure.ts';
import { addRowHash, bucketHashHex, rowHash } from '#db/sync/rowHash.ts';
import { labelOf } from './verification.ts';
import type { CopyRows, storedRow } from './readings.ts';

/** A range of as many rows is fetched when it differs. */
const SMALLEST_RANGE_ROWS = 32;
/** With more differing rows the bucket is loaded again as a whole. */
const MOST_DIFFERING_ROWS = 1000;
const MOST_REQUESTS = 60;

export interface Differences {
  /** Applied at the checkpoint they were found at, they make the bucket equal. */
  readonly delta: readonly DeltaRow[];
  readonly repairs: readonly RepairedRow[];
}

export interface DifferenceParts {
  readonly bucket: number;
  readonly table: WireTable;
  readonly ours: CopyRows['rows'];
  readonly stored: (id: string | number) => ReturnType<typeof storedRow>;
  /** null: the server has moved on. */
  readonly ask: (ranges: readonly VerifyRange[]) => Promise<readonly VerifiedRange[] | null>;
}

interface Slice {
  /** Of our rows: from (included) to (excluded). */
  readonly from: number;
  readonly to: number;
  readonly after: string | number | null;
  readonly upto: string | number | null;
  readonly fetch: boolean;
}

/** `moved`: begin again at another checkpoint. `many`: the bucket differs in too much to be mended row by row. */
export async function findDifferences(parts: DifferenceParts): Promise<Differences | 'moved' | 'many'> {
  const { ours, bucket } = parts;
  const delta: DeltaRow[] = [];
  const repairs: RepairedRow[] = [];
  let open: Slice[] = cut({ from: 0, to: ours.length, after: null, upto: null, fetch: false }, ours);
  for (let requests = 0; open.length > 0; requests++) {
    if (requests >= MOST_REQUESTS || delta.length > MOST_DIFFERING_ROWS) return 'many';
    const asked = open.slice(0, MOST_VERIFY_RANGES);
    const rest = open.slice(MOST_VERIFY_RANGES);
    const answers = await parts.ask(asked.map(({ after, upto, fetch }) => ({ bucket, after, upto, rows: fetch })));
    if (answers === null) return 'moved';
    // an older server answers no ranges
    if (answers.length !== asked.length) return 'many';
    const next: Slice[] = [];
    for (const [index, slice] of asked.entries()) {
      const theirs = answers[index];
      if (!theirs || equals(ours, slice, theirs)) continue;
      if (theirs.lines) {
        compareRows(parts, slice, theirs.lines, delta, repairs);
      } else if (slice.fetch) return 'many';
      else next.push(...cut(slice, ours));
    }
    open = [...next, ...rest];
  }
  return { delta, repairs };
}

/** Into equal parts; one that is small already is fetched. Ends stay open: the server may have rows beyond ours. */
function cut(slice: Slice, ours: CopyRows['rows']): Slice[] {
  const rows = slice.to - slice.from;
  if (rows <= SMALLEST_RANGE_ROWS) return [{ ...slice, fetch: true }];
  const count = Math.min(MOST_VERIFY_RANGES, Math.ceil(rows / SMALLEST_RANGE_ROWS));
  return Array.from({ length: count }, (_, index): Slice => {
    const from = slice.from + Math.floor((rows * index) / count);
    const to = slice.from + Math.floor((rows * (index + 1)) / count);
    return {
      from,
      to,
      after: index === 0 ? slice.after : (ours[from - 1]?.[0] ?? null),
      upto: index === count - 1 ? slice.upto : (ours[to - 1]?.[0] ?? null),
      fetch: false,
    };
  });
}

function equals(ours: CopyRows['rows'], slice: Slice, theirs: VerifiedRange): boolean {
  if (theirs.rows !== slice.to - slice.from) return false;
  let sum = 0n;
  for (let at = slice.from; at < slice.to; at++) sum = addRowHash(sum, ours[at]?.[1] ?? '0');
  return theirs.hash === bucketHashHex(sum);
}

function compareRows(
  { bucket, table, ours, stored }: DifferenceParts,
  slice: Slice,
  theirs: readonly VerifyRow[],
  delta: DeltaRow[],
  repairs: RepairedRow[],
): void {
  const label = labelOf(table);
  const here = new Map(ours.slice(slice.from, slice.to));
  for (const [id, ver, image, hash] of theirs) {
    if (image.length !== table.columns.length || rowHash(id, ver, image) !== hash) {
      throw brokenAnswer(`row ${id} of ${table.name} does not match its hash`);
    }
    const known = here.get(id);
    here.delete(id);
    if (known === hash) continue;
    delta.push([bucket, 'U', id, ver, image, hash]);
    const was = stored(id);
    repairs.push({
      table_id: table.id,
      label,
      id: String(id),
      what: was ? 'replaced' : 'added',
      columns: was
        ? [
            ...table.columns.flatMap(({ name }, index) => (was.image[index] === image[index] ? [] : [name])),
            ...(was.ver === ver ? [] : ['ver']),
            ...(was.bucket === bucket ? [] : ['bucket']),
          ]
        : [],
    });
  }
  for (const id of here.keys()) {
    delta.push([bucket, 'D', id, 0]);
    repairs.push({ table_id: table.id, label, id: String(id), what: 'removed', columns: [] });
  }
}
