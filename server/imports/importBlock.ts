/** One block of an import: one transaction that stores, quarantines and counts, or does nothing at all. */
import { sql } from 'kysely';
import { addDecimals, type Decimal, parseDecimal, subtractDecimals } from '#domain/decimal.ts';
import { addTotals, type ImportTotals, reportedTotals, ZERO } from '#domain/imports/orders/totals.ts';
import type { OrderMap } from '#domain/imports/orders/orderMap.ts';
import { zoneConverter } from '#domain/imports/orders/zoneTime.ts';
import { minorDigits } from '#domain/money.ts';
import type { OrderImportBlock, OrderImportProgress } from '#contract/wire/imports.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { nameAuthor } from '#server/close/bookAuthors.ts';
import { reckonOrders, takeCosts } from '#server/costs/reckonOrders.ts';
import { HttpError } from '#server/http/errors.ts';
import { withoutLocked } from './lockedLines.ts';
import { keepRefused, markCorrected, quarantinedLines, type QuarantinedLine } from './quarantine.ts';
import { type LineParser, lineParsers, type ReadLines, readFileLines, readRetriedLines } from './readLines.ts';
import { createReferences, type ImportPlace, type References } from './references.ts';
import type { ImportDatabase, ImportTransaction } from './schema.ts';
import { storeLines } from './storeLines.ts';
import { type StoredOrder, storeOrders } from './storeOrders.ts';
import type { WallTime } from '#domain/imports/text/dateText.ts';
import type { ZonedMoment } from '#domain/imports/orders/zoneTime.ts';

/** What the server remembers of a running import; rebuilt from the database when it was forgotten. */
export interface ImportSession {
  readonly batch_id: number;
  readonly user_name: string;
  readonly place: ImportPlace;
  readonly currency: string;
  readonly mode: 'file' | 'retry';
  readonly map: OrderMap | null;
  readonly parserFor: (key: string, map: OrderMap) => LineParser;
  readonly references: References;
  readonly moment: (wall: WallTime) => ZonedMoment;
}

/** The session of an open batch that belongs to `user_name`; null when there is none. */
export async function loadSession(
  db: ImportDatabase,
  batch_id: number,
  user_name: string,
): Promise<ImportSession | null> {
  const batch = await db
    .selectFrom('import_batch as b')
    .innerJoin('company as c', 'c.id', 'b.company_id')
    .select(['b.id', 'b.company_id', 'b.source', 'b.mode', 'b.header', 'b.map', 'c.currency', 'c.time_zone'])
    .where('b.id', '=', batch_id)
    .where('b.user_name', '=', user_name)
    .where('b.finished_at', 'is', null)
    .executeTakeFirst();
  if (!batch) return null;
  const place = { company_id: batch.company_id, source: batch.source };
  return {
    batch_id,
    user_name,
    place,
    currency: batch.currency,
    mode: batch.mode,
    map: batch.map,
    parserFor: lineParsers(batch.header, batch.currency),
    references: createReferences(place),
    moment: zoneConverter(batch.time_zone),
  };
}

/** Throws HttpError 409 when the block is not the next one; the last block sent again gets its answer again. */
export async function importBlock(
  db: ImportDatabase,
  session: ImportSession,
  block: OrderImportBlock,
  now: Date,
  crashAt: CrashAt,
): Promise<OrderImportProgress> {
  try {
    const progress = await db.transaction().execute(async (tx) => {
      const answer = await importInTransaction(tx, session, block, now);
      crashAt('server.import.before_commit');
      return answer;
    });
    crashAt('server.import.committed');
    return progress;
  } catch (error) {
    // Ids made by the transaction that failed exist no more.
    session.references.forget();
    throw error;
  }
}

