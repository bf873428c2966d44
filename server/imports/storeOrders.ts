/**
 * The orders of a block's lines. An order's date, country and customer are those of its first line (lowest ordinal),
 * whichever block that comes in.
 */
import { sql } from 'kysely';
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import type { ParsedOrderLine } from '#domain/imports/orders/orderLine.ts';
import type { ZonedMoment } from '#domain/imports/orders/zoneTime.ts';
import type { WallTime } from '#domain/imports/text/dateText.ts';
import { integerArray, textArray } from './arrayText.ts';
import type { ImportPlace, References } from './references.ts';
import type { ImportTransaction } from './schema.ts';

export interface IdentifiedLine {
  readonly ordinal: number;
  readonly line: ParsedOrderLine;
}
export interface StoredOrder {
  readonly id: number;
  readonly ordered_on: string;
  readonly month: number;
  /** False for an order that this block made: it has no lines yet. */
  readonly existed: boolean;
  /** This block changed what stands at its head: its day may be another. */
  readonly rewritten: boolean;
}

interface Header {
  readonly number: string;
  readonly ordinal: number;
  readonly ordered_on: string;
  readonly month: number;
  readonly ordered_at_ms: number;
  readonly country: string | null;
  readonly party_id: number | null;
  readonly channel_id: number;
  readonly site_id: number | null;
}
interface ExistingRow {
  readonly id: number;
  readonly number: string;
  readonly ordered_on: string;
  readonly month: number;
  readonly ordered_at_ms: number;
  readonly country: string | null;
  readonly party_id: number | null;
  readonly channel_id: number | null;
  readonly site_id: number | null;
}

/** Finds or makes the order of every line; the result is keyed by the invoice number. */
export async function storeOrders(
  tx: ImportTransaction,
  place: ImportPlace,
  references: References,
  lines: readonly IdentifiedLine[],
  moment: (wall: WallTime) => ZonedMoment,
  now: Date,
): Promise<ReadonlyMap<string, StoredOrder>> {
  const headers = headersOf(lines, references, moment);
  const orders = new Map<string, StoredOrder>();
  const { rows: existing } = await sql<ExistingRow>`
    select id, number, ordered_on::text as ordered_on, month, (extract(epoch from ordered_at) * 1000)::bigint as ordered_at_ms,
      country, party_id, channel_id, site_id
    from sales_order
    where company_id = ${place.company_id}::bigint and source = ${place.source}
      and number = any(${textArray(headers.keys())}::text::text[])`.execute(tx);
  for (const row of existing) {
    orders.set(row.number, {
      id: row.id,
      ordered_on: row.ordered_on,
      month: row.month,
      existed: true,
      rewritten: false,
    });
  }
  const differing = existing.filter((row) => differs(row, headers.get(row.number)));
  for (const order of await rewriteHeaders(tx, differing, headers, now)) orders.set(order.number, order.stored);
  const fresh = [...headers.values()].filter((header) => !orders.has(header.number));
  for (const order of await insertOrders(tx, place, fresh, now)) orders.set(order.number, order.stored);
  if (orders.size !== headers.size) throw new Error('an order of the block was neither found nor made');
  return orders;
}

function headersOf(
  lines: readonly IdentifiedLine[],
  references: References,
  moment: (wall: WallTime) => ZonedMoment,
): Map<string, Header> {
  const first = new Map<string, IdentifiedLine>();
  for (const each of lines) {
    const known = first.get(each.line.invoice);
    if (!known || each.ordinal < known.ordinal) first.set(each.line.invoice, each);
  }
  const headers = new Map<string, Header>();
  for (const [number, { ordinal, line }] of first) {
    const { day, instant_ms } = moment(line.ordered_at);
    headers.set(number, {
      number,
      ordinal,
      ordered_on: isoDate(day),
      month: monthOfDay(day),
      ordered_at_ms: instant_ms,
      country: line.country,
      party_id: references.partyId(line),
      channel_id: references.channelId(line),
      site_id: references.siteId(line),
    });
  }
  return headers;
}

function differs(row: ExistingRow, header: Header | undefined): boolean {
  return (
    header !== undefined &&
    (row.ordered_on !== header.ordered_on ||
      row.ordered_at_ms !== header.ordered_at_ms ||
      row.country !== header.country ||
      row.party_id !== header.party_id ||
      row.channel_id !== header.channel_id ||
      row.site_id !== header.site_id)
  );
}

