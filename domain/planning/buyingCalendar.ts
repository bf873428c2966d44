/**
 * On which days a supplier is ordered from and a site takes goods in: as rules say it in words, and what that does to the
 * days of an order. Day numbers; a week begins on Monday.
 */
import { dayNumber, isoDate, weekday } from '../calendar.ts';
import { inForceOn, type RuleVersion } from '../governance/inForce.ts';

export const WEEKDAY_WORDS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** More days a site is closed on than anybody writes down at once. */
export const MOST_CLOSED_DAYS = 120;
const WEEK = 7;

/** What one version of a rule says, on the days on which it holds. */
export interface DaysVersion extends RuleVersion {
  /** By weekday, Monday first; null = any day. */
  readonly on: readonly boolean[] | null;
  readonly closed: ReadonlySet<number>;
}

/** Of a supplier and a site, in all their versions: a day is judged by the one in force on it; of none it is any day. */
export interface BuyingCalendar {
  readonly orders: readonly DaysVersion[];
  readonly receives: readonly DaysVersion[];
}

export const ANY_DAY: BuyingCalendar = { orders: [], receives: [] };

/** 'Thu, mon' → 'mon thu'; what is no list of weekdays stays as it was typed. */
export function weekdaysText(text: string): string {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => word.slice(0, 3));
  const whole = words.length > 0 && words.every((word) => WEEKDAY_WORDS.some((each) => each === word));
  return whole ? WEEKDAY_WORDS.filter((each) => words.includes(each)).join(' ') : text.trim();
}

/** null = none are said, or the text is no list of them. */
export function weekdaysOf(text: string | null): readonly boolean[] | null {
  if (text === null) return null;
  const words = text.split(' ');
  const days = WEEKDAY_WORDS.map((each) => words.includes(each));
  return days.filter(Boolean).length === words.length ? days : null;
}

/** '2026-12-26, 2026-12-25' → '2026-12-25 2026-12-26'; what is no list of dates stays as it was typed. */
export function datesText(text: string): string {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const whole = words.length > 0 && words.every((word) => dayNumber(word) !== null);
  return whole ? [...new Set(words)].toSorted().join(' ') : text.trim();
}

/** Of a list of dates; null = the text is none. */
export function datesOf(text: string | null): readonly number[] | null {
  if (text === null || text === '') return [];
  const days = text.split(' ').map(dayNumber);
  return days.every((day) => day !== null) ? days : null;
}

/** A version as its rule says it, in words. */
export interface CalendarRule extends RuleVersion {
  readonly orders_on: string | null;
  readonly receives_on: string | null;
  readonly closed_on: string | null;
}

/** The supplier's rules say when it is ordered from, the site's when goods come in. What ended before `from_on` is left out. */
export function calendarOf(
  rules: { readonly supplier: readonly CalendarRule[]; readonly site: readonly CalendarRule[] },
  from_on: number,
): BuyingCalendar {
  const lasting = (each: RuleVersion): boolean => (each.valid_to ?? Number.POSITIVE_INFINITY) >= from_on;
  return {
    orders: rules.supplier.filter(lasting).map(({ valid_from, valid_to, orders_on }) => ({
      valid_from,
      valid_to,
      on: weekdaysOf(orders_on),
      closed: NEVER_CLOSED,
    })),
    receives: rules.site.filter(lasting).map(({ valid_from, valid_to, receives_on, closed_on }) => ({
      valid_from,
      valid_to,
      on: weekdaysOf(receives_on),
      closed: new Set(datesOf(closed_on) ?? []),
    })),
  };
}

/** The first day from this one on that the supplier is ordered from. */
export function orderDayFrom({ orders }: BuyingCalendar, day: number): number {
  return nextOf(orders, day);
}

/** The first day from this one on that the site takes goods in. */
export function receivingDayFrom({ receives }: BuyingCalendar, day: number): number {
  return nextOf(receives, day);
}

const NEVER_CLOSED: ReadonlySet<number> = new Set();

function nextOf(versions: readonly DaysVersion[], from: number): number {
  if (versions.length === 0) return from;
  // a week that is closed all of it is followed by another: as many days as can be closed, and one week more
  for (let day = from; day <= from + MOST_CLOSED_DAYS * WEEK + WEEK; day++) {
    const held = inForceOn(versions, day);
    if (held === undefined || ((held.on === null || held.on[weekday(day)] === true) && !held.closed.has(day)))
      return day;
  }
  return from;
}

/**
 * The most days from one such day to the next, by the versions that hold on some day of these: between the last day of one
 * version and the first of the next it may be longer than within either. Closed days are not reckoned with: they are few.
 */
export function longestWaitBetween(versions: readonly DaysVersion[], from: number, to: number): number {
  const own = versions.filter((each) => (each.valid_from ?? from) <= to && (each.valid_to ?? to) >= from);
  const longest = own.reduce((most, { on }) => Math.max(most, longestWaitDays(on)), 1);
  if (own.length < 2) return longest;
  const open = own.map((each) => ({ ...each, closed: NEVER_CLOSED }));
  let wait = longest;
  for (let day = nextOf(open, from); day < to; ) {
    const next = nextOf(open, day + 1);
    wait = Math.max(wait, next - day);
    day = next;
  }
  return wait;
}

/** The days in force on two days, as rules say them, and since when where that is still to come. */
export interface CalendarWords {
  readonly orders_on: string | null;
  readonly orders_from: number | null;
  readonly receives_on: string | null;
  readonly closed_on: string | null;
  readonly receives_from: number | null;
}

/** Of an order: the day it is placed and the one it comes on. */
export interface OrderAndReceipt {
  readonly order_on: number;
  readonly receive_on: number;
}

/** null = on these days it is any day. `until`: a version that begins by then counts for what must last, and is said with its day. */
export function calendarWordsOn(
  { orders, receives }: BuyingCalendar,
  as_of_on: number,
  days: OrderAndReceipt,
  until: OrderAndReceipt = days,
): CalendarWords | null {
  const supplier = inForceOn(orders, days.order_on) ?? beginningNext(orders, days.order_on, until.order_on);
  const site = inForceOn(receives, days.receive_on) ?? beginningNext(receives, days.receive_on, until.receive_on);
  if (!supplier && !site) return null;
  const begins = (version: DaysVersion | undefined): number | null =>
    (version?.valid_from ?? as_of_on) > as_of_on ? (version?.valid_from ?? null) : null;
  const wordsOf = (on: readonly boolean[] | null | undefined): string | null =>
    on ? WEEKDAY_WORDS.filter((_, day) => on[day]).join(' ') : null;
  return {
    orders_on: wordsOf(supplier?.on),
    orders_from: begins(supplier),
    receives_on: wordsOf(site?.on),
    closed_on:
      site && site.closed.size > 0
        ? [...site.closed]
            .toSorted((a, b) => a - b)
            .map(isoDate)
            .join(' ')
        : null,
    receives_from: begins(site),
  };
}

function beginningNext(versions: readonly DaysVersion[], after: number, until: number): DaysVersion | undefined {
  return versions
    .filter(({ valid_from }) => valid_from !== null && valid_from > after && valid_from <= until)
    .toSorted((a, b) => (a.valid_from ?? 0) - (b.valid_from ?? 0))[0];
}

/** The most days from one such day to the next: 1 where any day is one. */
export function longestWaitDays(days: readonly boolean[] | null): number {
  const places = (days ?? []).flatMap((is, place) => (is ? [place] : []));
  return places.reduce((longest, place, at) => {
    const next = places[at + 1] ?? (places[0] ?? 0) + WEEK;
    return Math.max(longest, next - place);
  }, 1);
}
