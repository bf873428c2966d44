/**
 * Does the copy equal the server? Bucket hashes are computed from the stored rows, never from what was received, some
 * buckets at a time: each part is compared at exactly one checkpoint, and neither side is held up for longer than it
 * takes. What differs is mended row by row, and said; the whole bucket is loaded again only where that is not enough.
 */
import type { RepairedRow, VerifyResult } from '#contract/actions.ts';
import type { VerifyReads, VerifyResponse } from '#contract/wire/protocol.ts';
import { type WireTableName, wireTableById } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { CopyWriter } from '../copyWriter.ts';
import { brokenAnswer } from '../failure.ts';
import type { Puller } from '../pull.ts';
import { bucketHashHex } from '../rowHash.ts';
import type { WireClient } from '../wireClient.ts';
import { findDifferences } from './differences.ts';
import { type CopyHashes, type CopyRows, storedRow, type Strays } from './readings.ts';
import { type CopyBucket, labelOf, TROUBLE, type VerificationStore } from './verification.ts';

/** How often one part is tried while the server goes on. */
const MAX_TRIES = 6;
/** Rows of one part, unless a single bucket has more: about a second of the server's time. */
const PART_ROWS = 150_000;
/** As many as a request may name. */
const PART_BUCKETS = 20_000;
/** What a person who pressed the button waits for is read to the end within seconds. */
const QUICK_ROWS = 150_000;
/** In the background nothing is held up for longer than this takes: some tenths of a second. */
const REST_ROWS = 20_000;
const REST_BUCKETS = 500;
/** More differing buckets of one part are no damaged rows: they are loaded again together. */
const MOST_MENDED_BUCKETS = 40;
const MOST_REPAIRS_SAID = 200;

export interface VerifyParts {
  readonly client: WireClient;
  readonly client_id: string;
  readonly puller: Puller;
  readonly writer: CopyWriter;
  readonly store: VerificationStore;
  readonly replica: Connection;
  readonly clock: () => number;
  /** These run on a reading connection. */
  readonly hashes: (buckets: readonly number[]) => Promise<CopyHashes>;
  readonly rows: (bucket: number, table: number) => Promise<CopyRows>;
  readonly strays: () => Promise<Strays>;
  /** Rows were written. */
  readonly onApplied: (tables: ReadonlySet<WireTableName>) => void;
  readonly onPart: () => void;
}

/** What was found until now. */
interface Findings {
  readonly compared: Map<number, { readonly tbl: number; readonly rows: number }>;
  readonly unequal: Set<string>;
  readonly repaired: RepairedRow[];
  readonly stubborn: Set<string>;
  reloaded: number;
}

/** Every row, in one go. A pass that was under way begins anew. */
export async function verifyWhole(parts: VerifyParts, signal: AbortSignal): Promise<VerifyResult> {
  const found = nothingFound();
  await parts.puller.pull(signal);
  parts.store.beginPass(true);
  await takeStraysOut(parts, found);
  // a change of the scope under way brings new buckets: they are a part like the others
  for (;;) {
    const part = nextPart(parts.store, PART_ROWS, PART_BUCKETS);
    if (part.length === 0) break;
    await verifyPart(parts, part, 'rows', found, signal);
  }
  parts.store.finishPass(parts.clock());
  return finish(parts, found, { by_sum: 0, left: 0 });
}

/** What is worked with and what changed is read; the rest is compared by its sums. Leaves a pass under way. */
export async function verifyQuickly(parts: VerifyParts, signal: AbortSignal): Promise<VerifyResult> {
  const { store } = parts;
  const found = nothingFound();
  await parts.puller.pull(signal);
  store.beginPass(false);
  await takeStraysOut(parts, found);
  const { chosen, others } = chooseToRead(store.buckets());
  const suspects: CopyBucket[] = [];
  let by_sum = 0;
  let left = others.filter((bucket) => bucket.hash === null).length;
  const summed = others.filter((bucket) => bucket.hash !== null);
  for (let at = 0; at < summed.length; at += PART_BUCKETS) {
    const part = summed.slice(at, at + PART_BUCKETS);
    const { theirs, unread } = await sumsThere(parts, part, signal);
    for (const bucket of part) {
      if (unread.has(bucket.id)) left += 1;
      else if ((theirs.get(bucket.id) ?? EMPTY) === `${bucket.rows}|${bucket.hash}`) {
        by_sum += 1;
        found.compared.set(bucket.id, { tbl: bucket.table.id, rows: bucket.rows });
      } else suspects.push(bucket);
    }
  }
  // a sum that differs says that something is wrong; the rows say what
  for (const part of portions([...suspects, ...chosen], PART_ROWS, PART_BUCKETS)) {
    await verifyPart(parts, part, 'changed', found, signal);
  }
  return finish(parts, found, { by_sum, left });
}

