/** How far customers are exposed: open receivables, what left without a bill, open orders, less what was paid ahead. */
import type { CustomerInvoice } from '#domain/close/reconcile/billedDeliveries.ts';
import type { DeliveryFact, DeliveryLine } from '#domain/kpi/delivery.ts';
import type { CreditFigures } from '#domain/orders/approval.ts';
import { orderExposure, unbilledSince } from '#domain/orders/credit.ts';
import type { QueryContext } from '../context.ts';
import { PAID_OF_INVOICE, UNSETTLED_BY_PARTY, UNSETTLED_OF_PARTY, unsettledAsked } from '../credit/settled.ts';
import { rememberedOf, type UnbilledDeliveries } from '../readCache.ts';
import { monthsWithLines } from '../reference/months.ts';

export interface CustomerCredit extends CreditFigures {
  readonly id: number;
  readonly ver: number;
}

/** Of those named; `limited` of those only who have a limit, which is all that an order can break. */
export async function creditOf(
  context: QueryContext,
  company_id: number,
  as_of_on: number,
  party_ids: readonly number[],
  who: 'all' | 'limited',
): Promise<ReadonlyMap<number, CustomerCredit>> {
  const list = JSON.stringify(party_ids);
  const named = context.scan<readonly [id: number, ver: number, limit_minor: number | null]>(
    `SELECT p.id, p.ver, p.credit_limit_minor FROM json_each(?) j JOIN main.party p ON p.id = j.value
     WHERE p.credit_limit_minor IS NOT NULL OR ? = 'all'`,
    [list, who],
  );
  const unbilled = await unbilledDeliveries(context, company_id, as_of_on);
  const lines = await linesOf(context, company_id, JSON.stringify(named.map(([id]) => id)), as_of_on, unbilled);
  context.checkCancelled();
  const bills =
    named.length <= FEW_CUSTOMERS
      ? new Map(named.map(([id]) => [id, billsOf(context, company_id, id, as_of_on)]))
      : billsOfAll(context, company_id, as_of_on);
  const found = new Map<number, CustomerCredit>();
  for (const [id, ver, limit_minor] of named) {
    const { receivables_minor, deposits_minor } = bills.get(id) ?? NO_BILLS;
    const own = lines.get(id) ?? [];
    const invoices = [...new Set(own.map(({ order_id }) => order_id))].flatMap(
      (order_id) => unbilled.invoices.get(order_id) ?? [],
    );
    const orders = orderExposure(own, as_of_on, (number) => !unbilled.numbers.has(number), invoices);
    found.set(id, { id, ver, limit_minor, receivables_minor, deposits_minor, ...orders });
  }
  return found;
}

/** Of more, all invoices are read once from end to end: one customer after the other reads them in a scattered order. */
const FEW_CUSTOMERS = 20;

interface Bills {
  readonly receivables_minor: number;
  readonly deposits_minor: number;
}
const NO_BILLS: Bills = { receivables_minor: 0, deposits_minor: 0 };

function billsOf(context: QueryContext, company_id: number, party_id: number, on: number): Bills {
  const invoices = context.scan<readonly [open_minor: number, posted: number]>(
    `SELECT iif(i.posted_on <= ?, i.amount_minor, 0) - ${PAID_OF_INVOICE}, i.posted_on <= ?
     FROM main.invoice i WHERE i.party_id = ? AND i.company_id = ? AND i.kind = 'customer'`,
    [on, on, on, party_id, company_id],
  );
  const posted = invoices.filter((row) => row[1] === 1);
  const sum = (rows: typeof invoices): number => rows.reduce((all, [open_minor]) => all + open_minor, 0);
  const [[deposits_minor] = [0]] = context.scan<readonly [number]>(UNSETTLED_OF_PARTY, [
    on,
    party_id,
    company_id,
    on,
    on,
  ]);
  return {
    receivables_minor: sum(posted),
    // what was settled of an invoice before it is posted is paid ahead until then
    deposits_minor: deposits_minor - sum(invoices.filter((row) => row[1] === 0)),
  };
}

