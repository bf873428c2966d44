/**
 * The general ledger while the documents stream by. What documents post is added up by journal, account, channel and day,
 * and becomes one entry a journal and day; what is posted by hand or once a month is an entry of its own. So the ledger
 * has as many lines at five million order lines as at a hundred thousand.
 */
import { USUAL_JOURNALS } from '#domain/close/journalKinds.ts';
import type { DemoBatch } from '../rows.ts';
import type { Horizon, Ids } from '../size.ts';
import { ACCOUNT_ROLES, type AccountRole } from './accounts.ts';

/** Journals that are added up by day, each with what its entries say. */
export const DAILY_JOURNALS = {
  SHP: 'Deliveries',
  INV: 'Invoices',
  CSH: 'Cash, card and portal sales',
  CRN: 'Returns and credit notes',
  REC: 'Payments of customers',
  RCV: 'Receipts of goods',
  BIL: 'Supplier bills',
  PAY: 'Payments to suppliers',
  STK: 'Count differences and scrap',
  CLM: 'Costs of claims',
} as const;
export type DailyJournal = keyof typeof DAILY_JOURNALS;
const DAILY = Object.keys(DAILY_JOURNALS) as readonly DailyJournal[];
const DAILY_INDEX = new Map(DAILY.map((journal, index) => [journal, index]));
const ROLE_INDEX = new Map(ACCOUNT_ROLES.map((role, index) => [role, index]));

/** The company's journals as master data; those of documents are called what their entries say. */
export function* journalBatches(company_id: number, ids: Ids): Generator<DemoBatch> {
  const said: Readonly<Record<string, string>> = DAILY_JOURNALS;
  yield {
    table: 'gl_journal',
    rows: USUAL_JOURNALS.map(({ code, name, kind }) => ({
      id: ids.next(),
      company_id,
      code,
      name: said[code] ?? name,
      kind,
    })),
  };
}

export interface EntryLine {
  readonly role: AccountRole;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly amount_minor: number;
}

/** An entry that is no sum of a day. */
export interface SingleEntry {
  readonly journal: string;
  readonly number: string;
  readonly booked_on: number;
  readonly ref: string | null;
  readonly memo: string;
  readonly lines: readonly EntryLine[];
}

interface DaySums {
  readonly journal: number;
  readonly role: number;
  readonly channel_id: number | null;
  /** One sum a day, from the first. */
  readonly sums: Float64Array;
}

export interface Movement {
  readonly journal: string;
  readonly number: string | null;
  readonly memo: string;
  readonly booked_on: number;
  readonly amount_minor: number;
}

export class Journals {
  readonly singles: SingleEntry[] = [];
  private readonly horizon: Horizon;
  private readonly channels: readonly number[];
  private readonly sums: (DaySums | undefined)[] = [];
  private readonly papers = new Map<number, { first: string; last: string }>();

  constructor(horizon: Horizon, channels: readonly number[]) {
    this.horizon = horizon;
    this.channels = channels;
  }

  get days(): number {
    return this.horizon.today - this.horizon.first_day + 1;
  }

  /** Adds to an account on a day; debit positive. The caller posts the other side too. */
  post(journal: DailyJournal, day: number, role: AccountRole, channel_id: number | null, amount_minor: number): void {
    if (amount_minor === 0) return;
    const nth = day - this.horizon.first_day;
    if (nth < 0 || day > this.horizon.today) throw new RangeError(`day ${day} is outside the books`);
    const journal_index = DAILY_INDEX.get(journal) ?? 0;
    const role_index = ROLE_INDEX.get(role) ?? 0;
    const slot = channel_id === null ? 0 : this.channels.indexOf(channel_id) + 1;
    const key = (journal_index * ACCOUNT_ROLES.length + role_index) * (this.channels.length + 1) + slot;
    let own = this.sums[key];
    if (!own) {
      own = { journal: journal_index, role: role_index, channel_id, sums: new Float64Array(this.days) };
      this.sums[key] = own;
    }
    own.sums[nth] = (own.sums[nth] ?? 0) + amount_minor;
  }

  /** Remembers the first and the last document of a journal's day: the entry's reference. */
  paper(journal: DailyJournal, day: number, number: string): void {
    const key = (DAILY_INDEX.get(journal) ?? 0) * this.days + day - this.horizon.first_day;
    const known = this.papers.get(key);
    if (known) known.last = number;
    else this.papers.set(key, { first: number, last: number });
  }

