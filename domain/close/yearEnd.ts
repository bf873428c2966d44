/**
 * What closes a fiscal year in the ledger, at its end or month by month: entries that carry income and expense to equity. Before those of
 * the year (pre-closing) its result stands on its accounts, which is what every review of the result is about; after them (post-closing)
 * it is equity.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../calendar.ts';
import { monthInWords } from '../calendarWords.ts';
import { fiscalYearEnd, fiscalYearStart } from './fiscalYear.ts';
import { isResultKind } from './flux.ts';
import type { JournalKind } from './journalKinds.ts';

export const CLOSING_JOURNALS: ReadonlySet<JournalKind> = new Set(['closing_entries']);

/** Whether a month (yyyymm) is the last of a fiscal year. */
export function isYearEnd(month: number, first: number): boolean {
  return fiscalYearEnd(month, first) === month;
}

/** Accounts a closing entry may move. */
const CLOSED_KINDS: ReadonlySet<string> = new Set(['income', 'expense', 'equity']);

/**
 * Why a line is none of a closing entry, in a sentence; null = it may be one. `booked_on` is a day number. What is booked early in a month
 * may close the year before as well as that month: nobody can tell them apart, so neither is taken.
 */
export function whyNotClosing(
  { journal, booked_on, account, kind }: { journal: string; booked_on: number; account: string; kind: string | null },
  first: number,
): string | null {
  const month = monthOfDay(booked_on);
  if (!isYearEnd(month, first) && booked_on !== lastDayOfMonth(month)) {
    const lastOf = (of: number): string => `${lastDayOfMonth(of) - firstDayOfMonth(of) + 1} ${monthInWords(of)}`;
    const year_before = addMonths(fiscalYearStart(month, first), -1);
    return `${journal} holds closing entries, which lie in the last month of a fiscal year or on the last day of the month they close. Book what closes ${monthInWords(month)} on ${lastOf(month)}, what closes the year before on ${lastOf(year_before)}, or in another journal.`;
  }
  if (kind !== null && !CLOSED_KINDS.has(kind)) {
    const what = kind === 'asset' ? 'an asset' : `a ${kind}`;
    return `${journal} holds closing entries, which carry income and expense to equity. Account ${account} is ${what}: book it in another journal.`;
  }
  return null;
}

/** Of one account, debit positive. */
export interface ClosedAccount {
  readonly kind: string;
  /** Of the fiscal year, without its closing entries. */
  readonly year_minor: number;
  /** What its closing entries moved. */
  readonly closed_minor: number;
}

export interface YearClosed {
  /** What income and expense came to, debit positive: a profit is below zero. */
  readonly result_minor: number;
  /** What closing entries put on accounts of equity, debit positive. */
  readonly carried_minor: number;
  /** What still stands on income and expense after them; 0 = the result is carried whole. */
  readonly left_minor: number;
}

/** The result before closing entries, what they carried, and what they left. Retained earnings and result are one before and after. */
export function yearClosed(accounts: Iterable<ClosedAccount>): YearClosed {
  let result_minor = 0;
  let closed_minor = 0;
  let carried_minor = 0;
  for (const { kind, year_minor, closed_minor: moved_minor } of accounts) {
    if (isResultKind(kind)) {
      result_minor += year_minor;
      closed_minor += moved_minor;
    } else carried_minor += moved_minor;
  }
  return { result_minor, carried_minor, left_minor: result_minor + closed_minor };
}

/** Months (yyyymm) of closing entries that end a fiscal year, and would end none if the year began with another month. */
export function inTheMidstOfAYear(
  months: readonly number[],
  { before, after }: { readonly before: number; readonly after: number },
): readonly number[] {
  return months.filter((month) => isYearEnd(month, before) && !isYearEnd(month, after));
}
