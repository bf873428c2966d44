/**
 * When could so many be promised at a site? From what lies there and comes, day by day, less everything already promised;
 * from another site; by an order placed today. Quantities in thousandths, days as day numbers.
 */
import { MOVED_IN_MILLI } from '../transfers/surplus.ts';
import { roundUpToSupplierMilli } from './orderQuantity.ts';
import { receiptsAsTheyCome } from './overdueReceipts.ts';
import type { DatedQuantity } from './projectedBalance.ts';
import type { PromiseWeek } from './promiseByWeek.ts';
import { LONGEST_DAYS } from './replenishment/leadTime.ts';
import { isFresh } from './staleDocuments.ts';
import { daysOfOrder } from './replenishment/orderDays.ts';
import { type OrderTermsOfPosition, termsFault } from './replenishment/proposal.ts';

export interface PromiseSupply<Receipt extends DatedQuantity> {
  readonly as_of_on: number;
  readonly on_hand_qty_milli: number;
  /** Open orders by committed date; overdue ones are due today, those that are not `isFresh` never. */
  readonly demand: readonly DatedQuantity[];
  /** Open receipts by expected day; when overdue ones come, `receiptsAsTheyCome` says. */
  readonly receipts: readonly Receipt[];
}

/** A day on which something comes or is due, today first. */
export interface PromiseStep<Receipt extends DatedQuantity> {
  readonly on: number;
  /** What a promise for this day, or one up to the next step, may take; below zero so much is owed that nothing covers. */
  readonly left_qty_milli: number;
  /** What comes on the day. */
  readonly receipts: readonly Receipt[];
}

/**
 * A promise for a day takes from that day on, so the least that is left on it or on any later day is all it may take:
 * what is late already is served by the next receipt before anybody new. Receipts count from the morning of their day.
 */
export function promiseSteps<Receipt extends DatedQuantity>(supply: PromiseSupply<Receipt>): PromiseStep<Receipt>[] {
  const { as_of_on, on_hand_qty_milli, demand } = supply;
  const coming = receiptsAsTheyCome(supply.receipts, as_of_on);
  const change = new Map([[as_of_on, on_hand_qty_milli]]);
  const add = (on: number, qty_milli: number): void => void change.set(on, (change.get(on) ?? 0) + qty_milli);
  for (const { on, qty_milli } of demand.filter(isFresh(as_of_on))) add(Math.max(on, as_of_on), -qty_milli);
  for (const { on, qty_milli } of coming) add(on, qty_milli);
  const days = [...change.keys()].toSorted((a, b) => a - b);
  let balance = 0;
  const left = days.map((on) => (balance += change.get(on) ?? 0));
  for (let day = left.length - 2; day >= 0; day--) left[day] = Math.min(left[day] ?? 0, left[day + 1] ?? 0);
  const came = Map.groupBy(coming, (each) => each.on);
  return days.map((on, day) => ({ on, left_qty_milli: left[day] ?? 0, receipts: came.get(on) ?? [] }));
}

/** What a promise for a day may take; below zero as above. */
export function leftOnMilli(steps: readonly PromiseStep<DatedQuantity>[], on: number): number {
  return steps.findLast((step) => step.on <= on)?.left_qty_milli ?? 0;
}

export interface NewOrder {
  /** The next day the supplier is ordered from. */
  readonly order_on: number;
  /** Ordered then it comes on this day. */
  readonly receive_on: number;
  readonly minimum_qty_milli: number;
  readonly multiple_qty_milli: number;
}

export type NoOrder = 'item_inactive' | 'no_supplier' | 'supplier_terms' | 'no_lead_time';

/** By the days proposals reckon with: when the supplier is ordered from, how long it takes, when the site takes goods in. No days at all that nobody measured are days nobody wrote down. */
export function newOrder(
  terms: OrderTermsOfPosition,
  lead_time_measured: boolean,
): { readonly order: NewOrder } | { readonly refusal: NoOrder } {
  const { item_active, supplier, lead_time_days } = terms;
  if (!item_active) return { refusal: 'item_inactive' };
  if (supplier === null) return { refusal: 'no_supplier' };
  const { minimum_qty_milli, multiple_qty_milli } = supplier;
  if (termsFault(minimum_qty_milli, multiple_qty_milli) !== null) return { refusal: 'supplier_terms' };
  const known = lead_time_days > 0 || (lead_time_measured && lead_time_days === 0);
  if (!known || lead_time_days > LONGEST_DAYS) return { refusal: 'no_lead_time' };
  return { order: { ...daysOfOrder(terms), minimum_qty_milli, multiple_qty_milli } };
}