/** A part of what the pass has not read yet, small enough to be no burden; `more` is false when nothing was left. */
export async function verifyRest(
  parts: VerifyParts,
  signal: AbortSignal,
): Promise<{ readonly more: boolean; readonly result: VerifyResult }> {
  const part = nextPart(parts.store, REST_ROWS, REST_BUCKETS);
  const found = nothingFound();
  if (part.length > 0) await verifyPart(parts, part, 'changed', found, signal);
  else {
    await takeStraysOut(parts, found);
    parts.store.finishPass(parts.clock());
  }
  return { more: part.length > 0, result: finish(parts, found, { by_sum: 0, left: 0 }) };
}

const EMPTY = `0|${bucketHashHex(0n)}`;

function nothingFound(): Findings {
  return { compared: new Map(), unequal: new Set(), repaired: [], stubborn: new Set(), reloaded: 0 };
}

/** Of the current months and of what has none: what changed first, then all; then whatever changed. Small ones first. */
function chooseToRead(buckets: readonly CopyBucket[]): {
  readonly chosen: readonly CopyBucket[];
  readonly others: readonly CopyBucket[];
} {
  const newest = buckets.reduce((month, bucket) => Math.max(month, bucket.month), 0);
  const isCurrent = (bucket: CopyBucket): boolean => bucket.month === 0 || bucket.month === newest;
  const rank = (bucket: CopyBucket): number => (bucket.hash === null ? 0 : 1) + (isCurrent(bucket) ? 0 : 2);
  const wanted = buckets
    .filter((bucket) => isCurrent(bucket) || bucket.hash === null)
    .toSorted((a, b) => rank(a) - rank(b) || a.rows - b.rows);
  const chosen = new Set<CopyBucket>();
  let rows = 0;
  for (const bucket of wanted) {
    rows += bucket.rows;
    if (rows > QUICK_ROWS && chosen.size > 0) break;
    chosen.add(bucket);
  }
  return { chosen: [...chosen], others: buckets.filter((bucket) => !chosen.has(bucket)) };
}

function portions(buckets: readonly CopyBucket[], most_rows: number, most: number): readonly (readonly CopyBucket[])[] {
  const all: CopyBucket[][] = [];
  let rows = 0;
  for (const bucket of buckets) {
    const last = all.at(-1);
    if (!last || last.length >= most || rows + bucket.rows > most_rows) {
      all.push([bucket]);
      rows = bucket.rows;
    } else {
      last.push(bucket);
      rows += bucket.rows;
    }
  }
  return all;
}

function nextPart(store: VerificationStore, most_rows: number, most: number): readonly CopyBucket[] {
  return (
    portions(
      store.buckets().filter((bucket) => !bucket.read),
      most_rows,
      most,
    )[0] ?? []
  );
}

async function takeStraysOut(parts: VerifyParts, found: Findings): Promise<void> {
  for (;;) {
    const strays = await parts.strays();
    if (strays.length === 0 || parts.writer.removeStrays(strays) === 0) return;
    const repairs = strays.map(
      ([table_id, id]): RepairedRow => ({
        table_id,
        label: labelOf(wireTableById(table_id)),
        id: String(id),
        what: 'removed',
        columns: [],
      }),
    );
    noteRepairs(parts, found, repairs);
  }
}

function noteRepairs({ store, clock, onApplied }: VerifyParts, found: Findings, repairs: readonly RepairedRow[]): void {
  if (repairs.length === 0) return;
  store.noteDifference();
  store.keepRepairs(repairs, clock());
  found.repaired.push(...repairs);
  const tables = repairs.flatMap(({ table_id }) => wireTableById(table_id)?.name ?? []);
  for (const name of tables) found.unequal.add(name);
  onApplied(new Set(tables));
}

