/** Where the books are made to differ: what is planted, where, how large. Seed 0 has none. See docs/DEMO.md. */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import type { AccountRole } from '../ledger/accounts.ts';
import type { Random } from '../random.ts';
import type { Horizon } from '../size.ts';

export const DIFFERENCE_KINDS = [
  'bill_posted_twice',
  'receipt_in_wrong_month',
  'invoice_to_wrong_account',
  'payment_of_wrong_party',
  'manual_journal_on_inventory',
  'count_not_posted',
  'rebate_not_accrued',
  'fee_at_old_rate',
  'landed_cost_not_allocated',
  'rate_of_wrong_day',
  'intercompany_unmatched',
  'bank_charge_not_booked',
  'payment_not_at_bank',
  'revaluation_not_booked',
  'revalued_at_old_rate',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** The seed whose books tie everywhere. */
export const CLEAN_SEED = 0;

/** One planted difference: the answer a reconciliation is marked against. */
export interface PlantedDifference {
  readonly kind: DifferenceKind;
  readonly company_code: string;
  /** From when, and until when the books differ; null = still. */
  readonly from_on: number;
  readonly until_on: number | null;
  /** The document or journal entry. */
  readonly ref: string;
  /** The account that is off, and by how much: ledger less subledger, debit positive. 0 = only the subledger is wrong. */
  readonly role: AccountRole;
  readonly amount_minor: number;
}

/** Only the company that owes in another currency can get these wrong: the last. */
const FOREIGN_KINDS: ReadonlySet<DifferenceKind> = new Set(['rate_of_wrong_day', 'intercompany_unmatched']);

/** In the month being closed what these would be on is signed already. */
const BEFORE_OPEN: ReadonlySet<DifferenceKind> = new Set(['revaluation_not_booked', 'revalued_at_old_rate']);

/** Decides once per kind where it strikes, and keeps the answers. */
export class Differences {
  readonly planted: PlantedDifference[] = [];
  private readonly company_code: string;
  private readonly from = new Map<DifferenceKind, number>();

  /** Each kind strikes one of the companies, at the first fitting document on or after a day of the last four months. */
  constructor(seed: number, company_code: string, horizon: Horizon, random: Random, companies: readonly string[]) {
    this.company_code = company_code;
    if (seed === CLEAN_SEED) return;
    for (const kind of DIFFERENCE_KINDS) {
      // both companies draw the same: the stream does not depend on the company
      const drawn = random.chance(0.65) ? companies[0] : companies.at(-1);
      const chosen = FOREIGN_KINDS.has(kind) ? companies.at(-1) : drawn;
      const some_month = addMonths(horizon.this_month, -random.whole(1, 4));
      const month = BEFORE_OPEN.has(kind) ? Math.min(some_month, horizon.closed_period) : some_month;
      const day = firstDayOfMonth(month) + random.whole(0, 20);
      if (chosen === company_code) this.from.set(kind, day);
    }
  }

  /** Whether the kind strikes here and now; it strikes once. */
  strikes(kind: DifferenceKind, day: number): boolean {
    const from = this.from.get(kind);
    if (from === undefined || day < from) return false;
    this.from.delete(kind);
    return true;
  }

  plant(found: Omit<PlantedDifference, 'company_code' | 'until_on'> & { readonly until_on?: number }): void {
    this.planted.push({ until_on: null, ...found, company_code: this.company_code });
  }

  /** What an account is off by at the end of a day. */
  at(role: AccountRole, day: number): readonly PlantedDifference[] {
    return this.planted.filter(
      (each) => each.role === role && each.from_on <= day && (each.until_on === null || day < each.until_on),
    );
  }
}