/** The same of everybody. */
function billsOfAll(context: QueryContext, company_id: number, on: number): ReadonlyMap<number, Bills> {
  const bills = new Map<number, { receivables_minor: number; deposits_minor: number }>();
  const of = (party_id: number) => {
    const known = bills.get(party_id) ?? { receivables_minor: 0, deposits_minor: 0 };
    bills.set(party_id, known);
    return known;
  };
  for (const [party_id, open_minor, posted] of context.scan<
    readonly [party_id: number, open_minor: number, posted: number]
  >(
    `SELECT party_id, open_minor, posted FROM (
       SELECT i.party_id, iif(i.posted_on <= ?, i.amount_minor, 0) - ${PAID_OF_INVOICE} AS open_minor,
         i.posted_on <= ? AS posted
       FROM main.invoice i NOT INDEXED WHERE i.company_id = ? AND i.kind = 'customer')
     WHERE open_minor <> 0`,
    [on, on, on, company_id],
  )) {
    if (posted === 0) of(party_id).deposits_minor -= open_minor;
    else of(party_id).receivables_minor += open_minor;
  }
  for (const [party_id, deposits_minor] of context.scan<readonly [party_id: number, deposits_minor: number]>(
    UNSETTLED_BY_PARTY,
    unsettledAsked(company_id, on),
  )) {
    of(party_id).deposits_minor += deposits_minor;
  }
  return bills;
}

/**
 * What left by a day and no invoice of a customer, posted by then and not taken back, names: whoever it is made out to and whatever its
 * age. Read from end to end once.
 */
async function unbilledDeliveries(context: QueryContext, company_id: number, on: number): Promise<UnbilledDeliveries> {
  return await rememberedOf(
    context,
    (cache) => cache.unbilled,
    JSON.stringify([company_id, on]),
    ['shipment_line', 'invoice'],
    () => {
      const { from_on } = unbilledSince(on);
      const rows = context.scan<readonly [order_line_id: number, number: string, shipped_on: number]>(
        `SELECT s.order_line_id, s.number, s.shipped_on FROM main.shipment_line s NOT INDEXED
         WHERE s.company_id = ? AND s.shipped_on <= ? AND s.number NOT IN (
           SELECT ref FROM main.invoice NOT INDEXED
           WHERE company_id = ? AND kind = 'customer' AND posted_on <= ? AND ref IS NOT NULL
           GROUP BY ref HAVING sum(amount_minor) <> 0 OR count(*) = 1)`,
        [company_id, on, company_id, on],
      );
      return Promise.resolve({
        numbers: new Set(rows.map(([, number]) => number)),
        old_lines: rows.filter(([, , shipped_on]) => shipped_on < from_on).map(([id]) => id),
        invoices: invoicesOf(
          context,
          company_id,
          on,
          rows.map(([id]) => id),
        ),
      });
    },
  );
}

type InvoiceRow = readonly [
  id: number,
  number: string,
  order_id: number,
  ref: string | null,
  posted_on: number,
  amount_minor: number,
  party_id: number,
];

/** Of the orders of some lines, read from end to end once: copies have no index by order. */
function invoicesOf(
  context: QueryContext,
  company_id: number,
  on: number,
  lines: readonly number[],
): UnbilledDeliveries['invoices'] {
  if (lines.length === 0) return new Map();
  const rows = context.scan<InvoiceRow>(
    `SELECT id, number, order_id, ref, posted_on, amount_minor, party_id FROM main.invoice NOT INDEXED
     WHERE company_id = ? AND kind = 'customer' AND posted_on <= ? AND order_id IN (
       SELECT l.order_id FROM json_each(?) u CROSS JOIN main.order_line l ON l.id = u.value)`,
    [company_id, on, JSON.stringify(lines)],
  );
  const invoices = rows.map(([id, number, order, names, day, amount_minor, party_id]): CustomerInvoice => {
    return { id, number, order, names, day, amount_minor, party_id };
  });
  return Map.groupBy(invoices, ({ order }) => order);
}