async function verifyPart(
  parts: VerifyParts,
  part: readonly CopyBucket[],
  read: VerifyReads,
  found: Findings,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, puller, writer } = parts;
  const ids = part.map(({ id }) => id);
  const differing = await readPart(parts, ids, read, found, signal);
  if (differing.length > MOST_MENDED_BUCKETS) {
    const fresh = differing.filter((bucket) => store.trouble(bucket, clock()) < TROUBLE.bucket);
    for (const bucket of fresh) store.setTrouble(bucket, TROUBLE.bucket, clock());
    writer.markMissing(fresh);
    await puller.pull(signal);
    found.reloaded += fresh.length;
    for (const bucket of await readPart(parts, differing, 'rows', found, signal)) giveUp(parts, bucket, found);
  } else for (const bucket of differing) await mend(parts, bucket, found, signal);
  parts.onPart();
}

/** Reads and compares; what is equal is kept as such. Returns what differs. */
async function readPart(
  parts: VerifyParts,
  ids: readonly number[],
  read: VerifyReads,
  found: Findings,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { ours, theirs } = await comparePart(parts, ids, read, signal);
  const differing: number[] = [];
  const equal: [number, string][] = [];
  for (const [bucket, tbl, rows, sum] of ours) {
    found.compared.set(bucket, { tbl, rows });
    if ((theirs.get(bucket) ?? EMPTY) === `${rows}|${sum}`) equal.push([bucket, sum]);
    else {
      differing.push(bucket);
      found.unequal.add(wireTableById(tbl)?.name ?? `table ${tbl}`);
    }
  }
  if (differing.length > 0) parts.store.noteDifference();
  parts.store.keepRead(ids, equal);
  return differing;
}

/** Its rows, then the bucket as a whole, then no more: what differs again right after it was mended is not damage. */
async function mend(parts: VerifyParts, bucket: number, found: Findings, signal: AbortSignal): Promise<void> {
  const { store, clock, writer, puller } = parts;
  const isEqual = async (): Promise<boolean> => (await readPart(parts, [bucket], 'rows', found, signal)).length === 0;
  const trouble = store.trouble(bucket, clock());
  if (trouble === TROUBLE.none) {
    store.setTrouble(bucket, TROUBLE.rows, clock());
    if ((await mendRows(parts, bucket, found, signal)) && (await isEqual())) return;
  }
  if (trouble <= TROUBLE.rows) {
    store.setTrouble(bucket, TROUBLE.bucket, clock());
    writer.markMissing([bucket]);
    await puller.pull(signal);
    found.reloaded += 1;
    if (await isEqual()) return;
  }
  giveUp(parts, bucket, found);
}

function giveUp({ store, clock, writer }: VerifyParts, bucket: number, found: Findings): void {
  store.setTrouble(bucket, TROUBLE.stubborn, clock());
  found.stubborn.add(labelOf(writer.tableOf(bucket)));
}

/** False when too much differs, or nothing that could be mended. */
async function mendRows(parts: VerifyParts, bucket: number, found: Findings, signal: AbortSignal): Promise<boolean> {
  const { writer, client, client_id } = parts;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (attempt > 0) await parts.puller.pull(signal);
    const { epoch, checkpoint } = writer.standing();
    const table = writer.tableOf(bucket);
    if (epoch === null || checkpoint === null || !table) return false;
    const ours = await parts.rows(bucket, table.id);
    if (ours.checkpoint !== checkpoint.number) continue;
    const differences = await findDifferences({
      bucket,
      table,
      ours: ours.rows,
      stored: (id) => storedRow(parts.replica, table, id),
      ask: async (ranges) => {
        const request = {
          client_id,
          epoch,
          checkpoint,
          read: 'nothing' as const,
          buckets: [bucket],
          ranges: [...ranges],
        };
        const answer = await client.verify(request, signal);
        return answer.moved ? null : (answer.ranges ?? []);
      },
    });
    if (differences === 'many') return false;
    if (differences === 'moved') continue;
    writer.apply({ to: checkpoint, completed: [], snapshot: [], delta: differences.delta, reload: [], as_of_ms: null });
    noteRepairs(parts, found, differences.repairs);
    return true;
  }
  return false;
}

