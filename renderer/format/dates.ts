/** Business dates (ISO text), months (yyyymm) and instants (epoch milliseconds, shown in the machine's time zone). */
import { addMonths, dayNumber, isoDate, weekday } from '#domain/calendar.ts';
import { MONTH_NAMES, monthInWords, shortName, WEEKDAY_NAMES } from '#domain/calendarWords.ts';
import { integer, NBSP, NO_DATA } from './numbers.ts';

/** '2026-11-05' → '5 Nov'; with the year when it is not `year`. */
export function shortDate(iso: string | null, year?: number): string {
  if (iso === null) return NO_DATA;
  const [y, m, d] = iso.split('-').map(Number);
  const text = `${d}${NBSP}${monthName(m ?? 1)}`;
  return year !== undefined && y !== year ? `${text}${NBSP}${y}` : text;
}

/** '2026-11-05' → 'Thu 5 Nov'; with the year when it is not `year`. */
export function weekdayDate(iso: string | null, year?: number): string {
  if (iso === null) return NO_DATA;
  const day = dayNumber(iso);
  if (day === null) throw new RangeError(`not a date: ${iso}`);
  return `${shortName(WEEKDAY_NAMES[weekday(day)] ?? '')} ${shortDate(iso, year)}`;
}

/** 'mon thu' → 'Mon, Thu': weekdays as rules keep them. */
export function weekdayList(words: string): string {
  return words
    .split(' ')
    .map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join(', ');
}

/** '2026-12-24 2026-12-25' → '24 Dec 2026, 25 Dec 2026'; what is no list of dates stays as it was typed. */
export function dateList(words: string): string {
  const dates = words.split(' ');
  return dates.every((date) => dayNumber(date) !== null) ? dates.map((date) => shortDate(date, 0)).join(', ') : words;
}

/** The local calendar date of an instant. */
export function localDate(at_ms: number): string {
  const at = new Date(at_ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The instant an ISO date begins on this machine. */
export function startOfLocalDay(iso: string): number {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number);
  return new Date(year, month - 1, day).getTime();
}

/** '10:41' */
export function clock(at_ms: number): string {
  const at = new Date(at_ms);
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

/** '10:41:56' */
export function clockSeconds(at_ms: number): string {
  return `${clock(at_ms)}:${String(new Date(at_ms).getSeconds()).padStart(2, '0')}`;
}

/** 'Thu 5 Nov, 10:41' */
export function dateAndTime(at_ms: number | null): string {
  return at_ms === null ? NO_DATA : `${weekdayDate(localDate(at_ms))}, ${clock(at_ms)}`;
}

/** 'today 10:41', 'Thu 5 Nov, 10:41', 'Mon 1 Jan 1990, 01:00': short where the day, or its year, goes without saying. */
export function moment(at_ms: number | null, now_ms: number): string {
  if (at_ms === null) return NO_DATA;
  if (localDate(at_ms) === localDate(now_ms)) return `today ${clock(at_ms)}`;
  return `${weekdayDate(localDate(at_ms), new Date(now_ms).getFullYear())}, ${clock(at_ms)}`;
}

/** How long ago: 'now', '45 min', '3 h', '2 d'. */
export function age(at_ms: number, now_ms: number): string {
  const minutes = Math.max(0, Math.floor((now_ms - at_ms) / 60_000));
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes}${NBSP}min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}${NBSP}h`;
  return `${integer(Math.floor(minutes / 1440))}${NBSP}d`;
}

/** '45 min old' */
export function ageOld(at_ms: number, now_ms: number): string {
  const text = age(at_ms, now_ms);
  return text === 'now' ? 'just now' : `${text} old`;
}

/** 202610 → 'Oct 2026' */
export function monthYear(month: number): string {
  return `${monthName(month)}${NBSP}${Math.floor(month / 100)}`;
}

/** 202610 → 'October 2026' */
export function monthYearLong(month: number): string {
  return monthInWords(month);
}

/** 202610 → 'Oct' */
export function monthName(month: number): string {
  const name = MONTH_NAMES[(month % 100) - 1];
  return name === undefined ? NO_DATA : shortName(name);
}

/** (202601, 202610) → 'Jan–Oct 2026'; across years 'Nov 2025–Oct 2026'. */
export function monthSpan(from: number, to: number): string {
  if (from === to) return monthYear(to);
  return Math.floor(from / 100) === Math.floor(to / 100)
    ? `${monthName(from)}–${monthYear(to)}`
    : `${monthYear(from)}–${monthYear(to)}`;
}

/** The last `count` months up to and including `month`. */
export function monthsBack(month: number, count: number): { readonly from: number; readonly to: number } {
  return { from: addMonths(month, 1 - count), to: month };
}

/** The ISO date `days` after another. */
export function dateAfter(iso: string, days: number): string {
  const day = dayNumber(iso);
  if (day === null) throw new RangeError(`not a date: ${iso}`);
  return isoDate(day + days);
}

/** Whole days from one ISO date to another; positive when `to` is later. */
export function daysBetween(from: string, to: string): number {
  const first = dayNumber(from);
  const last = dayNumber(to);
  if (first === null || last === null) throw new RangeError(`not a date: ${from} or ${to}`);
  return last - first;
}
