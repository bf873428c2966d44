/** Where the books are made to differ: what is planted, where, how large. Seed 0 has none. See docs/DEMO.md. */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { AccountRole } from '../ledger/accounts.ts';
import type { Random } from '../random.ts';
import type { Horizon } from '../size.ts';

const DRAWN_KINDS = [
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
/** What the sister did not post, who delivered lacks there. */
const MIRRORED = 'delivery_not_at_sister';
export const DIFFERENCE_KINDS = [...DRAWN_KINDS, MIRRORED] as const;
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

/** In the month being closed the tasks these would be on are signed or prepared already. */
const BEFORE_OPEN: ReadonlySet<DifferenceKind> = new Set([
  'bill_posted_twice',
  'receipt_in_wrong_month',
  'invoice_to_wrong_account',
  'payment_of_wrong_party',
  'bank_charge_not_booked',
  'payment_not_at_bank',
  'revaluation_not_booked',
  'revalued_at_old_rate',
]);

/** A payment on its way is found while it is: at the end of the month closed last. */
const AT_CLOSED_END: DifferenceKind = 'payment_not_at_bank';

/** What every company has documents for in every month, on tasks nobody has signed in the month being closed. */
const OPEN_TASK_KINDS = ['rebate_not_accrued', 'count_not_posted', 'fee_at_old_rate'] as const;

/** Decides once per kind where it strikes, and keeps the answers. */
export class Differences {
  readonly planted: PlantedDifference[] = [];
  private readonly company_code: string;
  private readonly from = new Map<DifferenceKind, number>();
  private readonly open_from: number;
  private readonly open_until: number;
  private readonly is_clean: boolean;

  /**
   * Each kind strikes one of the companies, at the first fitting document on or after a day of the last four months, none
   * later than the month being closed: nobody looks there yet. Of that month each company gets one more where none is drawn.
   */
  constructor(seed: number, company_code: string, horizon: Horizon, random: Random, companies: readonly string[]) {
    this.company_code = company_code;
    this.open_from = firstDayOfMonth(horizon.open_period);
    this.open_until = lastDayOfMonth(horizon.open_period);
    this.is_clean = seed === CLEAN_SEED;
    if (this.is_clean) return;
    for (const kind of DRAWN_KINDS) {
      // both companies draw the same: the stream does not depend on the company
      const drawn = random.chance(0.65) ? companies[0] : companies.at(-1);
      const chosen = FOREIGN_KINDS.has(kind) ? companies.at(-1) : drawn;
      const some_month = addMonths(horizon.this_month, -random.whole(1, 4));
      const before_open = BEFORE_OPEN.has(kind) ? Math.min(some_month, horizon.closed_period) : some_month;
      const month = kind === AT_CLOSED_END ? horizon.closed_period : before_open;
      const into = random.whole(0, 20);
      // a company with few documents must still find one before the month being closed ends
      const day = firstDayOfMonth(month) + (month === horizon.open_period ? Math.floor(into / 4) : into);
      if (chosen === company_code) this.from.set(kind, day);
      else if (kind === 'intercompany_unmatched') this.from.set(MIRRORED, day);
    }
    const more = companies.map(() => random.pick(OPEN_TASK_KINDS))[companies.indexOf(company_code)];
    const has_own = OPEN_TASK_KINDS.some((kind) => (this.from.get(kind) ?? 0) >= this.open_from);
    if (more !== undefined && !has_own) this.from.set(more, this.open_from);
  }

  /** Whether the month being closed should have a difference to be found and nothing planted so far is one. */
  get lacksOpen(): boolean {
    if (this.is_clean) return false;
    return !this.planted.some(
      ({ from_on, until_on }) =>
        from_on >= this.open_from && from_on <= this.open_until && (until_on === null || until_on > this.open_until),
    );
  }

  /** Whether the kind strikes here and now; it strikes once. */
  strikes(kind: DifferenceKind, day: number): boolean {
    const from = this.from.get(kind);
    const until = BEFORE_OPEN.has(kind) ? this.open_from - 1 : this.open_until;
    if (from === undefined || day < from || day > until) return false;
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
