/** Business dates as day numbers (days since 1970-01-01) and months as yyyymm. No clock, no time zone. */

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/** '2026-11-05' → 20762; null when it is not a real date. */
export function dayNumber(iso: string): number | null {
  const match = ISO_DATE.exec(iso);
  if (!match) return null;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  const day = Math.round(ms / DAY_MS);
  return isoDate(day) === iso ? day : null;
}

/** 20762 → '2026-11-05' (years 0000–9999). */
export function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * yyyymm of a day number. Whole-number arithmetic, because scans ask it of every row: days are counted from 1 March of
 * the year 0, so that the leap day is a year's last, in cycles of 400 years.
 */
export function monthOfDay(day: number): number {
  const from_march = day + 719_468;
  const cycle = Math.floor(from_march / 146_097);
  const in_cycle = from_march - cycle * 146_097;
  const year_of_cycle = Math.floor(
    (in_cycle - Math.floor(in_cycle / 1460) + Math.floor(in_cycle / 36_524) - Math.floor(in_cycle / 146_096)) / 365,
  );
  const day_of_year =
    in_cycle - (365 * year_of_cycle + Math.floor(year_of_cycle / 4) - Math.floor(year_of_cycle / 100));
  const month_from_march = Math.floor((5 * day_of_year + 2) / 153);
  const month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const year = cycle * 400 + year_of_cycle + (month <= 2 ? 1 : 0);
  return year * 100 + month;
}

/** '2026-10' */
export function isoMonth(month: number): string {
  return `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;
}

export function addMonths(month: number, count: number): number {
  const index = Math.floor(month / 100) * 12 + (month % 100) - 1 + count;
  return Math.floor(index / 12) * 100 + (index % 12) + 1;
}

export function firstDayOfMonth(month: number): number {
  return Math.round(Date.UTC(Math.floor(month / 100), (month % 100) - 1, 1) / DAY_MS);
}

export function lastDayOfMonth(month: number): number {
  return firstDayOfMonth(addMonths(month, 1)) - 1;
}

/** All months from … to, both included; empty when from > to. */
export function monthRange(from: number, to: number): number[] {
  const months: number[] = [];
  for (let month = from; month <= to; month = addMonths(month, 1)) months.push(month);
  return months;
}

/** 0 = Monday … 6 = Sunday. 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function isWorkday(day: number): boolean {
  return weekday(day) < 5;
}

/** No days off but weekends. */
const NONE_OFF: ReadonlySet<number> = new Set();

/** Working days after `from` up to and including `to`; 0 when `to` is not later. `off`: days nobody works on besides. */
export function workdaysBetween(from: number, to: number, off: ReadonlySet<number> = NONE_OFF): number {
  if (to <= from) return 0;
  let days = workdaysUpTo(to) - workdaysUpTo(from);
  for (const day of off) if (day > from && day <= to && isWorkday(day)) days -= 1;
  return days;
}

/** Working days from Monday 1969-12-29 up to and including `day`. */
function workdaysUpTo(day: number): number {
  const days = day + 3;
  return Math.floor(days / 7) * 5 + Math.min(weekday(day) + 1, 5);
}

/** The nth working day (Monday to Friday, but for days `off`) after `day`; n ≥ 1. */
export function addWorkdays(day: number, n: number, off: ReadonlySet<number> = NONE_OFF): number {
  let current = day;
  for (let left = n; left > 0; ) {
    current += 1;
    if (isWorkday(current) && !off.has(current)) left -= 1;
  }
  return current;
}

/** ISO week of a day number as yyyyww: the week belongs to the year its Thursday lies in. */
export function isoWeekOfDay(day: number): number {
  const thursday = day - weekday(day) + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const first_of_january = Math.round(Date.UTC(year, 0, 1) / DAY_MS);
  return year * 100 + Math.floor((thursday - first_of_january) / 7) + 1;
}
