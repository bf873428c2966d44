/**
 * The account of exchange differences is one of the result: it begins anew with each fiscal year. What it should hold is what the
 * year won and lost, what closes the year is none of it, and a difference of an earlier year that no document settles went with that year.
 */
import type { Cause } from './causes.ts';
import type { CompanyFacts, Found, LedgerMovement, OpenDocument } from './facts.ts';
import { EVE_DAYS, type ForeignOpen } from './foreign.ts';
import { DOCUMENT_JOURNALS, JOURNALS } from './plan.ts';

/** What documents do not say: taken back of the year before, and balances that were taken over. */
export const YEAR_BEGAN = 'Opening of the fiscal year';

export interface GainYear {
  /** The first day of the fiscal year of the cut-off. */
  readonly from: number;
  /** Every entry of the year on the account, but for what closes it. */
  readonly movements: readonly LedgerMovement[];
}

export function gainYear(all: readonly LedgerMovement[], from: number): GainYear {
  return { from, movements: withoutClosing(all).filter((each) => each.role === 'fx_gain' && each.booked_on >= from) };
}

/** Of all accounts, without what closes a year on that of exchange differences. */
export function withoutClosing(movements: readonly LedgerMovement[]): readonly LedgerMovement[] {
  return movements.filter(({ role, journal_kind }) => role !== 'fx_gain' || journal_kind !== 'closing_entries');
}

const OF_ITS_YEAR: ReadonlySet<Cause> = new Set(['not_found', 'entry_by_hand']);

/** Carried, without what only the result of an earlier year is off by. */
export function carriedInto(carried: readonly Found[], year_from: number): readonly Found[] {
  return carried.filter(
    ({ role, arose_on, cause }) => role !== 'fx_gain' || arose_on >= year_from || !OF_ITS_YEAR.has(cause),
  );
}

const isOwn = ({ journal_kind }: LedgerMovement): boolean => JOURNALS.fx_gain.own.has(journal_kind);

/** What of the year before is taken back on its first day, debit positive; nothing where the ledger never revalued. */
function takenBackMinor({ revaluations }: ForeignOpen, { from, movements }: GainYear): number {
  const booked = movements.some(
    (each) => each.booked_on <= from + EVE_DAYS && !DOCUMENT_JOURNALS.has(each.journal_kind) && !isOwn(each),
  );
  if (!booked) return 0;
  return sumOf(revaluations.filter(({ taken_back_on }) => taken_back_on === from));
}

/** What stands before the days looked at, so that with what moved in them it is the balance of the year. */
export function gainOpening(year: GainYear, from: number, window: readonly LedgerMovement[]): number {
  const earlier = window.filter(({ role, booked_on }) => role === 'fx_gain' && booked_on < year.from);
  return sumOf(year.movements.filter(({ booked_on }) => booked_on < from)) - sumOf(earlier);
}

/**
 * What the account should hold. Where nothing before was looked at it is what the year's documents come to; else what it holds, less
 * what was found wrong with it before and what differs in the days looked at.
 * @param before revaluations of the last day before the year
 * @param carried null = nobody looked before
 */
export function gainOpen(
  facts: Pick<CompanyFacts, 'from' | 'cut_off' | 'expected' | 'open' | 'movements'>,
  year: GainYear,
  { before, carried }: { readonly before: ForeignOpen; readonly carried: readonly Found[] | null },
): readonly OpenDocument[] {
  const { from, cut_off } = facts;
  const lines = facts.open.filter(({ role, booked_on }) => role === 'fx_gain' && booked_on >= year.from);
  const held = year.movements.filter(({ booked_on }) => booked_on <= cut_off);
  let due: number;
  if (carried === null && from > year.from) {
    due = sumOf(lines) + takenBackMinor(before, year) + sumOf(held.filter(isOwn));
  } else {
    const moved = facts.movements.filter(
      (each) => each.role === 'fx_gain' && each.booked_on <= cut_off && !isOwn(each),
    );
    due = sumOf(held) - sumOf(moved);
    for (const item of carried ?? []) if (item.role === 'fx_gain') due -= item.amount_minor;
    for (const [day, amount] of facts.expected.get('fx_gain') ?? []) if (day <= cut_off) due += amount;
  }
  const amount_minor = due - sumOf(lines);
  return [...lines, { role: 'fx_gain', ref: YEAR_BEGAN, booked_on: year.from, amount_minor }];
}

function sumOf(amounts: readonly { readonly amount_minor: number }[]): number {
  return amounts.reduce((sum, each) => sum + each.amount_minor, 0);
}
