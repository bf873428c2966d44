/** An order line and its shipments, as OTIF, cycle time, backorder and exposure look at them. */
import { amountOfPart, amountsOfParts } from '../money.ts';
import { GOODS_KIND } from './margin.ts';

export interface DeliveryFact {
  readonly number: string;
  /** Day number. */
  readonly shipped_on: number;
  /** Day number; null = not known. */
  readonly delivered_on: number | null;
  /** Below zero: goods that came back; they undo no delivery. */
  readonly qty_milli: number;
}

export interface DeliveryLine {
  readonly id: number;
  readonly order_id: number;
  readonly channel_id: number | null;
  readonly kind: string;
  readonly ordered_on: number;
  readonly requested_on: number | null;
  /** The date first committed: later promises are not looked at. */
  readonly committed_on: number | null;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: string | null;
  /** Of the quantity still sold: ordered − cancelled. */
  readonly net_minor: number;
  /** Its order is done or cancelled: what never left is not owed any more. */
  readonly closed: boolean;
  readonly shipments: readonly DeliveryFact[];
}

/** What one shipment brings of what was wanted. */
export interface Part {
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
  /** Delivered, or shipped where the delivery is not known. */
  readonly arrived_on: number;
  readonly delivery_known: boolean;
}

/**
 * The shipments of a line in their order (day, number) as far as they bring what was wanted; what is above it is no part.
 * Rows of one number and day are one shipment in several boxes, arrived with the last of them.
 */
export function partsOf(shipments: readonly DeliveryFact[], wanted_qty_milli: number): Part[] {
  const boxes = shipments.filter((each) => each.qty_milli > 0).toSorted(inShippingOrder);
  const parts: Part[] = [];
  let left = wanted_qty_milli;
  for (let at = 0; at < boxes.length && left > 0; ) {
    const first = boxes[at];
    if (first === undefined) break;
    let qty_milli = 0;
    let arrived_on = first.delivered_on ?? first.shipped_on;
    let delivery_known = true;
    for (; boxes[at]?.number === first.number && boxes[at]?.shipped_on === first.shipped_on; at += 1) {
      const box = boxes[at];
      if (box === undefined) break;
      qty_milli += box.qty_milli;
      arrived_on = Math.max(arrived_on, box.delivered_on ?? box.shipped_on);
      delivery_known &&= box.delivered_on !== null;
    }
    parts.push({
      number: first.number,
      shipped_on: first.shipped_on,
      qty_milli: Math.min(qty_milli, left),
      arrived_on,
      delivery_known,
    });
    left -= qty_milli;
  }
  return parts;
}

function inShippingOrder(a: DeliveryFact, b: DeliveryFact): number {
  return a.shipped_on - b.shipped_on || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
}

/** What the customer still gets of a goods line when all is done: cancelled is out, and so is what a closed order never shipped. */
export function wantedQtyMilli(line: DeliveryLine): number {
  if (line.kind !== GOODS_KIND) return 0;
  const sold = Math.max(0, line.ordered_qty_milli - line.cancelled_qty_milli);
  if (!line.closed) return sold;
  const shipped = line.shipments.reduce((sum, each) => sum + Math.max(0, each.qty_milli), 0);
  return Math.min(sold, shipped);
}

/** What is owed on a day's end of what is wanted. */
export function owedQtyMilli(line: DeliveryLine, on: number): number {
  let shipped = 0;
  for (const each of line.shipments) if (each.shipped_on <= on && each.qty_milli > 0) shipped += each.qty_milli;
  return Math.max(0, wantedQtyMilli(line) - shipped);
}

/** A part of what is still sold at the line's net price, minor units, rounded once. */
export function netOfQty(line: DeliveryLine, qty_milli: number): number {
  return amountOfPart(line.net_minor, qty_milli, line.ordered_qty_milli - line.cancelled_qty_milli);
}

/** A part of a line's deliveries, and what of the line's net price it is worth, minor units. */
export interface DeliveredPart {
  /** Line, number and day. */
  readonly id: string;
  readonly number: string;
  readonly shipped_on: number;
  readonly net_minor: number;
}

/** Names a part of a delivery: its line, number and day. */
export function partId({ id }: Pick<DeliveryLine, 'id'>, number: string, shipped_on: number): string {
  return `${id}:${number}:${shipped_on}`;
}

/** What of the line's net price each part is worth, as the ledger books it: the parts of a line add up to what it was sold for. */
export function deliveredParts(line: DeliveryLine): readonly DeliveredPart[] {
  const parts = partsOf(line.shipments, wantedQtyMilli(line));
  const nets = amountsOfParts(
    line.net_minor,
    parts.map(({ qty_milli }) => qty_milli),
    line.ordered_qty_milli - line.cancelled_qty_milli,
  );
  return parts.map(({ number, shipped_on }, nth) => {
    return { id: partId(line, number, shipped_on), number, shipped_on, net_minor: nets[nth] ?? 0 };
  });
}
