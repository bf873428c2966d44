/**
 * What is drawn up from the whole ledger: the trial balance and the statements. Their tasks hold these figures as lines, so that a
 * signature binds to them and a later posting opens them again, as with any reconciliation.
 */
import { EARLIER_RESULT, earlierResultMinor } from './fiscalYear.ts';
import { isResultKind } from './flux.ts';

export const TRIAL_BALANCE_TASK = 'trial_balance';
export const STATEMENTS_TASK = 'statements';

const CLOSED_RESULT = 'Closing entries: income and expense';
const CLOSED_TO_EQUITY = 'Closing entries: carried to equity';

export interface LedgerAccount {
  readonly code: string;
  readonly name: string;
  /** 'asset' | 'liability' | 'equity' | 'income' | 'expense' */
  readonly kind: string;
  /** Debit positive, at the end of the month, without closing entries of its fiscal year. */
  readonly balance_minor: number;
  /** Debit positive, in the month, without closing entries. */
  readonly moved_minor: number;
  /** Debit positive, before the fiscal year of the month. */
  readonly earlier_minor: number;
  /** Debit positive, what closing entries of its fiscal year moved by then; absent = nothing. */
  readonly closed_minor?: number;
}

export interface DrawnUpLine {
  readonly side: 'ledger' | 'subledger';
  readonly ref: string;
  /** null of what is added up over accounts. */
  readonly account: string | null;
  readonly amount_minor: number;
}

/**
 * Every account with its balance before closing entries, of income and expense that of the year, debits positive; with earlier years
 * they add up to nothing. What closing entries carried to equity stands beside them, so that a signature binds to it too.
 */
export function trialBalanceLines(accounts: readonly LedgerAccount[]): readonly DrawnUpLine[] {
  const own = accounts.map(({ code, name, kind, balance_minor, earlier_minor }) =>
    ledger(name, code, isResultKind(kind) ? balance_minor - earlier_minor : balance_minor),
  );
  const closed = (result: boolean): number =>
    accounts.reduce((sum, { kind, closed_minor = 0 }) => (isResultKind(kind) === result ? sum + closed_minor : sum), 0);
  return [
    ...own,
    ledger(EARLIER_RESULT, null, earlierResultMinor(accounts)),
    ledger(CLOSED_RESULT, null, closed(true)),
    ledger(CLOSED_TO_EQUITY, null, closed(false)),
  ].filter(isSomething);
}

/** The month's result, income positive, against what assets, debts and equity did meanwhile: both are the same where the books balance. */
export function statementLines(accounts: readonly LedgerAccount[]): readonly DrawnUpLine[] {
  const result = accounts
    .filter(({ kind }) => isResultKind(kind))
    .map(({ code, name, moved_minor }) => ledger(name, code, 0 - moved_minor));
  const rest = accounts.filter(({ kind }) => !isResultKind(kind));
  const changed_minor = rest.reduce((sum, { moved_minor }) => sum + moved_minor, 0);
  const lines = result.filter(isSomething);
  if (lines.length === 0 && changed_minor === 0) return [];
  return [
    ...lines,
    { side: 'subledger', ref: 'Change of assets, debts and equity', account: null, amount_minor: changed_minor },
  ];
}

/** By the code of the task. */
export const DRAWN_UP: ReadonlyMap<string, (accounts: readonly LedgerAccount[]) => readonly DrawnUpLine[]> = new Map([
  [TRIAL_BALANCE_TASK, trialBalanceLines],
  [STATEMENTS_TASK, statementLines],
]);

function ledger(ref: string, account: string | null, amount_minor: number): DrawnUpLine {
  return { side: 'ledger', ref, account, amount_minor };
}

function isSomething({ amount_minor }: DrawnUpLine): boolean {
  return amount_minor !== 0;
}
