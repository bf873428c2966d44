/** The order lines of a block: inserted when new, updated when their content hash differs, else left alone. */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { ParsedOrderLine } from '#domain/imports/orders/orderLine.ts';
import { integerArray, textArray } from './arrayText.ts';
import type { ImportPlace, References } from './references.ts';
import type { ImportTransaction } from './schema.ts';
import type { IdentifiedLine, StoredOrder } from './storeOrders.ts';

export interface StoredLines {
  readonly created: number;
  readonly changed: number;
  /** Σ gross_minor as the database holds it now, of all lines of the block. */
  readonly stored_minor: bigint;
}

interface LineToWrite {
  readonly id: number | null;
  readonly order: StoredOrder;
  readonly ordinal: number;
  readonly line: ParsedOrderLine;
  readonly row_hash: string;
}

export async function storeLines(
  tx: ImportTransaction,
  place: ImportPlace,
  references: References,
  orders: ReadonlyMap<string, StoredOrder>,
  lines: readonly IdentifiedLine[],
  now: Date,
): Promise<StoredLines> {
  const existing = await existingLines(tx, orders);
  const fresh: LineToWrite[] = [];
  const differing: LineToWrite[] = [];
  let stored_minor = 0n;
  for (const { ordinal, line } of lines) {
    const order = orders.get(line.invoice);
    if (!order) throw new Error(`no order for the invoice ${line.invoice}`);
    const known = existing.get(order.id)?.get(ordinal);
    const row_hash = contentHash(line);
    if (!known) fresh.push({ id: null, order, ordinal, line, row_hash });
    else if (known.row_hash !== row_hash) differing.push({ id: known.id, order, ordinal, line, row_hash });
    else stored_minor += BigInt(known.gross_minor);
  }
  const inserted = await insertLines(tx, place, references, fresh, now);
  const updated = await updateLines(tx, references, differing, now);
  return { created: fresh.length, changed: differing.length, stored_minor: stored_minor + inserted + updated };
}

/** Everything of the source line that is stored on it; the order's date is the order's, not the line's. */
export function contentHash(line: ParsedOrderLine): string {
  const content = JSON.stringify([
    line.item_code,
    line.description,
    line.customer_code,
    line.customer_name,
    line.country,
    line.channel,
    line.site,
    line.requested_day,
    line.committed_day,
    line.kind,
    line.qty_milli,
    line.unit_price_micro,
    line.gross_minor,
    line.discount_minor,
  ]);
  return hash('sha256', content, 'hex').slice(0, 32);
}

interface ExistingLine {
  readonly id: number;
  readonly row_hash: string | null;
  readonly gross_minor: number;
}

async function existingLines(
  tx: ImportTransaction,
  orders: ReadonlyMap<string, StoredOrder>,
): Promise<ReadonlyMap<number, ReadonlyMap<number, ExistingLine>>> {
  const byOrder = new Map<number, Map<number, ExistingLine>>();
  const ids = [...orders.values()].filter((order) => order.existed).map((order) => order.id);
  if (ids.length === 0) return byOrder;
  const { rows } = await sql<ExistingLine & { order_id: number; ordinal: number }>`
    select l.id, l.order_id, l.ordinal, l.row_hash, l.gross_minor
    from unnest(${integerArray(ids)}::text::bigint[]) as o(id) join order_line l on l.order_id = o.id`.execute(tx);
  for (const row of rows) {
    const ofOrder = byOrder.get(row.order_id) ?? new Map<number, ExistingLine>();
    ofOrder.set(row.ordinal, row);
    byOrder.set(row.order_id, ofOrder);
  }
  return byOrder;
}

