/**
 * Fill rate. A line is due at its cut-off: the date first committed plus the channel's grace days. It belongs to the
 * month of its committed date; a line whose cut-off has not passed is out. Customer cancellations are out, our own stay
 * in; nothing is credited above what was ordered; returned goods do not reduce it. Value weighs every unit due by its
 * net price at confirmation. A line's amounts are of the quantity still sold, so that price is net / still sold; of a
 * line we cancelled in full only the unit price is left, its discount is not, so it weighs by the unit price.
 */
import { monthOfDay } from '../calendar.ts';
import { amountOfPart, lineAmountMinor, safeNumber } from '../money.ts';
import { GOODS_KIND } from './margin.ts';
import { type Ratio, ratio } from './ratio.ts';

export interface ShipmentFact {
  readonly number: string;
  /** Day number. */
  readonly shipped_on: number;
  readonly qty_milli: number;
}

export interface FillFact {
  readonly order_id: number;
  readonly kind: string;
  /** Day number of the date first committed; null = none recorded. */
  readonly committed_on: number | null;
  readonly grace_days: number;
  /** Snapshot at confirmation. */
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: string | null;
  /** Net amount of the quantity still sold: ordered − cancelled. */
  readonly net_minor: number;
  /** List price of one base unit, millionths; the weight of a line cancelled in full. */
  readonly unit_price_micro: number;
  readonly shipments: readonly ShipmentFact[];
}

export interface FillOfLine {
  readonly order_id: number;
  /** yyyymm */
  readonly due_month: number;
  readonly cut_off_on: number;
  readonly due_qty_milli: number;
  /** As shipped, before the cap at what was ordered. */
  readonly shipped_by_cut_off_qty_milli: number;
  readonly filled_qty_milli: number;
  readonly missing_qty_milli: number;
  /** At the net price of confirmation, what we cancelled included. */
  readonly due_value_minor: number;
  readonly filled_value_minor: number;
  readonly complete: boolean;
  /** The first shipment alone completed the line, by the cut-off. */
  readonly first_pass: boolean;
}

export interface FillFigures {
  readonly unit: Ratio;
  readonly value: Ratio;
  readonly line: Ratio;
  readonly order: Ratio;
  readonly first_pass: Ratio;
}

export const FILL_FORMULA =
  'Unit fill = Σ min(shipped by cut-off, ordered) / Σ ordered, over goods lines whose cut-off (committed date + the ' +
  "channel's grace) has passed. Value weights by net price at confirmation (a line we cancelled in full by its unit " +
  'price); line = complete lines / lines; order = orders with every due line complete / orders; first-pass = lines complete in their first shipment / lines. Version 1.';

/**
 * The line's part in the fill rate; null when it does not count (yet): see the head of this file. `currency` is that of
 * the line's amounts.
 */
export function fillOfLine(fact: FillFact, as_of_on: number, currency: string): FillOfLine | null {
  if (fact.kind !== GOODS_KIND || fact.committed_on === null) return null;
  const cut_off_on = fact.committed_on + fact.grace_days;
  if (cut_off_on >= as_of_on) return null;
  const withdrawn = fact.cancelled_by === 'customer' ? fact.cancelled_qty_milli : 0;
  const due_qty_milli = fact.ordered_qty_milli - withdrawn;
  if (due_qty_milli <= 0) return null;

  let shipped = 0;
  let first: ShipmentFact | null = null;
  for (const shipment of fact.shipments) {
    if (shipment.qty_milli <= 0) continue;
    if (shipment.shipped_on <= cut_off_on) shipped += shipment.qty_milli;
    if (first === null || isBefore(shipment, first)) first = shipment;
  }
  const filled_qty_milli = Math.min(shipped, due_qty_milli);
  return {
    order_id: fact.order_id,
    due_month: monthOfDay(fact.committed_on),
    cut_off_on,
    due_qty_milli,
    shipped_by_cut_off_qty_milli: shipped,
    filled_qty_milli,
    missing_qty_milli: due_qty_milli - filled_qty_milli,
    due_value_minor: netAtConfirmation(fact, due_qty_milli, currency),
    filled_value_minor: netAtConfirmation(fact, filled_qty_milli, currency),
    complete: filled_qty_milli === due_qty_milli,
    first_pass:
      first !== null && first.shipped_on <= cut_off_on && quantityOfShipment(fact.shipments, first) >= due_qty_milli,
  };
}

