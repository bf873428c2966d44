/** Lines of a close task before they have ids, and what they are computed from. */
import { firstDayOfMonth, isWorkday, lastDayOfMonth } from '#domain/calendar.ts';
import type { Books, MonthBook } from '../books.ts';
import type { DemoCompany } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Random } from '../random.ts';

export interface DraftLine {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
  readonly explanation: string | null;
  readonly account?: string;
  /** Posted after the preparer signed: the sign-off then binds to the lines without it. */
  readonly posted_late?: boolean;
}

export interface CloseWorld {
  readonly company: DemoCompany;
  readonly customers: readonly DemoCustomer[];
  readonly books: Books;
  readonly random: Random;
}

/** One company and month: its totals, and those of the months around it. */
export interface CloseMonth extends CloseWorld {
  readonly period: number;
  readonly end: number;
  readonly book: MonthBook;
  readonly previous: MonthBook | null;
  /** Books of the months after the period, up to the running one. */
  readonly later: readonly MonthBook[];
}

/** A reconciliation shows at most so many lines a side; the rest is one line with their sum. */
const MOST_LINES = 1_500;

export const ledger = (ref: string, booked_on: number, amount_minor: number): DraftLine => ({
  side: 'ledger',
  ref,
  booked_on,
  amount_minor,
  explanation: null,
});
export const subledger = (ref: string, booked_on: number, amount_minor: number): DraftLine => ({
  side: 'subledger',
  ref,
  booked_on,
  amount_minor,
  explanation: null,
});
/** Explains a part of ledger less subledger. */
export const explained = (ref: string, booked_on: number, amount_minor: number, explanation: string): DraftLine => ({
  side: 'item',
  ref,
  booked_on,
  amount_minor,
  explanation,
});

/** The lines without zeros; beyond the limit the smallest are added up in one. */
export function bounded(lines: readonly DraftLine[], what: string): readonly DraftLine[] {
  const real = lines.filter((line) => line.amount_minor !== 0);
  const first = real[0];
  if (!first || real.length <= MOST_LINES) return real;
  const bySize = real.toSorted((a, b) => Math.abs(b.amount_minor) - Math.abs(a.amount_minor));
  const rest = bySize.slice(MOST_LINES);
  return [...bySize.slice(0, MOST_LINES), { ...first, ref: `Other ${rest.length} ${what}`, amount_minor: total(rest) }];
}

export function total(lines: readonly { readonly amount_minor: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amount_minor, 0);
}

export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

export function workdaysIn(period: number): number {
  let count = 0;
  for (let day = firstDayOfMonth(period); day <= lastDayOfMonth(period); day++) if (isWorkday(day)) count += 1;
  return count;
}
