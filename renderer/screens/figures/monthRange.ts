/** Which months a figure screen covers, relative to the month chosen in the top bar. */
import { addMonths } from '#domain/calendar.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { monthName } from '#renderer/format/dates.ts';

export const RANGES = ['month', 'quarter_to_date', 'quarter', 'year', 'twelve', 'all'] as const;
export type NamedRange = (typeof RANGES)[number];
/** By name, or the months themselves: '202603-202608'. */
export type RangeChoice = NamedRange | `${number}-${number}`;

/** More months than the queries add up are not asked for. */
export const MOST_MONTHS = 60;

export const RANGE_WORDS: Readonly<Record<NamedRange, string>> = {
  month: 'This month',
  quarter_to_date: 'Quarter to date',
  quarter: 'Three months',
  year: 'Year to date',
  twelve: 'Twelve months',
  all: 'All months',
};

export interface MonthRange {
  readonly from: number;
  readonly to: number;
}

/** A range as an address or a saved view has it; null = none that is known. */
export function rangeChoiceOf(text: string | null | undefined): RangeChoice | null {
  const named = RANGES.find((each) => each === text);
  if (named) return named;
  const [, from, to] = /^(\d{6})-(\d{6})$/.exec(text ?? '') ?? [];
  return from === undefined || to === undefined ? null : freeRange(Number(from), Number(to));
}

/** null where these are no months from … to. */
export function freeRange(from: number, to: number): RangeChoice | null {
  if (![from, to].every(isMonth) || from > to || addMonths(from, MOST_MONTHS - 1) < to) return null;
  return `${from}-${to}`;
}

function isMonth(value: number): boolean {
  return value >= 190001 && value <= 299912 && value % 100 >= 1 && value % 100 <= 12;
}

/** `months` are those with order lines, ascending; `year_start_month` (1–12) is that of the fiscal year. */
export function monthRangeOf(
  choice: RangeChoice,
  month: number,
  months: readonly number[],
  year_start_month: number,
): MonthRange {
  switch (choice) {
    case 'month':
      return { from: month, to: month };
    case 'quarter_to_date':
      return { from: addMonths(month, -(((month % 100) + 12 - year_start_month) % 3)), to: month };
    case 'quarter':
      return { from: addMonths(month, -2), to: month };
    case 'year':
      return { from: fiscalYearStart(month, year_start_month), to: month };
    case 'twelve':
      return { from: addMonths(month, -11), to: month };
    case 'all':
      return { from: months[0] ?? month, to: months.at(-1) ?? month };
    default: {
      const [from = month, to = month] = choice.split('-').map(Number);
      return { from, to };
    }
  }
}

/** All months while they fit beside each other, else the last twelve. */
export function usualRange(months: readonly number[]): RangeChoice {
  return months.length <= 13 ? 'all' : 'twelve';
}

/** 'Jan', or 'Dec ’10' on the first month of each year where the months span several. */
export function monthHeader(month: number, months: readonly number[]): string {
  const year = Math.floor(month / 100);
  const spans = months.some((other) => Math.floor(other / 100) !== year);
  const first = months.find((other) => Math.floor(other / 100) === year) === month;
  return spans && first ? `${monthName(month)} ’${String(year % 100).padStart(2, '0')}` : monthName(month);
}
