/** Deliveries whose invoices do not each name one delivery of their order: what was billed of them, by the one rule. */
import { sql } from 'kysely';
import {
  billedNets,
  type BilledOn,
  type CustomerInvoice,
  type DeliveredNet,
} from '#domain/close/reconcile/billedDeliveries.ts';
import { namesIn } from '#domain/close/reconcile/billing.ts';
import type { DeliveredLine } from '#domain/close/reconcile/documentRows.ts';
import { amountsOfParts } from '#domain/money.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dayOf, idList } from './days.ts';

/** Whether an invoice `i` of a customer takes an earlier one of its order back. */
export const TAKES_BACK = sql`i.amount_minor < 0 and exists (select from invoice t
  where t.order_id = i.order_id and t.kind = 'customer' and t.amount_minor = -i.amount_minor
    and t.ref is not distinct from i.ref and t.posted_on <= i.posted_on)`;

interface LooseInvoice extends CustomerInvoice {
  readonly names: string;
}

/** Of the lines of a page; by shipment line, null where every invoice names one delivery. */
export async function billedInParts(
  tx: ServerTransaction,
  company_id: number,
  lines: readonly DeliveredLine[],
): Promise<ReadonlyMap<number, readonly BilledOn[]> | null> {
  const otherwise = await billedOtherwise(tx, company_id, lines);
  const loose = await looseInvoices(tx, company_id, lines, otherwise);
  if (otherwise.size === 0) return null;
  const of = idList([...otherwise]);
  const { rows: parts } = await sql<PartRow>`
    select l.id, l.order_id, l.party_id, o.party_id as customer_id, l.ordered_qty_milli - l.cancelled_qty_milli as sold_qty_milli,
      l.net_minor, s.id as part_id, s.number, ${dayOf('s.shipped_on')} as shipped_on, s.qty_milli
    from order_line l join sales_order o on o.id = l.order_id join shipment_line s on s.order_line_id = l.id
    where l.order_id = any(${of}) and l.kind = 'goods' order by l.id, s.shipped_on, s.id`.execute(tx);
  const { rows: named } = await sql<CustomerInvoice>`
    select id, number, order_id as "order", ref as names, ${dayOf('posted_on')} as day, amount_minor, party_id
    from invoice where order_id = any(${of}) and kind = 'customer' and company_id = ${company_id} order by id`.execute(
    tx,
  );
  return billedNets(netsIn(parts), [...named, ...loose]);
}

/** Orders of a page that an invoice bills without naming a delivery of theirs, or where a credit takes one back. */
async function billedOtherwise(
  tx: ServerTransaction,
  company_id: number,
  lines: readonly DeliveredLine[],
): Promise<Set<number>> {
  const told = new Map<number, Set<string>>();
  for (const { order_id, parts } of lines) {
    const numbers = told.get(order_id) ?? new Set<string>();
    told.set(order_id, numbers);
    for (const { number } of parts) numbers.add(number);
  }
  const pairs = [...told].flatMap(([order_id, numbers]) => [...numbers].map((number) => ({ order_id, number })));
  const { rows } = await sql<{ order_id: number; ref: string | null; takes_back: boolean }>`
    with told as materialized (
      select * from unnest(${integerArray(pairs.map(({ order_id }) => order_id))}::text::bigint[],
        ${textArray(pairs.map(({ number }) => number))}::text::text[]) as told(order_id, number))
    select i.order_id, i.ref, ${TAKES_BACK} as takes_back from invoice i
    where i.order_id = any(${idList([...told.keys()])}) and i.company_id = ${company_id} and i.kind = 'customer'
      and (i.amount_minor > 0 and (i.ref is null or (i.order_id, i.ref) not in (select order_id, number from told))
        or ${TAKES_BACK})`.execute(tx);
  const found = new Set(
    rows.flatMap(({ order_id, ref, takes_back }) => (ref === null || takes_back ? [order_id] : [])),
  );
  // of lines that are not on the page the deliveries are looked up
  const asked = rows.filter(({ order_id }) => !found.has(order_id));
  if (asked.length === 0) return found;
  const { rows: numbers } = await sql<{ order_id: number; number: string }>`
    select distinct l.order_id, s.number from order_line l join shipment_line s on s.order_line_id = l.id
    where l.order_id = any(${idList([...new Set(asked.map(({ order_id }) => order_id))])})`.execute(tx);
  const named = new Set(numbers.map(({ order_id, number }) => JSON.stringify([order_id, number])));
  for (const { order_id, ref } of asked) if (!named.has(JSON.stringify([order_id, ref]))) found.add(order_id);
  return found;
}

interface PartRow {
  readonly id: number;
  readonly order_id: number;
  readonly customer_id: number | null;
  readonly sold_qty_milli: number;
  readonly net_minor: number;
  readonly part_id: number;
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
}

function netsIn(rows: readonly PartRow[]): readonly DeliveredNet<number>[] {
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((own): readonly DeliveredNet<number>[] => {
    const [line] = own;
    if (!line) return [];
    const quantities = own.map(({ qty_milli }) => qty_milli);
    const nets = amountsOfParts(line.net_minor, quantities, line.sold_qty_milli);
    return own.map(({ part_id, number, shipped_on }, nth) => {
      const of = { line_id: line.id, order_id: line.order_id, party_id: line.customer_id };
      return { id: part_id, ...of, number, shipped_on, net_minor: nets[nth] ?? 0 };
    });
  });
}

/** Invoices without an order that name deliveries of the page's customers; their orders are added to `otherwise`. */
async function looseInvoices(
  tx: ServerTransaction,
  company_id: number,
  lines: readonly DeliveredLine[],
  otherwise: Set<number>,
): Promise<readonly LooseInvoice[]> {
  const numbers = textArray(new Set(lines.flatMap(({ parts }) => parts.map(({ number }) => number))));
  const { rows } = await sql<LooseInvoice>`
    select id, number, null::bigint as "order", ref as names, ${dayOf('posted_on')} as day, amount_minor, party_id
    from invoice where company_id = ${company_id} and kind = 'customer' and order_id is null and ref is not null
      and (ref = any(${numbers}::text::text[]) or ref ~ '[,;+|&\n]') order by id`.execute(tx);
  if (rows.length === 0) return rows;
  const named = new Set(rows.flatMap(({ party_id, names }) => namesIn(names).map((name) => `${party_id}/${name}`)));
  for (const { order_id, party_id, parts } of lines)
    if (parts.some(({ number }) => named.has(`${party_id}/${number}`))) otherwise.add(order_id);
  return rows;
}
