/** What invoices bill of the deliveries of customers' orders, by the rule of the close (domain/close/reconcile/billing.ts). */
import { billedNets, type BilledOn, type CustomerInvoice } from '../close/reconcile/billedDeliveries.ts';
import { namesIn } from '../close/reconcile/billing.ts';
import { type DeliveredPart, deliveredParts, type DeliveryLine } from '../kpi/delivery.ts';

/** A line, and whose order it is of. */
export interface SoldLine extends DeliveryLine {
  readonly party_id: number | null;
}

/** Of every delivery of the lines' orders: by the part's id (`DeliveredPart`), in the order of days. */
export function billedParts(
  lines: readonly SoldLine[],
  invoices: readonly CustomerInvoice[],
): ReadonlyMap<string, readonly BilledOn[]> {
  return billedNets(
    lines.flatMap((line) => {
      const of = { line_id: line.id, order_id: line.order_id, party_id: line.party_id };
      return deliveredParts(line).map((part) => ({ ...of, ...part }));
    }),
    invoices,
  );
}

/** How a company's deliveries were billed. */
export interface Billing {
  /** Number of a delivery → the day (number) an invoice that names it was first posted. */
  readonly named: ReadonlyMap<string, number>;
  /** Orders whose invoices do not each name one delivery, and what of their deliveries is billed. */
  readonly otherwise: ReadonlySet<number>;
  readonly parts: ReadonlyMap<string, readonly BilledOn[]>;
}

/** What of a part is billed on a day (number), minor units. */
export function billedMinor(billing: Billing, line: DeliveryLine, part: DeliveredPart, on: number): number {
  if (!billing.otherwise.has(line.order_id))
    return (billing.named.get(part.number) ?? Infinity) <= on ? part.net_minor : 0;
  const billed = billing.parts.get(part.id) ?? [];
  return billed.reduce((sum, { billed_on, amount_minor }) => (billed_on <= on ? sum + amount_minor : sum), 0);
}

/** Several numbers in one reference: no delivery is called so. */
export function namesSeveral(names: string): boolean {
  return namesIn(names).length > 1;
}

/** Of invoices of the same orders those that take an earlier one back; what it billed is open again. */
export function takenBack(invoices: readonly CustomerInvoice[]): readonly CustomerInvoice[] {
  const key = ({ order, names }: CustomerInvoice, amount_minor: number): string =>
    JSON.stringify([order, names, amount_minor]);
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

/** Of everything: all lines with what left of them, and all invoices to customers. Copies read only what is concerned. */
export function billingIn(lines: readonly SoldLine[], invoices: readonly CustomerInvoice[]): Billing {
  const numbers = new Set(lines.flatMap(({ shipments }) => shipments.map(({ number }) => number)));
  const named = new Map<string, number>();
  for (const { names, day } of invoices) {
    if (names !== null) named.set(names, Math.min(named.get(names) ?? Infinity, day));
  }
  const loose = invoices.filter(({ order, names }) => order === null && names !== null && namesSeveral(names));
  const several = new Set(
    loose.flatMap(({ names, party_id }) => namesIn(names ?? '').map((name) => JSON.stringify([party_id, name]))),
  );
  const of_order = invoices.filter(({ order }) => order !== null);
  const unnamed = of_order.filter(
    ({ names, amount_minor }) => amount_minor > 0 && (names === null || !numbers.has(names)),
  );
  const otherwise = new Set([
    ...[...unnamed, ...takenBack(of_order)].flatMap(({ order }) => order ?? []),
    ...lines.flatMap(({ order_id, party_id, shipments }) =>
      shipments.some(({ number }) => several.has(JSON.stringify([party_id, number]))) ? [order_id] : [],
    ),
  ]);
  const parts = billedParts(
    lines.filter(({ order_id }) => otherwise.has(order_id)),
    [...of_order.filter(({ order }) => order !== null && otherwise.has(order)), ...loose],
  );
  return { named, otherwise, parts };
}