async function importInTransaction(
  tx: ImportTransaction,
  session: ImportSession,
  block: OrderImportBlock,
  now: Date,
): Promise<OrderImportProgress> {
  const { place, batch_id } = session;
  // Every look-up of an import is by key. Without statistics (a fresh table, no autovacuum in PGlite) the planner would
  // rather read the whole table for each block.
  await sql`set local enable_seqscan = off`.execute(tx);
  // Two imports of one source into one company take turns, block by block.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import:${place.source}`}, ${place.company_id}::bigint))`.execute(
    tx,
  );
  const batch = await tx
    .selectFrom('import_batch')
    .selectAll()
    .where('id', '=', batch_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (batch.finished_at !== null) throw new HttpError(409, 'conflict', 'This import is finished.');
  if (block.block === batch.last_block) return batch.last_answer as OrderImportProgress;
  if (block.block !== batch.last_block + 1) {
    throw new HttpError(409, 'conflict', `The import expects block ${batch.last_block + 1}, not ${block.block}.`);
  }
  await nameAuthor(tx, session.user_name, now);
  const known = await quarantinedLines(tx, place, invoicesOf(block));
  const { accepted, refused, corrected } = await withoutLocked(
    { tx, session, now },
    await readLines(tx, session, block, known),
  );
  let stored = { created: 0, changed: 0, stored_minor: 0n };
  if (accepted.length > 0) {
    await session.references.resolve(
      tx,
      accepted.map(({ line }) => line),
      now,
    );
    const orders = await storeOrders(tx, place, session.references, accepted, session.moment, now);
    stored = await storeLines(tx, place, session.references, orders, accepted, now);
    await reckonCosts(tx, place, [...orders.values()], stored.created + stored.changed > 0, now);
  }
  await markCorrected(tx, corrected, now);
  // A correction that fails leaves the line in quarantine as its file had it.
  const corrected_earlier = session.mode === 'file' ? await keepRefused(tx, place, batch_id, refused, known, now) : 0;
  const totals = blockTotals({ accepted, refused, corrected }, stored, session.currency);
  const answer: OrderImportProgress = {
    lines: totals.lines,
    imported: totals.imported,
    quarantined: totals.quarantined,
    created: totals.created,
    changed: stored.changed,
    refused: refused.map(({ line_number, invoice, ordinal, reason }) => ({ line_number, invoice, ordinal, reason })),
  };
  await addToBatch(
    tx,
    batch,
    block.block,
    answer,
    totals,
    corrected_earlier,
    refused.map(({ reason }) => reason),
  );
  return answer;
}

/** A file that comes again and changes nothing costs no reckoning. */
async function reckonCosts(
  tx: ImportTransaction,
  { company_id }: ImportPlace,
  orders: readonly StoredOrder[],
  lines_written: boolean,
  now: Date,
): Promise<void> {
  const touched = orders.filter(({ rewritten }) => lines_written || rewritten);
  if (touched.length === 0) return;
  await takeCosts(tx, company_id);
  await reckonOrders({ tx, company_id, now }, new Set(touched.map(({ id }) => id)));
}

function invoicesOf(block: OrderImportBlock): Set<string> {
  return new Set(block.lines.map((line) => line.invoice));
}

async function readLines(
  tx: ImportTransaction,
  session: ImportSession,
  block: OrderImportBlock,
  known: Awaited<ReturnType<typeof quarantinedLines>>,
): Promise<ReadLines> {
  if (session.mode === 'file') {
    if (!session.map) throw new Error('an import of a file has no map');
    return readFileLines(block.lines, session.parserFor('file', session.map), known);
  }
  const parserOf = async (line: QuarantinedLine): Promise<LineParser> => {
    const { map } = await tx
      .selectFrom('import_batch')
      .select('map')
      .where('id', '=', line.batch_id)
      .executeTakeFirstOrThrow();
    if (!map) throw new Error(`batch ${line.batch_id} quarantined lines without a map`);
    return session.parserFor(String(line.batch_id), map);
  };
  const next = new Map<string, number>();
  const nextOrdinal = async (invoice: string): Promise<number> => {
    const ordinal = next.get(invoice) ?? (await firstFreeOrdinal(tx, session.place, invoice));
    next.set(invoice, ordinal + 1);
    return ordinal;
  };
  return await readRetriedLines(block.lines, known, parserOf, nextOrdinal);
}