/** A site that may be asked, and the day on which what it sends today is taken in here. */
export interface Giver {
  readonly site_id: number;
  readonly arrive_on: number;
  readonly spare_qty_milli: number;
}

export interface PromiseQuestion<Receipt extends DatedQuantity> {
  readonly supply: PromiseSupply<Receipt>;
  readonly wanted_qty_milli: number;
  /** null = nobody can be ordered from. */
  readonly order: NewOrder | null;
  readonly givers: readonly Giver[];
}

export type PromiseWay<Receipt extends DatedQuantity> =
  /** `receipts`: what comes on that day and makes it possible, the largest first; empty = what lies there. */
  | { readonly way: 'here'; readonly on: number; readonly receipts: readonly Receipt[] }
  /** What is missing on that day, from another site; it may lie here before. */
  | {
      readonly way: 'transfer';
      readonly on: number;
      readonly arrive_on: number;
      readonly from_site_id: number;
      readonly qty_milli: number;
    }
  /** What is missing on that day, in what the supplier sells. */
  | { readonly way: 'purchase'; readonly on: number; readonly order_on: number; readonly qty_milli: number };

export interface PromiseAnswer<Receipt extends DatedQuantity> {
  /** What could be promised for today. */
  readonly today_qty_milli: number;
  /** One of each kind at most, the earliest first; of one day the one nobody has to do anything for. */
  readonly ways: readonly PromiseWay<Receipt>[];
}

export function promiseDate<Receipt extends DatedQuantity>(question: PromiseQuestion<Receipt>): PromiseAnswer<Receipt> {
  const { supply, wanted_qty_milli: wanted, order, givers } = question;
  const steps = promiseSteps(supply);
  const ways: PromiseWay<Receipt>[] = [];
  const here = steps.find((step) => step.left_qty_milli >= wanted);
  if (here) ways.push({ way: 'here', on: here.on, receipts: madePossibleBy(here, supply.as_of_on, wanted) });
  const missingOn = (on: number): number => wanted - leftOnMilli(steps, on);
  const transfers = givers.flatMap(({ site_id: from_site_id, arrive_on, spare_qty_milli }) => {
    // what is too little on the day it arrives may be enough with what comes here later
    const on = [arrive_on, ...steps.map((step) => step.on).filter((day) => day > arrive_on)].find(
      (day) => inWholeUnits(missingOn(day)) <= spare_qty_milli,
    );
    if (on === undefined || missingOn(on) <= 0) return [];
    return [{ on, arrive_on, from_site_id, qty_milli: inWholeUnits(missingOn(on)) }];
  });
  const [soonest] = transfers.toSorted((a, b) => a.on - b.on || a.from_site_id - b.from_site_id);
  if (soonest) ways.push({ way: 'transfer', ...soonest });
  if (order !== null && missingOn(order.receive_on) > 0) {
    const { order_on, receive_on: on, minimum_qty_milli, multiple_qty_milli } = order;
    const qty_milli = roundUpToSupplierMilli(missingOn(on), minimum_qty_milli, multiple_qty_milli);
    ways.push({ way: 'purchase', on, order_on, qty_milli });
  }
  return { today_qty_milli: Math.max(0, steps[0]?.left_qty_milli ?? 0), ways: ways.toSorted((a, b) => a.on - b.on) };
}

function inWholeUnits(qty_milli: number): number {
  return Math.ceil(qty_milli / MOVED_IN_MILLI) * MOVED_IN_MILLI;
}

function madePossibleBy<Receipt extends DatedQuantity>(
  { on, left_qty_milli, receipts }: PromiseStep<Receipt>,
  as_of_on: number,
  wanted_qty_milli: number,
): readonly Receipt[] {
  const came = receipts.reduce((sum, each) => sum + each.qty_milli, 0);
  if (on === as_of_on && left_qty_milli - came >= wanted_qty_milli) return [];
  return receipts.toSorted((a, b) => b.qty_milli - a.qty_milli);
}

/**
 * The first week of `promiseByWeek` with so many, null = none of its weeks. The day is never before it; it is later where an
 * order is due before the receipt of its week, or is late: there the week counts a receipt for all its days.
 */
export function firstWeekWith(weeks: readonly PromiseWeek[], wanted_qty_milli: number): number | null {
  return weeks.find((week) => week.promise_qty_milli >= wanted_qty_milli)?.week_start_on ?? null;
}
