/** Deliveries whose invoices do not each name one delivery of their order: what was billed of them, by the one rule. */
import { type RawBuilder, sql } from 'kysely';
import {
  billedNets,
  type BilledOn,
  type CustomerInvoice,
  type DeliveredNet,
} from '#domain/close/reconcile/billedDeliveries.ts';
import { namesIn } from '#domain/close/reconcile/billing.ts';
import { type DeliveredLine, netsOf } from '#domain/close/reconcile/postings.ts';
import { textArray } from '#server/imports/arrayText.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dayOf, idList } from './days.ts';

/** Orders (`i` is an invoice of one) that an invoice bills without naming a delivery of theirs, or where a credit takes one back. */
export function billedOtherwise(company_id: number, orders: RawBuilder<unknown> | null): RawBuilder<unknown> {
  return sql`select i.order_id from invoice i
    where i.company_id = ${company_id} and i.kind = 'customer' and i.order_id is not null
      and ${orders === null ? sql`true` : sql`i.order_id = any(${orders})`}
      and case when i.amount_minor < 0 then exists (
          select 1 from invoice t where t.order_id = i.order_id and t.kind = 'customer' and t.amount_minor = -i.amount_minor
            and t.ref is not distinct from i.ref and t.posted_on <= i.posted_on)
        else i.amount_minor > 0 and (i.ref is null or not exists (
          select 1 from order_line d join shipment_line s on s.order_line_id = d.id
          where d.order_id = i.order_id and s.number = i.ref)) end`;
}

interface LooseInvoice extends CustomerInvoice {
  readonly names: string;
}

/** Of the lines of a page; by shipment line, null where every invoice names one delivery. */
export async function billedInParts(
  tx: ServerTransaction,
  company_id: number,
  lines: readonly DeliveredLine[],
): Promise<ReadonlyMap<number, readonly BilledOn[]> | null> {
  const orders = idList([...new Set(lines.map(({ order_id }) => order_id))]);
  const { rows } = await sql<{ order_id: number }>`
    select distinct order_id from (${billedOtherwise(company_id, orders)}) o`.execute(tx);
  const otherwise = new Set(rows.map(({ order_id }) => order_id));
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
    const nets = netsOf({ ...line, parts: own });
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
