/**
 * What the bank will hold week by week, from what is open today: a customer's invoice comes in on its due day and as many days
 * later as that customer usually takes, a supplier's bill is paid on its due day and as many days later as we usually take. What
 * should have come by then and did not is expected on the next working day. What was paid ahead is off it, and nothing that is not
 * billed yet is in it.
 */
import { addWorkdays, isWorkday, weekday } from '../calendar.ts';

export interface CashItem {
  readonly kind: 'customer' | 'supplier';
  readonly due_on: number;
  /** Days after the due day it usually takes. */
  readonly habit_days: number;
  /** Of a customer what comes, of a supplier what goes; a credit is below nothing. */
  readonly open_minor: number;
}

export interface CashWeek {
  /** Monday. */
  readonly from_on: number;
  readonly in_minor: number;
  readonly out_minor: number;
  /** In the bank at its end. */
  readonly closing_minor: number;
}

export interface CashOutlook {
  readonly opening_minor: number;
  readonly weeks: readonly CashWeek[];
  /** Expected after the last week. */
  readonly later_in_minor: number;
  readonly later_out_minor: number;
  /** The lowest the bank comes to at a week's end, and when. */
  readonly lowest: { readonly from_on: number; readonly closing_minor: number } | null;
}

/** What is left of a week's sums beside those named of it; amounts of suppliers are below nothing. */
export function restOfWeek(week: {
  readonly in_minor: number;
  readonly out_minor: number;
  readonly items: readonly { readonly kind: CashItem['kind']; readonly amount_minor: number }[];
}): { readonly in_minor: number; readonly out_minor: number } {
  const named = (kind: CashItem['kind']): number =>
    week.items.reduce((sum, item) => (item.kind === kind ? sum + item.amount_minor : sum), 0);
  return { in_minor: week.in_minor - named('customer'), out_minor: week.out_minor + named('supplier') };
}

/**
 * Items in the order they are due, less what their party paid ahead (party → minor units): that money came, or went, already. Of
 * items of that party what it covers is left out, the oldest first; what it covers in part keeps the rest.
 */
export function lessPaidAhead<Item extends CashItem & { readonly party_id: number }>(
  items: readonly Item[],
  paid_ahead: ReadonlyMap<number, number>,
): Item[] {
  const left = new Map(paid_ahead);
  return items.flatMap((item) => {
    const ahead = Math.min(Math.max(left.get(item.party_id) ?? 0, 0), Math.max(item.open_minor, 0));
    if (ahead === 0) return [item];
    left.set(item.party_id, (left.get(item.party_id) ?? 0) - ahead);
    return ahead === item.open_minor ? [] : [{ ...item, open_minor: item.open_minor - ahead }];
  });
}

/** The day an item is expected on: never before the working day after `as_of_on`, never on a weekend or a day `off`. */
export function expectedOn(
  { due_on, habit_days }: Pick<CashItem, 'due_on' | 'habit_days'>,
  as_of_on: number,
  off: ReadonlySet<number> = NONE_OFF,
): number {
  const usual = due_on + habit_days;
  const day = usual <= as_of_on ? as_of_on + 1 : usual;
  return isWorkday(day) && !off.has(day) ? day : addWorkdays(day, 1, off);
}

const NONE_OFF: ReadonlySet<number> = new Set();

/** Throws RangeError for fewer weeks than one. */
export function cashOutlook(
  items: Iterable<CashItem>,
  opening_minor: number,
  as_of_on: number,
  week_count: number,
  off: ReadonlySet<number> = NONE_OFF,
): CashOutlook {
  if (week_count < 1) throw new RangeError('an outlook has a week');
  const monday = as_of_on - weekday(as_of_on);
  const ins = Array.from({ length: week_count }, () => 0);
  const outs = Array.from({ length: week_count }, () => 0);
  const later = { customer: 0, supplier: 0 };
  for (const item of items) {
    const week = Math.floor((expectedOn(item, as_of_on, off) - monday) / 7);
    const side = item.kind === 'customer' ? ins : outs;
    if (week < week_count) side[week] = (side[week] ?? 0) + item.open_minor;
    else later[item.kind] += item.open_minor;
  }
  let closing_minor = opening_minor;
  const weeks = ins.map((in_minor, at): CashWeek => {
    const out_minor = outs[at] ?? 0;
    closing_minor += in_minor - out_minor;
    return { from_on: monday + 7 * at, in_minor, out_minor, closing_minor };
  });
  const lowest = weeks.reduce<CashWeek | null>(
    (low, week) => (low === null || week.closing_minor < low.closing_minor ? week : low),
    null,
  );
  return {
    opening_minor,
    weeks,
    later_in_minor: later.customer,
    later_out_minor: later.supplier,
    lowest: lowest && { from_on: lowest.from_on, closing_minor: lowest.closing_minor },
  };
}
