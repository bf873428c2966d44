/** How the deliveries of a company were billed, as the close tells it: what its invoices name, and what they bill of their orders. */
import { type Billing, billedParts, looseInvoices, type SoldLine, takenBack } from '#domain/orders/billedParts.ts';
import type { CustomerInvoice } from '#domain/close/reconcile/billedDeliveries.ts';
import { namesIn } from '#domain/close/reconcile/billing.ts';
import type { DeliveryFact } from '#domain/kpi/delivery.ts';
import { GOODS_KIND } from '#domain/kpi/margin.ts';
import type { QueryContext } from '../context.ts';
import { billedWhole, MAY_NAME_SEVERAL } from './billedWhole.ts';
import { rememberedOf } from '../readCache.ts';

export async function billingOf(context: QueryContext, company_id: number): Promise<Billing> {
  return await rememberedOf(
    context,
    (cache) => cache.billing,
    String(company_id),
    ['invoice', 'shipment_line', 'order_line', 'sales_order'],
    () => Promise.resolve(readBilling(context, company_id)),
  );
}

function readBilling(context: QueryContext, company_id: number): Billing {
  const named = context.scan<readonly [ref: string, posted_on: number]>(
    `SELECT ref, min(posted_on) FROM main.invoice NOT INDEXED
     WHERE company_id = ? AND kind = 'customer' AND ref IS NOT NULL GROUP BY ref`,
    [company_id],
  );
  const loose = looseInvoices(withoutOrder(context, company_id));
  const unnamed = ordersOfUnnamed(context, company_id);
  const whole = billedWhole(context, company_id, unnamed);
  const otherwise = new Set([
    ...ordersOfLoose(context, loose),
    ...ordersTakenBack(context, company_id),
    ...unnamed.filter((order) => !whole.has(order)),
  ]);
  context.checkCancelled();
  const parts =
    otherwise.size === 0
      ? NO_PARTS
      : billedParts(soldLines(context, otherwise), [...invoicesOf(context, company_id, otherwise), ...loose]);
  return { named: new Map(named), whole, otherwise, parts };
}

const NO_PARTS = { at_once: new Map(), others: new Map() } as const;

type InvoiceRow = readonly [
  id: number,
  number: string,
  order_id: number | null,
  ref: string | null,
  posted_on: number,
  amount_minor: number,
  party_id: number,
];

function invoicesWhere(context: QueryContext, where: string, asked: readonly (string | number)[]): CustomerInvoice[] {
  const rows = context.scan<InvoiceRow>(
    `SELECT id, number, order_id, ref, posted_on, amount_minor, party_id FROM main.invoice i NOT INDEXED
     WHERE kind = 'customer' AND ${where} ORDER BY id`,
    asked,
  );
  return rows.map(([id, number, order, names, day, amount_minor, party_id]) => {
    return { id, number, order, names, day, amount_minor, party_id };
  });
}

/** Those that may be such; which are, the domain says. */
function withoutOrder(context: QueryContext, company_id: number): readonly CustomerInvoice[] {
  return invoicesWhere(
    context,
    `company_id = ? AND order_id IS NULL AND ref IS NOT NULL AND (${MAY_NAME_SEVERAL} OR ref IN (
       SELECT ref FROM main.invoice NOT INDEXED
       WHERE company_id = ? AND kind = 'customer' AND order_id IS NULL AND amount_minor < 0))`,
    [company_id, company_id],
  );
}

function ordersOfLoose(context: QueryContext, loose: readonly CustomerInvoice[]): readonly number[] {
  if (loose.length === 0) return [];
  const named = loose.flatMap(({ names, party_id }) => namesIn(names ?? '').map((name) => [party_id, name] as const));
  const rows = context.scan<readonly [order_id: number]>(
    `SELECT DISTINCT o.id FROM json_each(?) n
       JOIN main.shipment_line s ON s.number = n.value ->> 1
       JOIN main.order_line l ON l.id = s.order_line_id
       JOIN main.sales_order o ON o.id = l.order_id AND o.party_id = n.value ->> 0`,
    [JSON.stringify(named)],
  );
  return rows.map(([id]) => id);
}

/** Orders with an invoice that names no delivery. */
function ordersOfUnnamed(context: QueryContext, company_id: number): readonly number[] {
  const rows = context.scan<readonly [order_id: number]>(
    `SELECT DISTINCT order_id FROM main.invoice NOT INDEXED
     WHERE company_id = ? AND kind = 'customer' AND order_id IS NOT NULL AND amount_minor > 0
       AND (ref IS NULL OR ref NOT IN (SELECT number FROM main.shipment_line NOT INDEXED WHERE company_id = ?))`,
    [company_id, company_id],
  );
  return rows.map(([id]) => id);
}

/** Orders of which an invoice was taken back. */
function ordersTakenBack(context: QueryContext, company_id: number): readonly number[] {
  const credited = invoicesWhere(
    context,
    `company_id = ? AND order_id IN (SELECT order_id FROM main.invoice NOT INDEXED
       WHERE company_id = ? AND kind = 'customer' AND amount_minor < 0)`,
    [company_id, company_id],
  );
  return takenBack(credited).flatMap(({ order }) => order ?? []);
}

function invoicesOf(
  context: QueryContext,
  company_id: number,
  orders: ReadonlySet<number>,
): readonly CustomerInvoice[] {
  const asked = [company_id, JSON.stringify([...orders])];
  return invoicesWhere(context, 'company_id = ? AND order_id IN (SELECT value FROM json_each(?))', asked);
}

type LineRow = readonly [
  id: number,
  order_id: number,
  party_id: number | null,
  open: number,
  ordered_on: number,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  net_minor: number,
  number: string,
  shipped_on: number,
  qty_milli: number,
];

function soldLines(context: QueryContext, orders: ReadonlySet<number>): readonly SoldLine[] {
  const rows = context.scan<LineRow>(
    `SELECT l.id, l.order_id, o.party_id, o.state = 'open', l.ordered_on, l.ordered_qty_milli, l.cancelled_qty_milli,
       l.net_minor, s.number, s.shipped_on, s.qty_milli
     FROM json_each(?) asked CROSS JOIN main.sales_order o ON o.id = asked.value
       CROSS JOIN main.order_line l ON l.order_id = o.id AND l.kind = 'goods'
       CROSS JOIN main.shipment_line s ON s.order_line_id = l.id`,
    [JSON.stringify([...orders])],
  );
  const lines = new Map<number, SoldLine & { readonly shipments: DeliveryFact[] }>();
  for (const row of rows) {
    const [id, order_id, party_id, open, ordered_on, ordered_qty_milli, cancelled_qty_milli, net_minor] = row;
    const { 8: number, 9: shipped_on, 10: qty_milli } = row;
    const line = lines.get(id) ?? {
      ...NOT_ASKED,
      id,
      order_id,
      party_id,
      ordered_on,
      ordered_qty_milli,
      cancelled_qty_milli,
      net_minor,
      kind: GOODS_KIND,
      closed: open === 0,
      shipments: [],
    };
    lines.set(id, line);
    line.shipments.push({ number, shipped_on, delivered_on: null, qty_milli });
  }
  return [...lines.values()];
}

const NOT_ASKED = { channel_id: null, requested_on: null, committed_on: null, cancelled_by: null } as const;
