/** What of each delivery invoices bill, and when, where they do not each name one delivery of their order. */
import { type GoodsBill, matchBills, TO_CUSTOMERS } from './billing.ts';

/** What a line sold of one delivery. */
export interface DeliveredNet<I> {
  readonly id: I;
  /** The line, which says in which order a part of a delivery is billed. */
  readonly line_id: number;
  readonly order_id: number;
  /** The order's customer; null = nobody's account. */
  readonly party_id: number | null;
  readonly number: string;
  readonly shipped_on: number;
  readonly net_minor: number;
}

export interface CustomerInvoice extends GoodsBill {
  readonly party_id: number;
}

/** On a day so much of it was billed; below zero what a credit took back. */
export interface BilledOn {
  readonly billed_on: number;
  readonly amount_minor: number;
}

/** Every delivery of the orders named, and their invoices: by the delivered part, in the order of days. */
export function billedNets<I>(
  nets: readonly DeliveredNet<I>[],
  invoices: readonly CustomerInvoice[],
): ReadonlyMap<I, readonly BilledOn[]> {
  const found = new Map<I, BilledOn[]>();
  // an invoice counts for its order whoever it is made out to
  const partyOf = new Map(nets.map(({ order_id, party_id }) => [order_id, party_id] as const));
  const billsOf = Map.groupBy(invoices, ({ order, party_id }) =>
    order === null ? party_id : (partyOf.get(order) ?? -order),
  );
  const ofParty = Map.groupBy(nets, ({ party_id, order_id }) => party_id ?? -order_id);
  for (const [party, own] of ofParty) {
    const deliveries = Map.groupBy(own, ({ order_id, number }) => JSON.stringify([order_id, number]));
    const goods = [...deliveries].map(([key, parts]) => ({
      key,
      order: parts[0]?.order_id ?? 0,
      number: parts[0]?.number ?? '',
      day: Math.min(...parts.map(({ shipped_on }) => shipped_on)),
      amount_minor: parts.reduce((sum, { net_minor }) => sum + net_minor, 0),
    }));
    const { parts: billed } = matchBills(goods, billsOf.get(party) ?? [], TO_CUSTOMERS);
    for (const [key, parts] of deliveries) {
      const inOrder = parts.toSorted((a, b) => a.line_id - b.line_id || a.shipped_on - b.shipped_on);
      for (const { id } of inOrder) found.set(id, []);
      const whole = inOrder.reduce((sum, { net_minor }) => sum + net_minor, 0);
      let before = 0;
      for (const { bill, amount_minor } of billed.get(key) ?? []) {
        const after = before + amount_minor;
        // what is worth nothing is billed with the whole of it, if at all
        const [from, to] = [filled(inOrder, before, whole), filled(inOrder, after, whole)];
        for (const [nth, { id }] of inOrder.entries()) {
          const amount = (to[nth] ?? 0) - (from[nth] ?? 0);
          if (amount !== 0) found.get(id)?.push({ billed_on: bill.day, amount_minor: amount });
        }
        before = after;
      }
    }
  }
  return found;
}

/** A billed amount line after line; all of it fills also what counts against the others. */
function filled<I>(parts: readonly DeliveredNet<I>[], amount_minor: number, whole: number): readonly number[] {
  if (amount_minor === whole && amount_minor !== 0) return parts.map(({ net_minor }) => net_minor);
  let left = amount_minor;
  return parts.map(({ net_minor }) => {
    const taken = Math.max(0, Math.min(net_minor, left));
    left -= taken;
    return taken;
  });
}