type LineRow = readonly [
  id: number,
  order_id: number,
  channel_id: number | null,
  ordered_on: number,
  requested_on: number | null,
  committed_on: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  cancelled_by: string | null,
  net_minor: number,
  open: number,
  number: string | null,
  shipped_on: number | null,
  delivered_on: number | null,
  qty_milli: number | null,
  party_id: number,
];

/** Of a company's orders that are open, of a month and later, of older months with goods that left since a day, and of lines named. */
export const EXPOSED_LINES = `SELECT l.id, l.order_id, l.channel_id, l.ordered_on, l.requested_on, l.committed_on,
    l.ordered_qty_milli, l.cancelled_qty_milli, l.cancelled_by, l.net_minor, o.state = 'open', s.number, s.shipped_on,
    s.delivered_on, s.qty_milli, o.party_id
  FROM (
    SELECT id, state, party_id FROM main.sales_order INDEXED BY sales_order_open WHERE company_id = ? AND state = 'open'
    UNION SELECT id, state, party_id FROM main.sales_order WHERE company_id = ? AND month >= ?
    UNION SELECT late.id, late.state, late.party_id FROM json_each(?) m
      CROSS JOIN main.shipment_line left_late ON left_late.company_id = ? AND left_late.month = m.value
        AND left_late.shipped_on >= ?
      CROSS JOIN main.order_line of ON of.id = left_late.order_line_id
      CROSS JOIN main.sales_order late ON late.id = of.order_id
    UNION SELECT bare.id, bare.state, bare.party_id FROM json_each(?) unbilled
      CROSS JOIN main.order_line bare_line ON bare_line.id = unbilled.value
      CROSS JOIN main.sales_order bare ON bare.id = bare_line.order_id) o
    CROSS JOIN main.order_line l ON l.order_id = o.id AND l.kind = 'goods'
    LEFT JOIN main.shipment_line s ON s.order_line_id = l.id
  WHERE o.party_id IN (SELECT value FROM json_each(?))`;

/**
 * Customer → goods of the orders that can add to it, each with its shipments. Of older months' shipments the index gives
 * the late ones alone, a month after the other.
 */
async function linesOf(
  context: QueryContext,
  company_id: number,
  party_ids: string,
  on: number,
  { old_lines }: UnbilledDeliveries,
): Promise<Map<number, DeliveryLine[]>> {
  const since = unbilledSince(on);
  const months = (await monthsWithLines(context.db, company_id)).filter((month) => month < since.month);
  const late = [JSON.stringify(months), company_id, since.from_on, JSON.stringify(old_lines)];
  const rows = context.scan<LineRow>(EXPOSED_LINES, [company_id, company_id, since.month, ...late, party_ids]);
  const lines = new Map<number, DeliveryLine & { readonly shipments: DeliveryFact[]; readonly party_id: number }>();
  for (const row of rows) {
    const { 0: id, 1: order_id, 2: channel_id, 3: ordered_on, 4: requested_on, 5: committed_on } = row;
    const { 6: ordered_qty_milli, 7: cancelled_qty_milli, 8: cancelled_by, 9: net_minor, 10: open } = row;
    const { 11: number, 12: shipped_on, 13: delivered_on, 14: qty_milli, 15: party_id } = row;
    const line = lines.get(id) ?? {
      id,
      order_id,
      party_id,
      channel_id,
      kind: 'goods',
      ordered_on,
      requested_on,
      committed_on,
      ordered_qty_milli,
      cancelled_qty_milli,
      cancelled_by,
      net_minor,
      closed: open === 0,
      shipments: [],
    };
    lines.set(id, line);
    if (number !== null && shipped_on !== null && qty_milli !== null) {
      line.shipments.push({ number, shipped_on, delivered_on, qty_milli });
    }
  }
  return Map.groupBy(lines.values(), (line) => line.party_id);
}
