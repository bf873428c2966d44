/** Lines that could not be represented: kept under their identity with the reason until they are corrected. */
import { sql } from 'kysely';
import type { Decimal } from '#domain/decimal.ts';
import type { QuarantineEntry, QuarantinePage } from '#contract/wire/imports.ts';
import { integerArray, textArray } from './arrayText.ts';
import type { ImportPlace } from './references.ts';
import type { ImportDatabase, ImportTransaction } from './schema.ts';

export interface RefusedLine {
  readonly invoice: string;
  readonly ordinal: number;
  readonly line_number: number;
  readonly fields: readonly string[];
  readonly raw: string | null;
  readonly reason: string;
  readonly exact_amount: Decimal | null;
}

export interface QuarantinedLine {
  readonly id: number;
  readonly invoice: string;
  readonly ordinal: number;
  readonly line_number: number;
  readonly state: 'open' | 'corrected';
  readonly fields: readonly string[];
  readonly raw: string | null;
  readonly reason: string;
  readonly batch_id: number;
  readonly corrected_invoice: string | null;
  readonly corrected_ordinal: number | null;
}

export type QuarantineIndex = ReadonlyMap<string, QuarantinedLine>;

export function identityKey(invoice: string, ordinal: number): string {
  return `${ordinal}|${invoice}`;
}

/** Every quarantined line of these invoices, keyed by identityKey. */
export async function quarantinedLines(
  tx: ImportTransaction,
  place: ImportPlace,
  invoices: Iterable<string>,
): Promise<QuarantineIndex> {
  const { rows } = await sql<QuarantinedLine>`
    select id, invoice, ordinal, line_number, state, fields, raw, reason, batch_id, corrected_invoice, corrected_ordinal
    from quarantine_line
    where company_id = ${place.company_id}::bigint and source = ${place.source}
      and invoice = any(${textArray(new Set(invoices))}::text::text[])`.execute(tx);
  return new Map(rows.map((row) => [identityKey(row.invoice, row.ordinal), row]));
}

/** Marks lines as corrected: they are now order lines under the given identity. */
export async function markCorrected(
  tx: ImportTransaction,
  corrected: readonly { readonly id: number; readonly invoice: string; readonly ordinal: number }[],
  now: Date,
): Promise<void> {
  if (corrected.length === 0) return;
  await sql`
    update quarantine_line q set state = 'corrected', corrected_invoice = n.invoice, corrected_ordinal = n.ordinal,
      written_at = ${now}::timestamptz
    from unnest(${integerArray(corrected.map(({ id }) => id))}::text::bigint[],
      ${textArray(corrected.map(({ invoice }) => invoice))}::text::text[],
      ${integerArray(corrected.map(({ ordinal }) => ordinal))}::text::int[]) as n(id, invoice, ordinal)
    where q.id = n.id`.execute(tx);
}

/**
 * Keeps refused lines. A line that was corrected before and comes again exactly as it was refused stays corrected;
 * returns how many those are.
 */
export async function keepRefused(
  tx: ImportTransaction,
  place: ImportPlace,
  batch_id: number,
  refused: readonly RefusedLine[],
  known: QuarantineIndex,
  now: Date,
): Promise<number> {
  let corrected_earlier = 0;
  const toWrite: RefusedLine[] = [];
  for (const line of refused) {
    const before = known.get(identityKey(line.invoice, line.ordinal));
    const same = before !== undefined && sameContent(before, line);
    if (same && before.state === 'corrected') corrected_earlier += 1;
    else if (!same || before.reason !== line.reason || before.line_number !== line.line_number) toWrite.push(line);
  }
  if (toWrite.length > 0) {
    await sql`
      insert into quarantine_line (company_id, source, batch_id, state, written_at, invoice, ordinal, line_number, fields, raw, reason)
      select ${place.company_id}::bigint, ${place.source}::text, ${batch_id}::bigint, 'open', ${now}::timestamptz,
        invoice, ordinal, line_number, fields::jsonb, raw, reason
      from unnest(${textArray(toWrite.map(({ invoice }) => invoice))}::text::text[],
        ${integerArray(toWrite.map(({ ordinal }) => ordinal))}::text::int[],
        ${integerArray(toWrite.map(({ line_number }) => line_number))}::text::int[],
        ${textArray(toWrite.map(({ fields }) => JSON.stringify(fields.map(storable))))}::text::text[],
        ${textArray(toWrite.map(({ raw }) => (raw === null ? null : storable(raw))))}::text::text[],
        ${textArray(toWrite.map(({ reason }) => storable(reason)))}::text::text[]) as n(invoice, ordinal, line_number, fields, raw, reason)
      on conflict (company_id, source, invoice, ordinal) do update set batch_id = excluded.batch_id, state = 'open',
        corrected_invoice = null, corrected_ordinal = null, line_number = excluded.line_number, fields = excluded.fields,
        raw = excluded.raw, reason = excluded.reason, written_at = excluded.written_at`.execute(tx);
  }
  return corrected_earlier;
}

function sameContent(before: QuarantinedLine, line: RefusedLine): boolean {
  if (before.raw !== (line.raw === null ? null : storable(line.raw))) return false;
  if (before.fields.length !== line.fields.length) return false;
  return before.fields.every((value, index) => value === storable(line.fields[index] ?? ''));
}

/** NUL cannot be stored as text: it is kept as the sign for it, ␀. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\u2400').toWellFormed();
}

/** Open lines in the order they came in, with the header of the file they came from. */
export async function quarantinePage(
  db: ImportDatabase,
  place: ImportPlace,
  after: number,
  limit: number,
): Promise<QuarantinePage> {
  const open = db
    .selectFrom('quarantine_line as q')
    .where('q.company_id', '=', place.company_id)
    .where('q.source', '=', place.source)
    .where('q.state', '=', 'open');
  const counted = await open.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await open
    .innerJoin('import_batch as b', 'b.id', 'q.batch_id')
    .select(['q.id', 'q.line_number', 'q.invoice', 'q.ordinal', 'q.reason', 'q.raw', 'q.fields', 'b.header'])
    .where('q.id', '>', after)
    .orderBy('q.id')
    .limit(limit)
    .execute();
  const lines: readonly QuarantineEntry[] = rows;
  return { lines, total: counted.total };
}
