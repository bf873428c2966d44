/** What of a purchase a locked month holds: its receipts, and what those are valued by. The database refuses the same (migration 095). */
import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { formatDecimal } from '#domain/decimal.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { PURCHASES } from '#domain/imports/kinds/purchases.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { Job, Line } from '../job.ts';
import { standingLines, type StandingOrders } from './standingPurchases.ts';

export type PurchaseRow = RowOf<(typeof PURCHASES)['fields']>;
export type PurchaseLine = Line<PurchaseRow>;

/** Why a receipt can be neither booked nor altered: its month is locked, or the one it stands in. What stands so already may. */
export async function lockedReceipts(
  job: Job,
  lines: readonly PurchaseLine[],
): Promise<(row: PurchaseRow) => string | null> {
  const locked = await lockedDays(job, 'purchasing');
  const receipts = lines.flatMap(({ row }) => receiptNumber(row) ?? []);
  const { rows } = await sql<{ order: string; item: string; number: string; received_on: string; qty_milli: number }>`
    select o.number as order, i.code as item, r.number, to_char(r.received_on, 'YYYY-MM-DD') as received_on, r.qty_milli
    from receipt_line r join po_line l on l.id = r.po_line_id join purchase_order o on o.id = l.purchase_order_id
    join item i on i.id = l.item_id
    where r.company_id = ${job.company_id}::bigint and r.number = any(${textArray(new Set(receipts))}::text::text[])`.execute(
    job.tx,
  );
  const ofLine = (order: string, item: string, number: string): string => JSON.stringify([order, item, number]);
  const standing = Map.groupBy(rows, ({ order, item, number }) => ofLine(order, item, number));
  const numbers = Map.groupBy(rows, ({ number }) => number);
  return (row) => {
    const number = receiptNumber(row);
    if (number === null || row.received_on == null) return null;
    const stands = standing.get(ofLine(row.number, row.item, number)) ?? [];
    if (stands.some((each) => each.received_on === row.received_on && each.qty_milli === row.received_qty)) return null;
    for (const day of [row.received_on, ...stands.map((each) => each.received_on)]) {
      const why = locked(day);
      if (why !== null) return why;
    }
    // goods that came under one number are one receipt, of the first day
    const beside = (numbers.get(number) ?? []).find(({ received_on }) => locked(received_on) !== null);
    return beside === undefined
      ? null
      : `The receipt ${number} is of ${monthOfIso(beside.received_on)}, which is locked: nothing is added to it. Give what came later a receipt number of its own.`;
  };
}

/** What the receipt of a line is called; null where it says none. */
export function receiptNumber({ received_qty, received_on, receipt, number }: PurchaseRow): string | null {
  return received_qty == null || received_on == null ? null : (receipt ?? `${number} ${received_on}`);
}

/** Which order line a line of the file speaks of. */
export function orderLineKey(row: PurchaseRow): string {
  return JSON.stringify([row.number, row.line ?? row.item]);
}

interface ValuedLine {
  readonly id: number;
  readonly item: string;
  readonly supplier: string;
  readonly supplier_id: number;
  readonly unit_price_micro: number | null;
  /** ISO day of each receipt. */
  readonly received_on: string;
}

/** Why the price, item or supplier of a line stays: goods it brought stand in a locked month at them. */
export async function lockedValues(
  job: Job,
  lines: readonly PurchaseLine[],
  orders: StandingOrders,
): Promise<(row: PurchaseRow) => string | null> {
  const locked = await lockedDays(job, 'purchasing');
  if (!locked.any) return () => null;
  const ids = new Map([...orders].flatMap(([number, [order]]) => (order ? [[number, order.id] as const] : [])));
  const { rows } = await sql<ValuedLine & { purchase_order_id: number }>`
    select l.id, l.purchase_order_id, i.code as item, s.code as supplier, s.id as supplier_id, p.unit_price_micro,
      to_char(r.received_on, 'YYYY-MM-DD') as received_on
    from unnest(${integerArray(ids.values())}::text::bigint[]) as n(id) join purchase_order o on o.id = n.id
      join party s on s.id = o.supplier_id join po_line l on l.purchase_order_id = o.id join item i on i.id = l.item_id
      join receipt_line r on r.po_line_id = l.id left join po_line_price p on p.id = l.id
    order by r.received_on, l.id`.execute(job.tx);
  const held = rows.filter(({ received_on }) => locked(received_on) !== null);
  if (held.length === 0) return () => null;
  const find = await standingLines(job, [...ids.values()]);
  const found = new Map<string, number | null>();
  for (const { row } of lines) {
    const order_id = ids.get(row.number);
    const item_id = job.lookups.id('item', row.item);
    if (order_id === undefined || found.has(orderLineKey(row))) continue;
    found.set(orderLineKey(row), find.find(order_id, row.line ?? row.item, item_id ?? 0));
  }
  return (row) => {
    const order_id = ids.get(row.number);
    const ofOrder = held.find(({ purchase_order_id }) => purchase_order_id === order_id);
    if (ofOrder !== undefined && ofOrder.supplier_id !== job.lookups.id('supplier', row.supplier))
      return `Goods of ${row.number} came in ${monthOfIso(ofOrder.received_on)}, which is locked: it stays with the supplier ${ofOrder.supplier}. Bring what comes from another supplier as an order of its own.`;
    const line = held.find(({ id }) => id === found.get(orderLineKey(row)));
    if (line === undefined) return null;
    const month = monthOfIso(line.received_on);
    if (line.item !== row.item)
      return `Goods of this line came in ${month}, which is locked: it stays a line of ${line.item}. Bring ${row.item} as a line of its own.`;
    if (row.unit_price == null || row.unit_price === line.unit_price_micro) return null;
    const price = line.unit_price_micro === null ? 'without a price' : `valued at ${priceText(line.unit_price_micro)}`;
    return `Goods of this line came in ${month}, which is locked: they stay ${price}. The difference belongs to an open month: it comes with the supplier’s bill. Bring goods still to come as a line of its own at the new price, or have the month opened again under Close.`;
  };
}

function priceText(micro: number): string {
  return formatDecimal({ units: BigInt(micro), places: 6 });
}

function monthOfIso(iso_day: string): string {
  return monthInWords(monthOfDay(dayNumber(iso_day) ?? Number.NaN));
}