/** The line's own columns, as one unnest; `n` is its alias. */
function lineColumns(references: References, lines: readonly LineToWrite[]) {
  const integers = (value: (each: LineToWrite) => number | null) => integerArray(lines.map(value));
  const texts = (value: (each: LineToWrite) => string | null) => textArray(lines.map(value));
  return sql`unnest(
      ${integers(({ id }) => id)}::text::bigint[],
      ${integers(({ order }) => order.id)}::text::bigint[],
      ${integers(({ ordinal }) => ordinal)}::text::int[],
      ${integers(({ order }) => order.month)}::text::int[],
      ${texts(({ order }) => order.ordered_on)}::text::date[],
      ${integers(({ line }) => references.siteId(line))}::text::bigint[],
      ${integers(({ line }) => references.channelId(line))}::text::bigint[],
      ${integers(({ line }) => references.itemId(line))}::text::bigint[],
      ${integers(({ line }) => references.partyId(line))}::text::bigint[],
      ${texts(({ line }) => line.description)}::text::text[],
      ${texts(({ line }) => line.kind)}::text::text[],
      ${texts(({ line }) => dayText(line.requested_day))}::text::date[],
      ${texts(({ line }) => dayText(line.committed_day))}::text::date[],
      ${integers(({ line }) => line.qty_milli)}::text::bigint[],
      ${integers(({ line }) => line.unit_price_micro)}::text::bigint[],
      ${integers(({ line }) => line.gross_minor)}::text::bigint[],
      ${integers(({ line }) => line.discount_minor)}::text::bigint[],
      ${integers(({ line }) => line.net_minor)}::text::bigint[],
      ${texts(({ line }) => line.country)}::text::text[],
      ${texts(({ row_hash }) => row_hash)}::text::text[]
    ) as n(id, order_id, ordinal, month, ordered_on, site_id, channel_id, item_id, party_id, description, kind, requested_on,
      committed_on, ordered_qty_milli, unit_price_micro, gross_minor, discount_minor, net_minor, country, row_hash)`;
}

async function insertLines(
  tx: ImportTransaction,
  place: ImportPlace,
  references: References,
  lines: readonly LineToWrite[],
  now: Date,
): Promise<bigint> {
  if (lines.length === 0) return 0n;
  const { rows } = await sql<Written>`
    with written as (
      insert into order_line (company_id, source, written_at, cancelled_qty_milli, order_id, ordinal, month, ordered_on, site_id,
        channel_id, item_id, party_id, description, kind, requested_on, committed_on, ordered_qty_milli, unit_price_micro,
        gross_minor, discount_minor, net_minor, country, row_hash)
      select ${place.company_id}::bigint, ${place.source}::text, ${now}::timestamptz, 0, order_id, ordinal, month, ordered_on,
        site_id, channel_id, item_id, party_id, description, kind, requested_on, committed_on, ordered_qty_milli,
        unit_price_micro, gross_minor, discount_minor, net_minor, country, row_hash
      from ${lineColumns(references, lines)}
      returning gross_minor)
    select count(*)::int as lines, coalesce(sum(gross_minor), 0)::text as gross_minor from written`.execute(tx);
  return writtenTotal(rows, lines.length);
}

async function updateLines(
  tx: ImportTransaction,
  references: References,
  lines: readonly LineToWrite[],
  now: Date,
): Promise<bigint> {
  if (lines.length === 0) return 0n;
  const { rows } = await sql<Written>`
    with written as (
      update order_line l set written_at = ${now}::timestamptz, month = n.month, ordered_on = n.ordered_on,
        site_id = n.site_id, channel_id = n.channel_id, item_id = n.item_id, party_id = n.party_id, description = n.description,
        kind = n.kind, requested_on = n.requested_on, committed_on = n.committed_on, ordered_qty_milli = n.ordered_qty_milli,
        unit_price_micro = n.unit_price_micro, gross_minor = n.gross_minor, discount_minor = n.discount_minor,
        net_minor = n.net_minor, country = n.country, row_hash = n.row_hash
      from ${lineColumns(references, lines)}
      where l.id = n.id
      returning l.gross_minor)
    select count(*)::int as lines, coalesce(sum(gross_minor), 0)::text as gross_minor from written`.execute(tx);
  return writtenTotal(rows, lines.length);
}

interface Written {
  readonly lines: number;
  readonly gross_minor: string;
}

function writtenTotal(rows: readonly Written[], expected: number): bigint {
  const written = rows[0];
  if (written?.lines !== expected) throw new Error(`${expected} lines were to be written, ${written?.lines ?? 0} were`);
  return BigInt(written.gross_minor);
}

function dayText(day: number | null): string | null {
  return day === null ? null : isoDate(day);
}
