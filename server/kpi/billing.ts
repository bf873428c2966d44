/** What of deliveries is billed where invoices do not each name one of them: reckoned by the domain, given to the statement. */
import { sql } from 'kysely';
import type { CustomerInvoice } from '#domain/close/reconcile/billedDeliveries.ts';
import { isoDate } from '#domain/calendar.ts';
import { type DeliveryFact, deliveredParts } from '#domain/kpi/delivery.ts';
import { GOODS_KIND } from '#domain/kpi/margin.ts';
import { billedMinor, billingIn, type SoldLine } from '#domain/orders/billedParts.ts';
import type { Database } from '#server/schema/database.ts';

/** A part of a delivery, and what of it is billed by a day, minor units. */
export interface BilledPart {
  readonly line_id: number;
  readonly number: string;
  /** ISO day. */
  readonly shipped_on: string;
  readonly billed_minor: number;
}

/** Every part of the orders concerned, billed or not; `on`: day number. Reads all of the company's deliveries and invoices. */
export async function billedOtherwise(db: Database, company_id: number, on: number): Promise<readonly BilledPart[]> {
  const lines = await soldLines(db, company_id);
  const billing = billingIn(lines, await invoicesOf(db, company_id));
  return lines
    .filter(({ order_id }) => billing.otherwise.has(order_id))
    .flatMap((line) =>
      deliveredParts(line).map((part) => ({
        line_id: line.id,
        number: part.number,
        shipped_on: isoDate(part.shipped_on),
        billed_minor: billedMinor(billing, line, part, on),
      })),
    );
}

async function invoicesOf(db: Database, company_id: number): Promise<readonly CustomerInvoice[]> {
  const { rows } = await sql<CustomerInvoice>`
    select id, number, order_id as "order", ref as names, posted_on - date '1970-01-01' as day, amount_minor, party_id
    from invoice where company_id = ${company_id} and kind = 'customer' order by id`.execute(db);
  return rows;
}

interface LineRow extends Omit<SoldLine, 'kind' | 'shipments'> {
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
}

async function soldLines(db: Database, company_id: number): Promise<readonly SoldLine[]> {
  const { rows } = await sql<LineRow>`
    select l.id, l.order_id, o.party_id, o.state <> 'open' as closed, l.ordered_on - date '1970-01-01' as ordered_on,
      l.ordered_qty_milli, l.cancelled_qty_milli, l.net_minor, null as channel_id, null as requested_on,
      null as committed_on, null as cancelled_by, s.number, s.shipped_on - date '1970-01-01' as shipped_on, s.qty_milli
    from order_line l join sales_order o on o.id = l.order_id join shipment_line s on s.order_line_id = l.id
    where l.company_id = ${company_id} and l.kind = 'goods' order by l.id, s.id`.execute(db);
  const lines = new Map<number, SoldLine & { readonly shipments: DeliveryFact[] }>();
  for (const { number, shipped_on, qty_milli, ...row } of rows) {
    const line = lines.get(row.id) ?? { ...row, kind: GOODS_KIND, shipments: [] };
    lines.set(row.id, line);
    line.shipments.push({ number, shipped_on, delivered_on: null, qty_milli });
  }
  return [...lines.values()];
}
