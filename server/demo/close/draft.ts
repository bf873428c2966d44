/** Lines of a close task before they have ids, and what they are computed from. */
import type { BankAccount } from '#domain/close/reconcile/bank/facts.ts';
import { boundedLines } from '#domain/close/reconcile/lines.ts';
import { firstDayOfMonth, isWorkday, lastDayOfMonth } from '#domain/calendar.ts';
import type { DifferenceKind, PlantedDifference } from '../differences/kinds.ts';
import { type AccountRole, accountCode } from '../ledger/accounts.ts';
import type { OpenItems } from '../ledger/openItems.ts';
import type { Rate } from '../pricing/rules.ts';
import type { CompanyWorld } from '../world.ts';

export interface DraftLine {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
  readonly explanation: string | null;
  readonly account?: string;
  /** Of the amount, what was posted after the preparer signed: the sign-off then binds to the lines without it. */
  readonly late_minor?: number;
}

/** Which changes ask for words at both companies: 2,500 of the main unit, and a tenth. */
export const FLUX_THRESHOLD = { amount_minor: 250_000, rate_bp: 1_000 } as const;

/** Below so much an item of these needs no explanation, minor units. */
export const ITEM_THRESHOLDS = {
  ar_gl: 5_000,
  ap_gl: 5_000,
  grni: 2_500,
  shipped_not_billed: 2_500,
  rebates_fees: 500,
  inventory_valuation: 10_000,
} as const;

/** One company and month to close. */
export interface CloseMonth extends CompanyWorld {
  readonly period: number;
  /** First and last day, and the month's index in the books. */
  readonly start: number;
  readonly end: number;
  readonly nth: number;
  /** Until when differences have been looked into. */
  readonly explained_until: number;
  readonly rates: readonly Rate[];
  readonly bank_account: BankAccount;
  readonly seed: number;
}

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

/**
 * An account as it came to its balance: brought forward, then what each journal moved. `sign` −1 shows debts positive; `since` is
 * where its balance begins.
 */
export function accountLines(
  month: CloseMonth,
  role: AccountRole,
  sign: 1 | -1 = 1,
  since = month.horizon.first_day,
): readonly DraftLine[] {
  const { journals } = month.books;
  const account = accountCode(role);
  const before = journals.sumOf(role, since, month.start - 1);
  const moved = journals.movements(role, month.start, month.end).map((movement) => {
    const ref = movement.number ? `${movement.number} ${movement.memo}` : `${movement.journal} ${movement.memo}`;
    return { ...ledger(ref, movement.booked_on, sign * movement.amount_minor), account };
  });
  const opening = { ...ledger('Brought forward', month.start, sign * before), account };
  return [opening, ...moved].filter((line) => line.amount_minor !== 0);
}

/** Documents open at the end of the month. */
export function openLines(month: CloseMonth, items: OpenItems, what: string, sign: 1 | -1 = 1): readonly DraftLine[] {
  const lines = items.at(month.end).map((item) => subledger(item.ref, item.booked_on, sign * item.amount_minor));
  return boundedLines(lines, what, month.end);
}

const WORDS: Readonly<Record<DifferenceKind, string>> = {
  bill_posted_twice: 'The bill was posted a second time; the reversal is entered next month.',
  receipt_in_wrong_month: 'Received in the month, posted on the first of the next.',
  invoice_to_wrong_account: 'The invoice was posted to another account.',
  payment_of_wrong_party: 'The payment stands with another customer.',
  manual_journal_on_inventory: 'Posted by hand on the stock account; no stock moved.',
  count_not_posted: 'The count moved the stock; its difference was not posted.',
  rebate_not_accrued: 'The bonus of one customer was not accrued.',
  fee_at_old_rate: 'Accrued at the commission before the rise.',
  landed_cost_not_allocated: 'Not split over the order’s lines yet.',
  rate_of_wrong_day: 'Revalued at the closing rate of the month before.',
  intercompany_unmatched: 'The sister company posted the delivery, we did not.',
  delivery_not_at_sister: 'We posted the delivery, the sister company did not.',
  bank_charge_not_booked: 'The bank took its fees; they are not booked.',
  payment_not_at_bank: 'Sent on the last day; the bank carried it out in the next month.',
  revaluation_not_booked: 'What is open in the other currency was not valued at the closing rate.',
  revalued_at_old_rate: 'Valued at the closing rate of the month before.',
};

/** What has been found out about an account's difference so far. */
export function differenceLines(
  month: CloseMonth,
  role: AccountRole,
  sign: 1 | -1 = 1,
  until = month.explained_until,
): readonly DraftLine[] {
  return month.differences
    .at(role, month.end)
    .filter((each: PlantedDifference) => each.from_on <= until)
    .map((each) => ({
      ...explained(each.ref, each.from_on, sign * each.amount_minor + 0, WORDS[each.kind]),
      account: accountCode(role),
    }));
}

export function total(lines: readonly { readonly amount_minor: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amount_minor, 0);
}

export function workdaysIn(period: number): number {
  let count = 0;
  for (let day = firstDayOfMonth(period); day <= lastDayOfMonth(period); day++) if (isWorkday(day)) count += 1;
  return count;
}
