/** Days and months in words: on screens, in reasons and in the titles of what waits for the server. */
import { dayNumber, weekday } from './calendar.ts';

/** Monday first, as `weekday` counts. */
export const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** 'Thursday' → 'Thu', 'November' → 'Nov' */
export function shortName(name: string): string {
  return name.slice(0, 3);
}

/** 202610 → 'October 2026' */
export function monthInWords(month: number): string {
  return `${MONTH_NAMES[(month % 100) - 1] ?? ''} ${Math.floor(month / 100)}`;
}

/** '2026-11-05' → 'Thu 5 Nov' */
export function dayInWords(iso: string): string {
  const day = dayNumber(iso);
  if (day === null) throw new RangeError(`not a date: ${iso}`);
  const [, month, of_month] = iso.split('-').map(Number);
  return `${shortName(WEEKDAY_NAMES[weekday(day)] ?? '')} ${of_month} ${shortName(MONTH_NAMES[(month ?? 1) - 1] ?? '')}`;
}
