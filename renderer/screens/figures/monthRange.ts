/** Which months a figure screen covers, relative to the month chosen in the top bar. */
import { addMonths } from '#domain/calendar.ts';
import { monthName } from '#renderer/format/dates.ts';

export const RANGES = ['month', 'quarter', 'year', 'twelve', 'all'] as const;
export type RangeChoice = (typeof RANGES)[number];

export const RANGE_WORDS: Readonly<Record<RangeChoice, string>> = {
  month: 'This month',
  quarter: 'Three months',
  year: 'Year to date',
  twelve: 'Twelve months',
  all: 'All months',
};

export interface MonthRange {
  readonly from: number;
  readonly to: number;
}

/** `months` are those with order lines, ascending. */
export function monthRangeOf(choice: RangeChoice, month: number, months: readonly number[]): MonthRange {
  switch (choice) {
    case 'month':
      return { from: month, to: month };
    case 'quarter':
      return { from: addMonths(month, -2), to: month };
    case 'year':
      return { from: Math.floor(month / 100) * 100 + 1, to: month };
    case 'twelve':
      return { from: addMonths(month, -11), to: month };
    case 'all':
      return { from: months[0] ?? month, to: months.at(-1) ?? month };
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
