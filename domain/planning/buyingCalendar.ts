/**
 * On which days a supplier is ordered from and a site takes goods in: as rules say it in words, and what that does to the
 * days of an order. Day numbers; a week begins on Monday.
 */
import { dayNumber, weekday } from '../calendar.ts';

export const WEEKDAY_WORDS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** More days a site is closed on than anybody writes down at once. */
export const MOST_CLOSED_DAYS = 120;
const WEEK = 7;

/** null = as the rule does not say, any day. */
export interface BuyingCalendar {
  /** By weekday, Monday first. */
  readonly orders_on: readonly boolean[] | null;
  readonly receives_on: readonly boolean[] | null;
  readonly closed_on: ReadonlySet<number>;
}

export const ANY_DAY: BuyingCalendar = { orders_on: null, receives_on: null, closed_on: new Set() };

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

/** Of the rules in force: the supplier's says when it is ordered from, the site's when goods come in. */
export function calendarOf(rules: {
  readonly orders_on: string | null;
  readonly receives_on: string | null;
  readonly closed_on: string | null;
}): BuyingCalendar {
  return {
    orders_on: weekdaysOf(rules.orders_on),
    receives_on: weekdaysOf(rules.receives_on),
    closed_on: new Set(datesOf(rules.closed_on) ?? []),
  };
}

/** The first day from this one on that the supplier is ordered from. */
export function orderDayFrom({ orders_on }: BuyingCalendar, day: number): number {
  return nextOf(orders_on, NEVER_CLOSED, day);
}

/** The first day from this one on that the site takes goods in. */
export function receivingDayFrom({ receives_on, closed_on }: BuyingCalendar, day: number): number {
  return nextOf(receives_on, closed_on, day);
}

const NEVER_CLOSED: ReadonlySet<number> = new Set();

function nextOf(days: readonly boolean[] | null, closed: ReadonlySet<number>, from: number): number {
  // a week that is closed all of it is followed by another: as many days as can be closed, and one week more
  for (let day = from; day <= from + MOST_CLOSED_DAYS * WEEK + WEEK; day++) {
    if ((days === null || days[weekday(day)] === true) && !closed.has(day)) return day;
  }
  return from;
}

/** The most days from one such day to the next: 1 where any day is one. */
export function longestWaitDays(days: readonly boolean[] | null): number {
  const places = (days ?? []).flatMap((is, place) => (is ? [place] : []));
  return places.reduce((longest, place, at) => {
    const next = places[at + 1] ?? (places[0] ?? 0) + WEEK;
    return Math.max(longest, next - place);
  }, 1);
}
