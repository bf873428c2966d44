/**
 * What a reconciliation cannot be made without: its account, what its stock is worth, the bank's statement, or anything on either side. One of which
 * something is missing has an item that says so, which asks for words whatever its amount, and for a file where there must be one: nobody signs it as if it agreed.
 */
import { monthOfDay } from '../../calendar.ts';
import { monthInWords } from '../../calendarWords.ts';
import type { CompanyFacts, Found } from './facts.ts';
import { type ReconciledRole, RECONCILIATIONS, type ReconciliationPlan } from './plan.ts';
import type { Reconciliation } from './reconcile.ts';

const MISSING_REFS = {
  account: 'Missing: ledger account',
  stock_value: 'Missing: stock value',
  statement: 'Missing: bank statement',
  both_sides: 'Missing: both sides',
} as const;
type MissingRef = (typeof MISSING_REFS)[keyof typeof MISSING_REFS];

/** What an account of stock holds that nobody valued, debit positive: what nothing else explains. */
export function unvaluedStock(amount_minor: number, cut_off: number): Found {
  return missing('inventory', MISSING_REFS.stock_value, amount_minor, cut_off);
}

/** The reconciliations of every task, those that lack something with the item that says so. */
export function withMissing(
  results: readonly Reconciliation[],
  facts: Pick<CompanyFacts, 'bank_items' | 'opening' | 'movements' | 'open' | 'expected' | 'cut_off'>,
): readonly Reconciliation[] {
  return RECONCILIATIONS.map((plan) => {
    const result = results.find(({ code }) => code === plan.code);
    const ref = result ? missingBeside(facts, plan) : MISSING_REFS.account;
    const { items, ...sides } = result ?? { ...NOTHING_KNOWN, code: plan.code };
    if (ref === null || items.some((item) => isMissingRef(item.ref))) return { ...sides, items };
    const found = missing(plan.roles[0] ?? 'bank', ref, 0, facts.cut_off);
    const account = sides.lines[0]?.account ?? null;
    return {
      ...sides,
      items: [...items, { ...found, account, origin_period: monthOfDay(facts.cut_off), age_days: 0 }],
    };
  });
}

const NOTHING_KNOWN: Omit<Reconciliation, 'code'> = {
  ledger_minor: 0,
  subledger_minor: 0,
  difference_minor: 0,
  lines: [],
  items: [],
};

/** Of a plan whose account is there. */
function missingBeside(
  facts: Parameters<typeof withMissing>[1],
  { code, roles }: ReconciliationPlan,
): MissingRef | null {
  if (code === 'bank' && facts.bank_items === null) return MISSING_REFS.statement;
  // an account that came back to nothing agrees with nothing open; one that never had anything says nothing
  const known = roles.some(
    (role) =>
      facts.opening.has(role) ||
      (facts.expected.get(role)?.size ?? 0) > 0 ||
      facts.open.some((each) => each.role === role && each.amount_minor !== 0) ||
      facts.movements.some((each) => each.role === role && each.booked_on <= facts.cut_off),
  );
  return known ? null : MISSING_REFS.both_sides;
}

function missing(role: ReconciledRole, ref: MissingRef, amount_minor: number, cut_off: number): Found {
  return { role, cause: 'facts_missing', amount_minor, ref, arose_on: cut_off, documents: [], settles_on: null };
}

/** Lines say no cause: such an item is known by its reference. */
export function isMissingRef(ref: string): boolean {
  return Object.values<string>(MISSING_REFS).includes(ref);
}

/** What stands on paper somewhere if the company has such an account at all. */
const ON_PAPER: readonly string[] = [MISSING_REFS.stock_value, MISSING_REFS.statement];

/** What a task is asked for before anybody signs it: a file, where its plan says so or what should be on paper is missing. */
export function asksForFile(
  needs_evidence: boolean,
  lines: readonly { readonly side: string; readonly ref: string }[],
): boolean {
  return needs_evidence || lines.some(({ side, ref }) => side === 'item' && ON_PAPER.includes(ref));
}

/** What of a task's items is missing and what to do, a text each; empty = nothing is. */
export function missingWords(
  code: string,
  items: readonly { readonly ref: string }[],
  month: number,
): readonly string[] {
  const plan = RECONCILIATIONS.find((each) => each.code === code);
  return plan ? items.flatMap(({ ref }) => wordsOf(plan, ref, monthInWords(month)) ?? []) : [];
}

function wordsOf(plan: ReconciliationPlan, ref: string, of: string): string | null {
  switch (ref) {
    case MISSING_REFS.account:
      return `No ledger account has the role ${plan.roles.join(' or ')}, so there is nothing to compare. Give the account its role: Imports › Ledger accounts. ${IF_THERE_IS_NONE}`;
    case MISSING_REFS.stock_value:
      return `There is no stock value of ${of} here. Import it: Imports › Stock value at month’s end. ${IF_ELSEWHERE}`;
    case MISSING_REFS.statement:
      return `There is no bank statement of ${of} here: the ledger is compared with payments only. Import it: Imports › Bank statements. ${IF_ELSEWHERE}`;
    case MISSING_REFS.both_sides:
      return `Nothing was ever on this account, and none of its ${plan.what} are here. Import what there is, the ledger’s entries too. ${IF_THERE_IS_NONE}`;
    default:
      return null;
  }
}

const IF_THERE_IS_NONE = 'If there is none, say so on the item: until then nobody can sign.';
const IF_ELSEWHERE =
  'If there is none, say why on the item and attach a file that shows it: until then nobody can sign.';
