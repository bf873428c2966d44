/**
 * Accruals that are settled as booked: the ledger's debits settle, its credits are compared with what documents accrued, and what
 * stays unsettled is told by the month it accrued in, the oldest settled first.
 */
import { lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { monthInWords } from '../../calendarWords.ts';
import { JOURNAL_PARTS, type JournalKind } from '../journalKinds.ts';
import type { CompanyFacts, DocumentRef, Found, LedgerMovement, OpenDocument } from './facts.ts';
import type { AccrualRole } from './methods.ts';
import { JOURNALS, type ReconciledRole } from './plan.ts';

/** What accruals are called, line by line. */
export const ACCRUED: Readonly<Record<AccrualRole, string>> = {
  landed_cost_clearing: 'Landed costs',
  rebate_accrual: 'Bonuses',
  fee_accrual: 'Portal and payment fees',
  freight_accrual: 'Outbound freight',
};

/** What settled an accrual, debit positive. */
export interface Settled {
  readonly role: AccrualRole;
  readonly day: number;
  readonly amount_minor: number;
  readonly document: DocumentRef;
}

/** What documents say of one accrual. */
export interface Accrued {
  /** By month, what accrued less what was taken back. */
  readonly months: ReadonlyMap<number, number>;
  /** Of these, by month, what accrued alone. */
  readonly grown: ReadonlyMap<number, number>;
  /** By day, what was taken back: of returns. */
  readonly taken_back: ReadonlyMap<number, number>;
  /** Of these, what agreements that ended below their threshold gave back. */
  readonly given_back: readonly { readonly day: number; readonly amount: number }[];
}
export const NOTHING_ACCRUED: Accrued = { months: new Map(), grown: new Map(), taken_back: new Map(), given_back: [] };

const ACCRUING: ReadonlySet<JournalKind> = new Set(['goods_shipped', 'goods_received', 'credit_notes']);

/** In journals goods go through, a debit takes an accrual back. */
function accrues(kind: JournalKind): boolean {
  return ACCRUING.has(kind) || (JOURNAL_PARTS[kind]?.some((part) => ACCRUING.has(part)) ?? false);
}

/**
 * The debits that settle: not those that take back what a return did, an item carried, or a month's excess of credits.
 * @param movements of the days looked at, without proposed entries
 */
export function settlementsAsBooked(
  role: AccrualRole,
  movements: readonly LedgerMovement[],
  accrued: Accrued,
  carried: readonly Found[],
): readonly Settled[] {
  const own = movements.filter((each) => each.role === role && !JOURNALS[role].own.has(each.journal_kind));
  const left = new Map(accrued.taken_back);
  for (const { booked_on, amount_minor, journal_kind } of own)
    if (amount_minor > 0 && accrues(journal_kind)) left.set(booked_on, (left.get(booked_on) ?? 0) - amount_minor);
  const wrong: { readonly from: number; readonly amount: number; readonly day?: number }[] = [
    ...carried.flatMap((item) =>
      item.role === role && item.amount_minor < 0 ? [{ from: item.arose_on, amount: -item.amount_minor }] : [],
    ),
    ...excessOf(own, accrued),
    // whoever keeps the ledger gives it back on a day of their own
    ...accrued.given_back.map(({ day, amount }) => ({ from: Number.NEGATIVE_INFINITY, amount, day })),
  ];
  const settled: Settled[] = [];
  for (const { booked_on: day, amount_minor, journal_kind, entry_id: id, number: ref } of own) {
    if (amount_minor <= 0 || accrues(journal_kind)) continue;
    const taken = wrong.findIndex(({ from, amount }) => amount === amount_minor && from <= day);
    if (taken !== -1) {
      const [{ day: of = null } = {}] = wrong.splice(taken, 1);
      if (of !== null) left.set(of, (left.get(of) ?? 0) - amount_minor);
      continue;
    }
    // by hand it may be what a return took back
    const back = journal_kind === 'by_hand' ? Math.min(amount_minor, Math.max(0, left.get(day) ?? 0)) : 0;
    left.set(day, (left.get(day) ?? 0) - back);
    if (amount_minor > back)
      settled.push({ role, day, amount_minor: amount_minor - back, document: { kind: 'entry', id, ref } });
  }
  return settled;
}

/** By month, what the ledger credits beyond what documents accrued: a debit of just that takes it back. */
function excessOf(
  own: readonly LedgerMovement[],
  { grown }: Accrued,
): readonly { readonly from: number; readonly amount: number }[] {
  const months = Map.groupBy(
    own.filter(({ amount_minor }) => amount_minor < 0),
    ({ booked_on }) => monthOfDay(booked_on),
  );
  return [...months].flatMap(([month, credits]) => {
    const amount = credits.reduce((sum, each) => sum - each.amount_minor, 0) - (grown.get(month) ?? 0);
    return amount > 0 ? [{ from: Math.min(...credits.map(({ booked_on }) => booked_on)), amount }] : [];
  });
}

/** What is on an account but for what was found wrong: opening balance, documents, and entries that are documents themselves. */
export function balanceByMovement(facts: CompanyFacts, role: ReconciledRole, carried: readonly Found[]): number {
  const { cut_off } = facts;
  let amount_minor = facts.opening.get(role) ?? 0;
  for (const item of carried) if (item.role === role) amount_minor -= item.amount_minor;
  for (const [day, amount] of facts.expected.get(role) ?? []) if (day <= cut_off) amount_minor += amount;
  for (const { role: of, journal_kind, booked_on, amount_minor: amount } of facts.movements) {
    if (of === role && booked_on <= cut_off && JOURNALS[role].own.has(journal_kind)) amount_minor += amount;
  }
  return amount_minor;
}

/** What of an accrual is not settled at the cut-off, newest month last. */
export function openAsBooked(
  facts: CompanyFacts,
  role: AccrualRole,
  { months }: Accrued,
  carried: readonly Found[],
): readonly OpenDocument[] {
  const { cut_off } = facts;
  let left = -balanceByMovement(facts, role, carried);
  const what = ACCRUED[role];
  if (left < 0) return [{ role, ref: `${what}: settled beyond what accrued`, booked_on: cut_off, amount_minor: -left }];
  const lines: OpenDocument[] = [];
  let first = monthOfDay(cut_off);
  for (const [month, amount] of [...months].toSorted((a, b) => b[0] - a[0])) {
    if (month > monthOfDay(cut_off)) continue;
    first = month;
    const amount_minor = Math.min(left, Math.max(0, amount));
    if (amount_minor === 0) continue;
    left -= amount_minor;
    const booked_on = Math.min(lastDayOfMonth(month), cut_off);
    lines.push({ role, ref: `${what} of ${monthInWords(month)}, not settled`, booked_on, amount_minor: -amount_minor });
  }
  if (left > 0) {
    const ref = `${what} from before ${monthInWords(first)}, not settled`;
    lines.push({ role, ref, booked_on: Math.min(lastDayOfMonth(first), cut_off), amount_minor: -left });
  }
  return lines.toReversed();
}
