/** Dates and times as order files write them. The order of day, month and year is the file's, never guessed per value. */
import { dayNumber } from '#domain/calendar.ts';

export type DateOrder = 'ymd' | 'dmy' | 'mdy';
export const DATE_ORDERS: readonly DateOrder[] = ['ymd', 'dmy', 'mdy'];

/** Wall-clock time as written. `offset_minutes` is set when the text names its distance from UTC. */
export interface WallTime {
  readonly day: number;
  readonly second_of_day: number;
  readonly offset_minutes: number | null;
}

const DATE = /^(\d{1,4})[-/.](\d{1,2}|[a-z]{3,9})[-/.](\d{1,4})$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*([ap]\.?m\.?)?$/i;
const OFFSET = /(z|[+-]\d{2}:?\d{2})$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIRST_DAY = dayNumber('1900-01-01') ?? 0;
const LAST_DAY = dayNumber('2999-12-31') ?? 0;

/** '2010-12-01 08:26:00', '1/12/2010 8:26', '01-Dec-10', '2026-03-29T01:30:00Z' → wall time; null for anything else. */
export function parseDateText(text: string, order: DateOrder): WallTime | null {
  const trimmed = text.trim();
  const split = trimmed.search(/[T\s]/i);
  // A month name may hold a t ('Oct'): only a T behind a digit separates date and time.
  const at =
    split > 0 && /[T]/i.test(trimmed[split] ?? '') && !/\d/.test(trimmed[split - 1] ?? '')
      ? trimmed.search(/\s/)
      : split;
  const datePart = at > 0 ? trimmed.slice(0, at) : trimmed;
  const timePart = at > 0 ? trimmed.slice(at + 1).trim() : '';
  const day = parseDay(datePart, order);
  if (day === null) return null;
  if (timePart === '') return { day, second_of_day: 0, offset_minutes: null };
  const offsetText = OFFSET.exec(timePart)?.[1];
  const clock = offsetText ? timePart.slice(0, -offsetText.length).trim() : timePart;
  const second_of_day = parseClock(clock);
  if (second_of_day === null) return null;
  return { day, second_of_day, offset_minutes: offsetText ? offsetMinutes(offsetText) : null };
}

function parseDay(text: string, order: DateOrder): number | null {
  const compact = COMPACT.exec(text);
  if (compact) return order === 'ymd' ? checkedDay(Number(compact[1]), Number(compact[2]), Number(compact[3])) : null;
  const match = DATE.exec(text);
  if (!match) return null;
  const [first, second, third] = [match[1] ?? '', match[2] ?? '', match[3] ?? ''];
  const named = MONTHS.indexOf(second.slice(0, 3).toLowerCase()) + 1;
  if (!/^\d/.test(second) && named === 0) return null;
  if (first.length === 4)
    return order === 'ymd' || named > 0 ? checkedDay(Number(first), named || Number(second), Number(third)) : null;
  if (order === 'ymd' && named === 0) return null;
  if (first.length > 2 || (third.length !== 4 && third.length !== 2)) return null;
  const year = third.length === 2 ? 2000 + Number(third) : Number(third);
  if (named > 0) return checkedDay(year, named, Number(first));
  return order === 'dmy'
    ? checkedDay(year, Number(second), Number(first))
    : checkedDay(year, Number(first), Number(second));
}

function checkedDay(year: number, month: number, day: number): number | null {
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const number = dayNumber(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
  return number !== null && number >= FIRST_DAY && number <= LAST_DAY ? number : null;
}

function parseClock(text: string): number | null {
  const match = TIME.exec(text);
  if (!match) return null;
  let hour = Number(match[1]);
  const half = match[4]?.[0]?.toLowerCase();
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  const minute = Number(match[2]);
  const second = Number(match[3] ?? '0');
  if (hour > 23 || minute > 59 || second > 59) return null;
  return hour * 3600 + minute * 60 + second;
}

function offsetMinutes(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/[^\d]/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}