/** Order of shipments: by day, then by number. */
function isBefore(a: ShipmentFact, b: ShipmentFact): boolean {
  return a.shipped_on < b.shipped_on || (a.shipped_on === b.shipped_on && a.number < b.number);
}

/** One shipment may hold a line in several rows (several boxes): together they are the shipment. */
function quantityOfShipment(shipments: readonly ShipmentFact[], wanted: ShipmentFact): number {
  let qty_milli = 0;
  for (const each of shipments) {
    if (each.qty_milli > 0 && each.number === wanted.number && each.shipped_on === wanted.shipped_on) {
      qty_milli += each.qty_milli;
    }
  }
  return qty_milli;
}

/** What a part of the ordered quantity was worth at confirmation, minor units, rounded once. */
function netAtConfirmation(fact: FillFact, qty_milli: number, currency: string): number {
  const sold_qty_milli = fact.ordered_qty_milli - fact.cancelled_qty_milli;
  if (sold_qty_milli <= 0) {
    return safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(fact.unit_price_micro), currency));
  }
  return amountOfPart(fact.net_minor, qty_milli, sold_qty_milli);
}

/** What is added up over due lines. An order is whole while every due line added so far is complete. */
export interface FillSums {
  due_qty_milli: number;
  filled_qty_milli: number;
  due_value_minor: number;
  filled_value_minor: number;
  lines: number;
  complete_lines: number;
  first_pass_lines: number;
  readonly orders: Map<number, boolean>;
}

export function emptyFillSums(): FillSums {
  return {
    due_qty_milli: 0,
    filled_qty_milli: 0,
    due_value_minor: 0,
    filled_value_minor: 0,
    lines: 0,
    complete_lines: 0,
    first_pass_lines: 0,
    orders: new Map(),
  };
}

export function addFillLine(sums: FillSums, line: FillOfLine): void {
  sums.due_qty_milli += line.due_qty_milli;
  sums.filled_qty_milli += line.filled_qty_milli;
  sums.due_value_minor += line.due_value_minor;
  sums.filled_value_minor += line.filled_value_minor;
  sums.lines += 1;
  if (line.complete) sums.complete_lines += 1;
  if (line.first_pass) sums.first_pass_lines += 1;
  sums.orders.set(line.order_id, line.complete && (sums.orders.get(line.order_id) ?? true));
}

export function fillFigures(sums: FillSums): FillFigures {
  return figuresOfFillTotals(fillTotals(sums));
}

/** The same sums with orders counted instead of listed. */
export interface FillTotals extends Omit<FillSums, 'orders'> {
  orders: number;
  whole_orders: number;
}

export function fillTotals(sums: FillSums): FillTotals {
  let whole_orders = 0;
  for (const complete of sums.orders.values()) if (complete) whole_orders += 1;
  return { ...sums, orders: sums.orders.size, whole_orders };
}

export function figuresOfFillTotals(totals: FillTotals): FillFigures {
  return {
    unit: ratio(totals.filled_qty_milli, totals.due_qty_milli),
    value: ratio(totals.filled_value_minor, totals.due_value_minor),
    line: ratio(totals.complete_lines, totals.lines),
    order: ratio(totals.whole_orders, totals.orders),
    first_pass: ratio(totals.first_pass_lines, totals.lines),
  };
}

export function fillRateOf(facts: Iterable<FillFact>, as_of_on: number, currency: string): FillFigures {
  const sums = emptyFillSums();
  for (const fact of facts) {
    const line = fillOfLine(fact, as_of_on, currency);
    if (line) addFillLine(sums, line);
  }
  return fillFigures(sums);
}
