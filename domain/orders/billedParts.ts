/** What invoices bill of the deliveries of customers' orders, by the rule of the close (domain/close/reconcile/billing.ts). */
import { billedNets, type BilledOn, type CustomerInvoice } from '../close/reconcile/billedDeliveries.ts';
import { namesIn } from '../close/reconcile/billing.ts';
import { type DeliveredPart, deliveredParts, type DeliveryLine } from '../kpi/delivery.ts';

/** A line, and whose order it is of. */
export interface SoldLine extends DeliveryLine {
  readonly party_id: number | null;
}

/** How a company's deliveries were billed. */
export interface Billing {
  /** Number of a delivery → the day (number) an invoice that names it was first posted. */
  readonly named: ReadonlyMap<string, number>;
  /** Order → the day its only invoice bills all of it, though it names none of its deliveries. */
  readonly whole: ReadonlyMap<number, number>;
  /** Other orders whose invoices do not each name one delivery; what of them is billed is in `parts`. */
  readonly otherwise: ReadonlySet<number>;
  readonly parts: BilledParts;
}

/** Bills follow the goods within a month: what took longer is kept with its line, as an exposure looks at it by itself (credit.ts). */
const SOON_DAYS = 28;

/** Of deliveries, by the part's id: the day all of it was billed at once, or what was billed of it in the order of days. */
export interface BilledParts {
  readonly at_once: ReadonlyMap<string, number>;
  readonly others: ReadonlyMap<string, OtherPart>;
}

export interface OtherPart {
  readonly line_id: number;
  readonly shipped_on: number;
  readonly net_minor: number;
  readonly billed: readonly BilledOn[];
}

/** Of every delivery of the lines' orders. */
export function billedParts(lines: readonly SoldLine[], invoices: readonly CustomerInvoice[]): BilledParts {
  const at_once = new Map<string, number>();
  const others = new Map<string, OtherPart>();
  const nets = lines.flatMap((line) => {
    const of = { line_id: line.id, order_id: line.order_id, party_id: line.party_id };
    return deliveredParts(line).map((part) => ({ ...of, ...part }));
  });
  const billedOf = billedNets(nets, invoices);
  for (const { id, line_id, shipped_on, net_minor } of nets) {
    const billed = billedOf.get(id) ?? [];
    const [first, ...more] = billed;
    const soon = first !== undefined && first.billed_on < shipped_on + SOON_DAYS;
    if (soon && first.amount_minor === net_minor && more.length === 0) at_once.set(id, first.billed_on);
    else others.set(id, { line_id, shipped_on, net_minor, billed });
  }
  return { at_once, others };
}

/** What of a part is billed on a day (number), minor units. */
export function billedMinor(billing: Billing, line: DeliveryLine, part: DeliveredPart, on: number): number {
  const other = billing.otherwise.has(line.order_id) ? billing.parts.others.get(part.id) : undefined;
  if (other) return billedBy(other, on);
  return billedFrom(billing, line.order_id, part) <= on ? part.net_minor : 0;
}

export function billedBy({ billed }: OtherPart, on: number): number {
  return billed.reduce((sum, { billed_on, amount_minor }) => (billed_on <= on ? sum + amount_minor : sum), 0);
}

/** The day from which a delivery is billed for good; infinite where it is not, or has to be reckoned day by day. */
export function billedFrom(
  { named, whole, otherwise, parts }: Billing,
  order_id: number,
  { id, number }: Pick<DeliveredPart, 'id' | 'number'>,
): number {
  if (otherwise.has(order_id)) return parts.at_once.get(id) ?? Infinity;
  return whole.get(order_id) ?? named.get(number) ?? Infinity;
}

/** Of invoices without an order those that a number alone does not tell of: they name several deliveries, or one takes the other back. */
export function looseInvoices(invoices: readonly CustomerInvoice[]): readonly CustomerInvoice[] {
  const without = invoices.filter(({ order, names }) => order === null && names !== null);
  const key = ({ party_id, names }: CustomerInvoice): string => JSON.stringify([party_id, names]);
  const back = new Set(takenBack(without).map(key));
  return without.filter((invoice) => namesIn(invoice.names ?? '').length > 1 || back.has(key(invoice)));
}

/** Of invoices of the same orders those that take an earlier one back; what it billed is open again. */
export function takenBack(invoices: readonly CustomerInvoice[]): readonly CustomerInvoice[] {
  const key = ({ order, party_id, names }: CustomerInvoice, amount_minor: number): string =>
    JSON.stringify([order ?? [party_id], names, amount_minor]);
  const first = new Map<string, number>();
  for (const invoice of invoices) {
    const own = key(invoice, invoice.amount_minor);
    first.set(own, Math.min(first.get(own) ?? Infinity, invoice.day));
  }
  return invoices.filter(
    (invoice) =>
      invoice.amount_minor < 0 && (first.get(key(invoice, -invoice.amount_minor)) ?? Infinity) <= invoice.day,
  );
}

/**
 * Of all lines of some orders with what left of them, and all invoices that may bill it; `numbers`: every delivery there is, where
 * that is more. Copies read only what is concerned.
 */
export function billingIn(
  lines: readonly SoldLine[],
  invoices: readonly CustomerInvoice[],
  numbers: ReadonlySet<string> = new Set(lines.flatMap(({ shipments }) => shipments.map(({ number }) => number))),
): Billing {
  const named = new Map<string, number>();
  for (const { names, day } of invoices) {
    if (names !== null) named.set(names, Math.min(named.get(names) ?? Infinity, day));
  }
  const loose = looseInvoices(invoices);
  const told = new Set(
    loose.flatMap(({ names, party_id }) => namesIn(names ?? '').map((name) => JSON.stringify([party_id, name]))),
  );
  const of_order = invoices.filter(({ order }) => order !== null);
  const unnamed = of_order.filter(
    ({ names, amount_minor }) => amount_minor > 0 && (names === null || !numbers.has(names)),
  );
  const otherwise = new Set([
    ...[...unnamed, ...takenBack(of_order)].flatMap(({ order }) => order ?? []),
    ...lines.flatMap(({ order_id, party_id, shipments }) =>
      shipments.some(({ number }) => told.has(JSON.stringify([party_id, number]))) ? [order_id] : [],
    ),
  ]);
  const parts = billedParts(
    lines.filter(({ order_id }) => otherwise.has(order_id)),
    [...of_order.filter(({ order }) => order !== null && otherwise.has(order)), ...loose],
  );
  return { named, whole: new Map(), otherwise, parts };
}