  /** Two accounts of one amount: debit, credit. */
  pair(
    journal: DailyJournal,
    day: number,
    debit: AccountRole,
    credit: AccountRole,
    channel_id: number | null,
    amount_minor: number,
  ): void {
    this.post(journal, day, debit, channel_id, amount_minor);
    this.post(journal, day, credit, channel_id, -amount_minor);
  }

  single(entry: SingleEntry): void {
    if (entry.booked_on > this.horizon.today) return;
    const lines = entry.lines.filter((line) => line.amount_minor !== 0);
    if (lines.length === 0) return;
    const sum = lines.reduce((total, line) => total + line.amount_minor, 0);
    if (sum !== 0) throw new Error(`${entry.journal} ${entry.number} is off by ${sum}`);
    this.singles.push({ ...entry, lines });
  }

  /** Day by day the entries of all journals; sums of a day of one journal are one entry. */
  *entries(): Generator<SingleEntry> {
    const bySingleDay = Map.groupBy(this.singles, (entry) => entry.booked_on);
    const byJournal = Map.groupBy(
      this.sums.filter((each) => each !== undefined),
      (each) => each.journal,
    );
    for (let day = this.horizon.first_day; day <= this.horizon.today; day++) {
      const nth = day - this.horizon.first_day;
      for (const [index, journal] of DAILY.entries()) {
        const lines = (byJournal.get(index) ?? []).flatMap(({ role, channel_id, sums }): EntryLine[] => {
          const amount_minor = sums[nth] ?? 0;
          const name = ACCOUNT_ROLES[role];
          return amount_minor === 0 || !name ? [] : [{ role: name, channel_id, party_id: null, amount_minor }];
        });
        if (lines.length === 0) continue;
        const papers = this.papers.get(index * this.days + nth);
        const ref = !papers ? null : papers.first === papers.last ? papers.first : `${papers.first} – ${papers.last}`;
        yield {
          journal,
          number: `${journal}/${dayText(day)}`,
          booked_on: day,
          ref,
          memo: DAILY_JOURNALS[journal],
          lines,
        };
      }
      yield* bySingleDay.get(day) ?? [];
    }
  }

  /** Sum of an account over days, both included; of one channel (null = none) when it is given. */
  sumOf(role: AccountRole, from: number, to: number, channel_id?: number | null): number {
    return this.movements(role, from, to, channel_id).reduce((sum, movement) => sum + movement.amount_minor, 0);
  }

  /** What moved an account between two days: one movement a journal, entries of their own apart. */
  movements(role: AccountRole, from: number, to: number, channel_id?: number | null): readonly Movement[] {
    const role_index = ROLE_INDEX.get(role);
    const byJournal = new Map<number, number>();
    for (const own of this.sums) {
      if (!own || own.role !== role_index || (channel_id !== undefined && own.channel_id !== channel_id)) continue;
      let sum = 0;
      const last = Math.min(to, this.horizon.today) - this.horizon.first_day;
      for (let nth = Math.max(0, from - this.horizon.first_day); nth <= last; nth++) sum += own.sums[nth] ?? 0;
      byJournal.set(own.journal, (byJournal.get(own.journal) ?? 0) + sum);
    }
    const movements: Movement[] = [...byJournal].map(([index, amount_minor]) => {
      const journal = DAILY[index] ?? 'SHP';
      return { journal, number: null, memo: DAILY_JOURNALS[journal], booked_on: to, amount_minor };
    });
    for (const entry of this.singles) {
      if (entry.booked_on < from || entry.booked_on > to) continue;
      const own = entry.lines.filter(
        (line) => line.role === role && (channel_id === undefined || line.channel_id === channel_id),
      );
      const amount_minor = own.reduce((sum, line) => sum + line.amount_minor, 0);
      const { journal, number, memo, booked_on } = entry;
      if (amount_minor !== 0) movements.push({ journal, number, memo, booked_on, amount_minor });
    }
    return movements.filter((movement) => movement.amount_minor !== 0);
  }
}

/** 20783 → '261127': enough for a number within a journal. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(2, 10).replaceAll('-', '');
}