/** Only a line at or before the order's first stored line speaks for the order; its date moves to all lines. */
async function rewriteHeaders(
  tx: ImportTransaction,
  differing: readonly ExistingRow[],
  headers: ReadonlyMap<string, Header>,
  now: Date,
): Promise<{ number: string; stored: StoredOrder }[]> {
  if (differing.length === 0) return [];
  const { rows: firsts } = await sql<{ order_id: number; ordinal: number }>`
    select l.order_id, min(l.ordinal) as ordinal
    from unnest(${integerArray(differing.map((row) => row.id))}::text::bigint[]) as o(id)
    join order_line l on l.order_id = o.id group by l.order_id`.execute(tx);
  const firstOrdinal = new Map(firsts.map((row) => [row.order_id, row.ordinal]));
  const changed: { number: string; stored: StoredOrder }[] = [];
  for (const row of differing) {
    const header = headers.get(row.number);
    if (!header || header.ordinal > (firstOrdinal.get(row.id) ?? Infinity)) continue;
    await tx
      .updateTable('sales_order')
      .set({
        ordered_on: header.ordered_on,
        month: header.month,
        ordered_at: new Date(header.ordered_at_ms),
        country: header.country,
        party_id: header.party_id,
        channel_id: header.channel_id,
        site_id: header.site_id,
        written_at: now,
      })
      .where('id', '=', row.id)
      .execute();
    if (row.ordered_on !== header.ordered_on) await moveLines(tx, row.id, header);
    changed.push({
      number: row.number,
      stored: { id: row.id, ordered_on: header.ordered_on, month: header.month, existed: true, rewritten: true },
    });
  }
  return changed;
}

/** Lines, costs and shipments carry the order's month: all move together. */
async function moveLines(tx: ImportTransaction, order_id: number, header: Header): Promise<void> {
  await sql`update order_line set ordered_on = ${header.ordered_on}::date, month = ${header.month}::int
    where order_id = ${order_id}::bigint`.execute(tx);
  await sql`update order_line_cost c set month = ${header.month}::int
    from order_line l where l.order_id = ${order_id}::bigint and c.id = l.id`.execute(tx);
  await sql`update shipment_line s set month = ${header.month}::int
    from order_line l where l.order_id = ${order_id}::bigint and s.order_line_id = l.id`.execute(tx);
}

async function insertOrders(
  tx: ImportTransaction,
  place: ImportPlace,
  fresh: readonly Header[],
  now: Date,
): Promise<{ number: string; stored: StoredOrder }[]> {
  if (fresh.length === 0) return [];
  const { rows } = await sql<{ id: number; number: string }>`
    insert into sales_order (company_id, source, state, written_at, number, month, ordered_on, ordered_at, country, party_id,
      channel_id, site_id)
    select ${place.company_id}::bigint, ${place.source}::text, 'done', ${now}::timestamptz, number, month, ordered_on,
      to_timestamp(ordered_at_ms / 1000.0), country, party_id, channel_id, site_id
    from unnest(
      ${textArray(fresh.map((order) => order.number))}::text::text[],
      ${integerArray(fresh.map((order) => order.month))}::text::int[],
      ${textArray(fresh.map((order) => order.ordered_on))}::text::date[],
      ${integerArray(fresh.map((order) => order.ordered_at_ms))}::text::bigint[],
      ${textArray(fresh.map((order) => order.country))}::text::text[],
      ${integerArray(fresh.map((order) => order.party_id))}::text::bigint[],
      ${integerArray(fresh.map((order) => order.channel_id))}::text::bigint[],
      ${integerArray(fresh.map((order) => order.site_id))}::text::bigint[]
    ) as n(number, month, ordered_on, ordered_at_ms, country, party_id, channel_id, site_id)
    returning id, number`.execute(tx);
  const byNumber = new Map(fresh.map((order) => [order.number, order]));
  return rows.map((row) => {
    const order = byNumber.get(row.number);
    if (!order) throw new Error(`an order ${row.number} was made that nobody asked for`);
    return {
      number: row.number,
      stored: { id: row.id, ordered_on: order.ordered_on, month: order.month, existed: false, rewritten: false },
    };
  });
}
