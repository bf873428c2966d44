/**
 * The fiscal year in the books: income and expense begin anew with it, and what earlier years came to belongs to the owners. Nobody
 * has to book that: it is a line of its own, which is 0 where the year's end was booked onto an account of equity.
 */
import { isResultKind } from './flux.ts';

export const EARLIER_RESULT = 'Result of earlier years';

/** Its first month (yyyymm). Every company's begins with January: none can say otherwise yet. */
export function fiscalYearStart(month: number): number {
  return Math.floor(month / 100) * 100 + 1;
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