/** Both sides at one checkpoint; those of the buckets that are still here. */
async function comparePart(
  parts: VerifyParts,
  part: readonly number[],
  read: VerifyReads,
  signal: AbortSignal,
): Promise<{ ours: CopyHashes['buckets']; theirs: ReadonlyMap<number, string> }> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const theirs = await askThere(parts, part, read, attempt, signal);
    if (theirs === 'nothing here') return { ours: [], theirs: new Map() };
    if (theirs.moved) continue;
    const ours = await parts.hashes(theirs.here);
    if (ours.checkpoint !== theirs.checkpoint) continue;
    return { ours: ours.buckets, theirs: sumsOf(theirs.buckets) };
  }
  throw brokenAnswer('the server kept changing while it was compared; try again in a quiet moment');
}

/** The server's kept sums, at the checkpoint the copy stands at. */
async function sumsThere(
  parts: VerifyParts,
  part: readonly CopyBucket[],
  signal: AbortSignal,
): Promise<{ theirs: ReadonlyMap<number, string>; unread: ReadonlySet<number> }> {
  const ids = part.map(({ id }) => id);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const theirs = await askThere(parts, ids, 'nothing', attempt, signal);
    if (theirs === 'nothing here') break;
    if (theirs.moved) continue;
    // what changed here meanwhile is not what the part speaks of
    const now = new Map(parts.store.buckets().map((bucket) => [bucket.id, bucket.hash]));
    const changed = part.filter((bucket) => now.get(bucket.id) !== bucket.hash).map(({ id }) => id);
    return { theirs: sumsOf(theirs.buckets), unread: new Set([...(theirs.unread ?? []), ...changed]) };
  }
  return { theirs: new Map(), unread: new Set(ids) };
}

type Asked = VerifyResponse & { readonly here: readonly number[]; readonly checkpoint: number };

async function askThere(
  parts: VerifyParts,
  part: readonly number[],
  read: VerifyReads,
  attempt: number,
  signal: AbortSignal,
): Promise<Asked | 'nothing here'> {
  if (attempt > 0) await parts.puller.pull(signal);
  const { epoch, checkpoint } = parts.writer.standing();
  if (epoch === null || checkpoint === null) throw new Error('a pulled copy has a checkpoint');
  const here = part.filter((bucket) => parts.writer.knows(bucket));
  if (here.length === 0) return 'nothing here';
  const request = { client_id: parts.client_id, epoch, checkpoint, buckets: here, read };
  return { ...(await parts.client.verify(request, signal)), here, checkpoint: checkpoint.number };
}

function sumsOf(buckets: readonly (readonly [number, number, string])[]): ReadonlyMap<number, string> {
  return new Map(buckets.map(([bucket, rows, sum]) => [bucket, `${rows}|${sum}`]));
}

function finish(
  { writer }: VerifyParts,
  found: Findings,
  others: { readonly by_sum: number; readonly left: number },
): VerifyResult {
  const compared = [...found.compared.values()];
  return {
    equal: found.unequal.size === 0,
    tables: new Set(compared.map(({ tbl }) => tbl)).size,
    rows: compared.reduce((sum, { rows }) => sum + rows, 0),
    checkpoint: writer.standing().checkpoint?.number ?? 0,
    unequal_tables: [...found.unequal].toSorted(),
    repaired_buckets: found.reloaded,
    repaired_rows: found.repaired.length,
    repaired: found.repaired.slice(0, MOST_REPAIRS_SAID),
    repaired_words: repairWords(found.repaired),
    stubborn: [...found.stubborn].toSorted(),
    parts: { read: compared.length - others.by_sum, ...others },
  };
}

/** 'Order lines: 2 replaced, 1 added; Stock: 1 removed' */
function repairWords(repaired: readonly RepairedRow[]): string {
  return [...Map.groupBy(repaired, ({ label }) => label)]
    .map(([label, rows]) => {
      const counts = Map.groupBy(rows, ({ what }) => what);
      return `${label}: ${[...counts].map(([what, { length }]) => `${length.toLocaleString('en')} ${what}`).join(', ')}`;
    })
    .join('; ');
}
