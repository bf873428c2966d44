/** What a customer's orders add to their exposure: what is open of them, and what left without a bill. */
import { addMonths, firstDayOfMonth, monthOfDay } from '../calendar.ts';
import { billedNets, type CustomerInvoice, type DeliveredNet } from '../close/reconcile/billedDeliveries.ts';
import { exposureRows } from '../kpi/backorder.ts';
import { type DeliveryLine, netOfQty, partsOf, wantedQtyMilli } from '../kpi/delivery.ts';

/** Bills follow the goods within days: what left in the last so many months is looked at order by order. */
const LOOKED_AT_MONTHS = 2;

/**
 * Which orders are read to reckon the exposure of a day (day number) whatever was billed: the open ones, those of `month`
 * (yyyymm) and later, and older ones of which goods left on `from_on` (day number) or later; what left since that day was still
 * open on it. Of what left before, those of which no invoice names the delivery.
 */
export function unbilledSince(on: number): { readonly month: number; readonly from_on: number } {
  const month = addMonths(monthOfDay(on), 1 - LOOKED_AT_MONTHS);
  return { month, from_on: firstDayOfMonth(month) };
}

export interface OrderExposure {
  readonly open_orders_minor: number;
  readonly shipped_unbilled_minor: number;
}

/**
 * Of one customer's orders. `named`: whether an invoice posted by the day names the delivery; of orders with others, `invoices` are
 * all those posted by the day, and the rule of the close says what they bill (domain/close/reconcile/billing.ts).
 */
export function orderExposure(
  lines: Iterable<DeliveryLine>,
  on: number,
  named: (shipment_number: string) => boolean,
  invoices: readonly CustomerInvoice[],
): OrderExposure {
  const all = [...lines];
  const billed = billedOf(all, on, named, invoices);
  let open_orders_minor = 0;
  let shipped_unbilled_minor = 0;
  for (const line of all) {
    exposureRows(line, on, named, ({ kpi, id, numerator }) => {
      if (kpi === 'open_orders_value') open_orders_minor += numerator;
      if (kpi === 'shipped_unbilled') shipped_unbilled_minor += numerator - (billed.get(String(id)) ?? 0);
    });
  }
  return { open_orders_minor, shipped_unbilled_minor };
}

/** What of deliveries that no invoice names is billed all the same, by the rows' ids. */
function billedOf(
  lines: readonly DeliveryLine[],
  on: number,
  named: (shipment_number: string) => boolean,
  invoices: readonly CustomerInvoice[],
): ReadonlyMap<string, number> {
  const invoiced = new Set(invoices.map(({ order }) => order));
  const nets = lines.filter(({ order_id }) => invoiced.has(order_id)).flatMap((line) => netsOn(line, on));
  const open = new Set(nets.filter(({ number }) => !named(number)).map(({ order_id }) => order_id));
  if (open.size === 0) return new Map();
  const billed = billedNets(
    nets.filter(({ order_id }) => open.has(order_id)),
    invoices.filter(({ order, day }) => day <= on && order !== null && open.has(order)),
  );
  return new Map([...billed].map(([id, parts]) => [id, parts.reduce((sum, each) => sum + each.amount_minor, 0)]));
}

function netsOn(line: DeliveryLine, on: number): readonly DeliveredNet<string>[] {
  let before_qty_milli = 0;
  return partsOf(line.shipments, wantedQtyMilli(line)).flatMap(({ number, shipped_on, qty_milli }) => {
    const before_minor = netOfQty(line, before_qty_milli);
    before_qty_milli += qty_milli;
    if (shipped_on > on) return [];
    const net_minor = netOfQty(line, before_qty_milli) - before_minor;
    const of = { line_id: line.id, order_id: line.order_id, party_id: null };
    return [{ id: `${line.id}:${number}:${shipped_on}`, ...of, number, shipped_on, net_minor }];
  });
}
