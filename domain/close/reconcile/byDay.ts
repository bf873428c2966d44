/** Rows by account and day, put in order once: every differing day is asked for many times, of hundreds of thousands of rows. */
import type { LedgerMovement, Posting } from './facts.ts';
import type { ReconciledRole } from './plan.ts';

export class ByDay<T extends { readonly role: ReconciledRole }> {
  readonly all: readonly T[];
  private readonly roles: ReadonlyMap<ReconciledRole, readonly T[]>;
  private readonly days = new Map<ReconciledRole, ReadonlyMap<number, readonly T[]>>();
  private readonly dayOf: (row: T) => number;

  constructor(rows: readonly T[], dayOf: (row: T) => number) {
    this.all = rows;
    this.dayOf = dayOf;
    this.roles = Map.groupBy(rows, ({ role }) => role);
  }

  /** Of an account, in the order they were given. */
  of(role: ReconciledRole): readonly T[] {
    return this.roles.get(role) ?? [];
  }

  /** Of an account on a day, in the order they were given. */
  on(role: ReconciledRole, day: number): readonly T[] {
    const days = this.days.get(role) ?? Map.groupBy(this.of(role), this.dayOf);
    this.days.set(role, days);
    return days.get(day) ?? [];
  }
}

export class Movements extends ByDay<LedgerMovement> {
  private withGain: ReadonlyMap<number, readonly LedgerMovement[]> | null = null;

  constructor(movements: readonly LedgerMovement[]) {
    super(movements, ({ booked_on }) => booked_on);
  }

  /** What an entry moved that moves exchange differences too; nothing of others. */
  besideGain(entry_id: number): readonly LedgerMovement[] {
    if (this.withGain === null) {
      const entries = new Set(this.of('fx_gain').map((each) => each.entry_id));
      this.withGain = Map.groupBy(
        this.all.filter((each) => entries.has(each.entry_id)),
        (each) => each.entry_id,
      );
    }
    return this.withGain.get(entry_id) ?? [];
  }
}

export class Postings extends ByDay<Posting> {
  constructor(postings: readonly Posting[]) {
    super(postings, ({ day }) => day);
  }
}
