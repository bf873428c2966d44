/**
 * The fiscal year in the books: income and expense begin anew with it, and what earlier years came to belongs to the owners. Nobody
 * has to book that: it is a line of its own, which is 0 where the year's end was booked onto an account of equity.
 */
import { addMonths } from '../calendar.ts';
import { monthInWords } from '../calendarWords.ts';
import { isResultKind } from './flux.ts';

export const EARLIER_RESULT = 'Result of earlier years';

/** The first month (yyyymm) of the fiscal year that `month` lies in; `first` (1–12) is the month the company's begins with. */
export function fiscalYearStart(month: number, first: number): number {
  const year = Math.floor(month / 100);
  return (month % 100 < first ? year - 1 : year) * 100 + first;
}

/** Its last month (yyyymm). */
export function fiscalYearEnd(month: number, first: number): number {
  return addMonths(fiscalYearStart(month, first), 11);
}

/** '2026', or 'April 2026 – March 2027'. */
export function fiscalYearWords(month: number, first: number): string {
  const start = fiscalYearStart(month, first);
  if (first === 1) return String(Math.floor(start / 100));
  return `${monthInWords(start)} – ${monthInWords(fiscalYearEnd(month, first))}`;
}

interface OfEarlierYears {
  readonly kind: string;
  /** Debit positive, of all that was booked before the fiscal year began. */
  readonly earlier_minor: number;
}

/** What stands on an account when the year begins. */
export function openingMinor({ kind, earlier_minor }: OfEarlierYears): number {
  return isResultKind(kind) ? 0 : earlier_minor;
}

/** What all years before came to, debit positive: profits are below zero. */
export function earlierResultMinor(accounts: Iterable<OfEarlierYears>): number {
  let sum_minor = 0;
  for (const { kind, earlier_minor } of accounts) if (isResultKind(kind)) sum_minor += earlier_minor;
  return sum_minor;
}

/**
 * The months of `locked` whose trial balance comes out otherwise when the year begins with another month: something was booked between
 * where their year began and where it would begin. `booked` are months (yyyymm) with lines of the ledger.
 */
export function drawnAnewByFiscalYear(
  { locked, booked }: { readonly locked: readonly number[]; readonly booked: readonly number[] },
  { before, after }: { readonly before: number; readonly after: number },
): readonly number[] {
  return locked.filter((month) => {
    const one = fiscalYearStart(month, before);
    const other = fiscalYearStart(month, after);
    return booked.some((each) => each >= Math.min(one, other) && each < Math.max(one, other));
  });
}
