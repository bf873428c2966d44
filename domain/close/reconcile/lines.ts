/** How both sides of a reconciliation read, line by line: the account as it came to its balance, and what is open. */
import { firstDayOfMonth, monthOfDay } from '../../calendar.ts';
import type { CompanyFacts } from './facts.ts';
import { DOCUMENT_JOURNALS, type ReconciledRole, type ReconciliationPlan } from './plan.ts';

export interface SideLine {
  readonly side: 'ledger' | 'subledger';
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: number;
  readonly amount_minor: number;
}

/** A side shows at most so many lines; the rest is one line with their sum. */
export const MOST_LINES = 1_500;

/** Brought forward, then what each journal moved; entries that are no sum of documents stand alone. */
export function ledgerLines(facts: CompanyFacts, role: ReconciledRole, sign: 1 | -1): readonly SideLine[] {
  const start = firstDayOfMonth(monthOfDay(facts.cut_off));
  let brought_forward = facts.opening.get(role) ?? 0;
  const moved = new Map<string, { ref: string; booked_on: number; amount: number }>();
  for (const movement of facts.movements) {
    const { journal, number, memo, booked_on, amount_minor, entry_id } = movement;
    if (movement.role !== role || booked_on > facts.cut_off) continue;
    if (booked_on < start) {
      brought_forward += amount_minor;
      continue;
    }
    const summed = DOCUMENT_JOURNALS.has(movement.journal_kind);
    const key = summed ? journal : `${journal} ${entry_id}`;
    const known = moved.get(key);
    if (known) known.amount += amount_minor;
    else {
      const ref = summed ? `${journal} ${movement.journal_name ?? memo}` : `${number} ${memo}`;
      moved.set(key, { ref, booked_on: summed ? facts.cut_off : booked_on, amount: amount_minor });
    }
  }
  const account = facts.accounts.get(role) ?? null;
  const line = (ref: string, booked_on: number, amount: number): SideLine => ({
    side: 'ledger',
    ref,
    account,
    booked_on,
    amount_minor: sign * amount + 0,
  });
  return [
    line('Brought forward', start, brought_forward),
    ...[...moved.values()].map(({ ref, booked_on, amount }) => line(ref, booked_on, amount)),
  ].filter(({ amount_minor }) => amount_minor !== 0);
}

export function subledgerLines(facts: CompanyFacts, plan: ReconciliationPlan): readonly SideLine[] {
  const account = facts.accounts.get(plan.roles[0] ?? 'bank') ?? null;
  const lines = plan.roles.flatMap((role) =>
    facts.open
      .filter((each) => each.role === role)
      .map(({ ref, booked_on, amount_minor }) => ({
        side: 'subledger' as const,
        ref,
        account,
        booked_on,
        amount_minor: plan.sign * amount_minor,
      })),
  );
  return boundedLines(lines, plan.what, facts.cut_off);
}

/** The lines without zeros; beyond the limit the smallest are added up in one. */
export function boundedLines<
  L extends { readonly ref: string; readonly amount_minor: number; readonly booked_on: number },
>(lines: readonly L[], what: string, cut_off: number): readonly L[] {
  const real = lines.filter((line) => line.amount_minor !== 0);
  const [first] = real;
  if (!first || real.length <= MOST_LINES) return real;
  const bySize = real.toSorted(
    (a, b) => Math.abs(b.amount_minor) - Math.abs(a.amount_minor) || (a.ref < b.ref ? -1 : 1),
  );
  const rest = bySize.slice(MOST_LINES);
  const amount_minor = rest.reduce((sum, line) => sum + line.amount_minor, 0);
  return [
    ...bySize.slice(0, MOST_LINES),
    { ...first, ref: `Other ${rest.length} ${what}`, booked_on: cut_off, amount_minor },
  ];
}
