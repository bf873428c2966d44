/** Where the ledger and the documents part: account by account, day by day. */
import type { CompanyFacts } from './facts.ts';
import type { JournalKind } from '../journalKinds.ts';
import { JOURNALS, type ReconciledRole } from './plan.ts';

/** Ledger less documents of an account on a day, debit positive, never 0. */
export interface Cell {
  readonly role: ReconciledRole;
  readonly day: number;
  readonly amount_minor: number;
}

/** Of these only the balance says anything: nothing is expected of single days (see inventory.ts). */
const BY_BALANCE: ReadonlySet<ReconciledRole> = new Set(['inventory']);
/** Whose documents are read beyond the cut-off too, so that a late posting is found. */
const LATE: ReadonlySet<ReconciledRole> = new Set(['ar', 'ap', 'bank', 'grni', 'billed_not_received']);

export function differingCells(facts: CompanyFacts): readonly Cell[] {
  const sums = new Map<ReconciledRole, Map<number, number>>();
  const add = (role: ReconciledRole, day: number, amount: number): void => {
    const days = sums.get(role) ?? new Map<number, number>();
    sums.set(role, days);
    days.set(day, (days.get(day) ?? 0) + amount);
  };
  for (const { role, journal_kind, booked_on, amount_minor } of facts.movements) {
    if (!isOwn(role, journal_kind)) add(role, booked_on, amount_minor);
  }
  for (const [role, days] of facts.expected) for (const [day, amount] of days) add(role, day, -amount);
  const cells: Cell[] = [];
  for (const [role, days] of sums) {
    if (BY_BALANCE.has(role) || facts.without_basis?.has(role)) continue;
    for (const [day, amount_minor] of days) {
      if (amount_minor === 0 || day > facts.until || (day > facts.cut_off && !LATE.has(role))) continue;
      cells.push({ role, day, amount_minor });
    }
  }
  return cells.toSorted((a, b) => a.day - b.day || (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
}

/** Entries that are documents themselves, where no schedule says otherwise. */
function isOwn(role: ReconciledRole, kind: JournalKind): boolean {
  return role !== 'prepaid' && JOURNALS[role].own.has(kind);
}