async function firstFreeOrdinal(tx: ImportTransaction, place: ImportPlace, invoice: string): Promise<number> {
  const { rows } = await sql<{ highest: number }>`
    select greatest(
      (select coalesce(max(l.ordinal), 0) from order_line l join sales_order o on o.id = l.order_id
        where o.company_id = ${place.company_id}::bigint and o.source = ${place.source} and o.number = ${invoice}),
      (select coalesce(max(ordinal), 0) from quarantine_line
        where company_id = ${place.company_id}::bigint and source = ${place.source} and invoice = ${invoice})) as highest`.execute(
    tx,
  );
  return (rows[0]?.highest ?? 0) + 1;
}

function blockTotals(
  read: ReadLines,
  stored: { readonly created: number; readonly stored_minor: bigint },
  currency: string,
): ImportTotals {
  const places = minorDigits(currency);
  let exact = ZERO;
  let refused = ZERO;
  let rounding = ZERO;
  let parsed_minor = 0n;
  for (const { line } of read.accepted) {
    exact = addDecimals(exact, line.exact_amount);
    rounding = addDecimals(rounding, subtractDecimals(line.exact_amount, { units: BigInt(line.gross_minor), places }));
    parsed_minor += BigInt(line.gross_minor);
  }
  for (const { exact_amount } of read.refused) if (exact_amount) refused = addDecimals(refused, exact_amount);
  if (parsed_minor !== stored.stored_minor)
    throw new Error('the database holds other amounts than were read from the file');
  return {
    lines: read.accepted.length + read.refused.length,
    imported: read.accepted.length,
    quarantined: read.refused.length,
    created: stored.created,
    source_total: addDecimals(exact, refused),
    imported_total: { units: stored.stored_minor, places },
    quarantined_total: refused,
    rounding,
  };
}

interface BatchCounts {
  readonly id: number;
  readonly lines: number;
  readonly imported: number;
  readonly quarantined: number;
  readonly created: number;
  readonly changed: number;
  readonly corrected_earlier: number;
  readonly source_total: string;
  readonly imported_total: string;
  readonly quarantined_total: string;
  readonly rounding: string;
  readonly reasons: Readonly<Record<string, number>>;
}

async function addToBatch(
  tx: ImportTransaction,
  batch: BatchCounts,
  block: number,
  answer: OrderImportProgress,
  totals: ImportTotals,
  corrected_earlier: number,
  reasons: readonly string[],
): Promise<void> {
  // Checked after every block: totals that stopped tying must not be committed.
  const sum = reportedTotals(addTotals(batchTotals(batch), totals));
  await tx
    .updateTable('import_batch')
    .set({
      ...sum,
      changed: batch.changed + answer.changed,
      corrected_earlier: batch.corrected_earlier + corrected_earlier,
      reasons: JSON.stringify(countReasons(batch.reasons, reasons)),
      last_block: block,
      last_answer: JSON.stringify(answer),
    })
    .where('id', '=', batch.id)
    .execute();
}

export function batchTotals(batch: BatchCounts): ImportTotals {
  return {
    lines: batch.lines,
    imported: batch.imported,
    quarantined: batch.quarantined,
    created: batch.created,
    source_total: decimal(batch.source_total),
    imported_total: decimal(batch.imported_total),
    quarantined_total: decimal(batch.quarantined_total),
    rounding: decimal(batch.rounding),
  };
}

const MAX_REASONS = 50;

/** Reasons without what they quote, so that a thousand bad dates are one reason. */
export function countReasons(
  before: Readonly<Record<string, number>>,
  reasons: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = { ...before };
  for (const reason of reasons) {
    const general = reason.replace(/"[^"]*"/g, '…');
    const key = general in counts || Object.keys(counts).length < MAX_REASONS ? general : 'Other reasons.';
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (!value) throw new Error(`the stored total ${text} is not a decimal`);
  return value;
}
