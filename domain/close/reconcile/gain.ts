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
  /** Every entry of the year on the account. */
  readonly movements: readonly LedgerMovement[];
  /** Whether the ledger took back on the first day what the year before revalued. */
  readonly took_back: boolean;
}

export function gainYear(
  all: readonly LedgerMovement[],
  { year_from, from, first_look }: { readonly year_from: number; readonly from: number; readonly first_look: boolean },
): GainYear {
  const movements = all.filter((each) => isOfGain(each, year_from));
  // of the first day looked at the control accounts say it (`withoutUnbooked`)
  const took_back =
    !first_look ||
    from === year_from ||
    movements.some(
      ({ booked_on, journal_kind }) =>
        booked_on <= year_from + EVE_DAYS &&
        !DOCUMENT_JOURNALS.has(journal_kind) &&
        !JOURNALS.fx_gain.own.has(journal_kind),
    );
  return { from: year_from, movements, took_back };
}

function isOfGain({ role, journal_kind, booked_on }: LedgerMovement, year_from: number): boolean {
  return role === 'fx_gain' && booked_on >= year_from && journal_kind !== 'closing_entries';
}

/** Of all accounts, without what closes a year or lies before it on that of exchange differences. */
export function withoutOtherYears(
  movements: readonly LedgerMovement[],
  { from }: Pick<GainYear, 'from'>,
): readonly LedgerMovement[] {
  return movements.filter((each) => each.role !== 'fx_gain' || isOfGain(each, from));
}

const OF_ITS_YEAR: ReadonlySet<Cause> = new Set(['not_found', 'entry_by_hand']);

/** Carried, without what only the result of an earlier year is off by. */
export function carriedInto(carried: readonly Found[], year_from: number): readonly Found[] {
  return carried.filter(
    ({ role, arose_on, cause }) => role !== 'fx_gain' || arose_on >= year_from || !OF_ITS_YEAR.has(cause),
  );
}

/** What of the year before is taken back on its first day, debit positive on the account of exchange differences. */
function takenBackMinor({ revaluations }: ForeignOpen, year: GainYear): number {
  if (!year.took_back) return 0;
  return revaluations.reduce(
    (sum, { taken_back_on, amount_minor }) => (taken_back_on === year.from ? sum + amount_minor : sum),
    0,
  );
}

type GainFacts = Pick<CompanyFacts, 'from' | 'cut_off' | 'expected' | 'open'>;

/** Balance before the first day looked at, in the year. */
export function gainOpening(year: GainYear, from: number): number {
  return sumOf(year.movements.filter(({ booked_on }) => booked_on < from));
}

/**
 * What the account should hold: at the first look what the year's documents come to; later what it held less what was found wrong with
 * it, and what documents of the days looked at add.
 * @param before revaluations of the last day before the year
 * @param carried null = nobody looked before
 */
export function gainOpen(
  facts: GainFacts,
  year: GainYear,
  { before, carried }: { readonly before: ForeignOpen; readonly carried: readonly Found[] | null },
): readonly OpenDocument[] {
  const { from, cut_off } = facts;
  const lines = facts.open.filter(({ role, booked_on }) => role === 'fx_gain' && booked_on >= year.from);
  const taken_over = year.movements.filter(
    ({ booked_on, journal_kind }) => booked_on <= cut_off && JOURNALS.fx_gain.own.has(journal_kind),
  );
  let due: number;
  if (carried === null) due = sumOf(lines) + takenBackMinor(before, year) + sumOf(taken_over);
  else {
    due = gainOpening(year, from) + sumOf(taken_over.filter(({ booked_on }) => booked_on >= from));
    for (const item of carried) if (item.role === 'fx_gain') due -= item.amount_minor;
    for (const [day, amount] of facts.expected.get('fx_gain') ?? []) if (day <= cut_off) due += amount;
  }
  const amount_minor = due - sumOf(lines);
  return [...lines, { role: 'fx_gain', ref: YEAR_BEGAN, booked_on: year.from, amount_minor }];
}

function sumOf(amounts: readonly { readonly amount_minor: number }[]): number {
  return amounts.reduce((sum, each) => sum + each.amount_minor, 0);
}
