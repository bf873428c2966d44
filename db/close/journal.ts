/** A month's proposed entries and what the rules ask of it, as this copy has them with this person's own on their way. */
import { addMonths, isoDate } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import {
  asksOfLanded,
  entryByHand,
  type JournalBooks,
  type KnownProposal,
  type ShownItem,
  shownItem,
  standsBeyond,
} from '#domain/close/journal/books.ts';
import type { Allocation } from '#domain/close/journal/allocation.ts';
import { accountsByKey, type JournalInputs, type JournalLine } from '#domain/close/journal/entry.ts';
import { type JournalStep, journalStanding, journalStepOf } from '#domain/close/journal/steps.ts';
import {
  type BookedEntry,
  bookedEntry,
  type BookedLine,
  LANDED_ENTRIES,
  landedToStock,
} from '#domain/close/journal/turned.ts';
import { locksOf } from '#domain/close/locking.ts';
import type { DocumentRef, Valuation } from '#domain/close/reconcile/facts.ts';
import { type MethodRow, methodsOf, VALUATION_CODE } from '#domain/close/reconcile/methods.ts';
import type { Scan } from '#db/connection.ts';
import { lockEventsOf, type LockEventRow } from './lockEvents.ts';

export interface CopiedProposal extends KnownProposal {
  readonly words: string;
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly amount_minor: number;
  readonly lines: readonly JournalLine[];
  readonly renews_id: string | null;
  readonly posted_as: string | null;
  readonly reversed_as: string | null;
  readonly posted_otherwise: boolean;
  readonly author: string;
  readonly written_at: number;
  /** The server's; of one on its way the device's. */
  readonly accepted_at: number;
  /** Of the newest thing said of it, this person's own on its way included. */
  readonly mutation_state: string;
}

export interface CopiedBooks extends JournalBooks {
  readonly id: number;
  readonly company_id: number;
  readonly period: number;
  readonly proposals: readonly CopiedProposal[];
  readonly elsewhere: readonly CopiedProposal[];
}

/** Refused ones are shown to their author on Sync, and count for nothing. */
const COUNTS = `mutation_state NOT IN ('conflict', 'rejected', 'held')`;

/** Undefined: the period is not on this machine. */
export function copiedBooks(scan: Scan, period_id: number, now_ms: number): CopiedBooks | undefined {
  const [found] = scan<readonly [company_id: number, period: number, cut_off_on: number, currency: string]>(
    `SELECT p.company_id, p.period, p.cut_off_on, c.currency FROM main.close_period p
     JOIN main.company c ON c.id = p.company_id WHERE p.id = ?`,
    [period_id],
  );
  if (!found) return undefined;
  const [company_id, period, cut_off_on, currency] = found;
  const items = itemsOf(scan, period_id);
  return {
    id: period_id,
    company_id,
    period,
    currency,
    cut_off_on: isoDate(cut_off_on),
    landed_to_stock: landedToStock(valuationOf(scan, company_id, period), landedEntries(scan, company_id, items)),
    locked: whyLocked(scan, company_id, period, now_ms),
    next_locked: whyLocked(scan, company_id, addMonths(period, 1), now_ms),
    items,
    accounts: accountsOf(scan, company_id),
    proposals: proposalsOf(scan, 'period_id = ?', [period_id]),
    elsewhere: proposalsOf(
      scan,
      `company_id = ? AND period_id <> ? AND (posted_as IS NULL OR inputs LIKE '%"cost_not_allocated"%')`,
      [company_id, period_id],
    ).filter(standsBeyond),
  };
}

function whyLocked(scan: Scan, company_id: number, period: number, now_ms: number): string | null {
  const [row] = scan<readonly [id: number, state: string]>(
    'SELECT id, state FROM main.close_period WHERE company_id = ? AND period = ?',
    [company_id, period],
  );
  if (!row) return null;
  const [id, state] = row;
  const events = scan<
    readonly [
      id: string,
      step: string,
      areas: string,
      hours: number | null,
      answers_id: string | null,
      reason: string | null,
      author: string,
      accepted_at: number,
      mutation_state: string,
    ]
  >(
    `SELECT id, step, areas, hours, answers_id, reason, author, accepted_at, mutation_state
     FROM v_lock_event WHERE period_id = ? ORDER BY ver`,
    [id],
  ).map(
    ([event_id, step, areas, hours, answers_id, reason, author, accepted_at, mutation_state]): LockEventRow => ({
      id: event_id,
      step,
      areas,
      hours,
      answers_id,
      reason,
      author,
      accepted_at,
      mutation_state,
    }),
  );
  const { ledger } = locksOf(lockEventsOf(events), now_ms, state).areas;
  const month = monthInWords(period);
  if (ledger.state === 'hard_locked') return `${month} is locked for good. Book it in an open month.`;
  if (ledger.state !== 'soft_locked') return null;
  return `Ledger of ${month} is locked. Book it in an open month, or have it opened again under Close.`;
}

function valuationOf(scan: Scan, company_id: number, period: number): Valuation {
  const rows = scan<readonly [from_month: number, valuation: string | null]>(
    'SELECT from_month, valuation FROM main.reconciliation_setting WHERE company_id = ? AND code = ?',
    [company_id, VALUATION_CODE],
  ).map(
    ([from_month, valuation]): MethodRow => ({
      code: VALUATION_CODE,
      from_month,
      valuation,
      settlement: null,
      settlement_day: null,
      what: '',
      to_month: null,
      amount_minor: null,
    }),
  );
  return methodsOf(rows, period).valuation;
}

function itemsOf(scan: Scan, period_id: number): readonly ShownItem[] {
  const items = scan<
    readonly [
      id: number,
      task_id: number,
      code: string,
      role: string,
      cause: string,
      arose_on: number,
      documents: string,
      ref: string,
      amount_minor: number,
      allocation: string | null,
    ]
  >(
    `SELECT i.id, i.task_id, t.code, i.role, i.cause, i.arose_on, i.documents, l.ref, l.amount_minor, i.allocation
     FROM main.rec_item i JOIN main.close_task_line l ON l.id = i.id JOIN main.close_task t ON t.id = i.task_id
     WHERE t.period_id = ? ORDER BY i.id`,
    [period_id],
  ).map(([line_id, task_id, code, role, cause, arose_on, documents, ref, amount_minor, allocation]) => ({
    line_id,
    task_id,
    code,
    role,
    cause,
    arose_on: isoDate(arose_on),
    documents: JSON.parse(documents) as readonly DocumentRef[],
    ref,
    amount_minor,
    allocation: allocation === null ? null : (JSON.parse(allocation) as Allocation),
  }));
  const booked = bookedEntries(
    scan,
    items.flatMap((item) => entryByHand(item) ?? []),
  );
  return items.flatMap((item) => shownItem(item, booked) ?? []);
}

/** The newest entries that accrue landed costs, where an item asks how the ledger books them. */
function landedEntries(scan: Scan, company_id: number, items: readonly ShownItem[]): readonly BookedEntry[] {
  if (!items.some(asksOfLanded)) return [];
  const newest = scan<readonly [entry_id: number]>(
    `SELECT l.entry_id FROM main.gl_line l JOIN main.gl_account a ON a.id = l.account_id
     WHERE a.company_id = ? AND a.role = 'landed_cost_clearing' AND l.amount_minor < 0 ORDER BY l.id DESC LIMIT ?`,
    [company_id, LANDED_ENTRIES],
  );
  return [...bookedEntries(scan, [...new Set(newest.map(([entry_id]) => entry_id))]).values()];
}

/** What the ledger on this machine has of these entries, by their ids. */
function bookedEntries(scan: Scan, ids: readonly number[]): ReadonlyMap<number, BookedEntry> {
  if (ids.length === 0) return new Map();
  const rows = scan<
    readonly [id: number, ref: string | null, account: string, role: string | null, amount_minor: number]
  >(
    `SELECT e.id, e.ref, a.code, a.role, l.amount_minor
     FROM main.gl_entry e JOIN main.gl_line l ON l.entry_id = e.id JOIN main.gl_account a ON a.id = l.account_id
     WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY l.id`,
    [JSON.stringify(ids)],
  );
  return new Map(
    [...Map.groupBy(rows, ([id]) => id)].map(([id, lines]) => [
      id,
      bookedEntry(
        id,
        lines[0]?.[1] ?? null,
        lines.map(([, , account, role, amount_minor]): BookedLine => ({ account, role, amount_minor })),
      ),
    ]),
  );
}

function accountsOf(scan: Scan, company_id: number): ReadonlyMap<string, string> {
  return accountsByKey(
    scan<readonly [role: string, code: string, currency: string | null]>(
      'SELECT role, code, currency FROM main.gl_account WHERE company_id = ? AND role IS NOT NULL ORDER BY code',
      [company_id],
    ).map(([role, code, currency]) => ({ role, code, currency })),
  );
}

type ProposalRow = readonly [
  id: string,
  reference: string,
  words: string,
  booked_on: number,
  reverses_on: number | null,
  amount_minor: number,
  inputs: string,
  lines: string,
  renews_id: string | null,
  posted_as: string | null,
  reversed_as: string | null,
  posted_otherwise: number,
  author: string,
  written_at: number,
  accepted_at: number,
  mutation_state: string,
];

/** In the order the server took them, then this person's own. `which` is a condition on their columns. */
function proposalsOf(scan: Scan, which: string, values: readonly number[]): readonly CopiedProposal[] {
  const rows = scan<ProposalRow>(
    `SELECT id, reference, words, booked_on, reverses_on, amount_minor, inputs, lines, renews_id, posted_as, reversed_as,
       posted_otherwise, author, written_at, accepted_at, mutation_state
     FROM v_journal_proposal WHERE ${which} AND ${COUNTS}
     ORDER BY mutation_state <> 'accepted', accepted_at, id`,
    values,
  );
  if (rows.length === 0) return [];
  const steps = Map.groupBy(
    scan<
      readonly [
        proposal_id: string,
        step: string,
        words: string | null,
        author: string,
        accepted_at: number,
        mutation_state: string,
      ]
    >(
      `SELECT proposal_id, step, words, author, accepted_at, mutation_state FROM v_journal_step
       WHERE proposal_id IN (SELECT value FROM json_each(?)) AND ${COUNTS}
       ORDER BY mutation_state <> 'accepted', accepted_at, ver, id`,
      [JSON.stringify(rows.map(([id]) => id))],
    ),
    ([proposal_id]) => proposal_id,
  );
  return rows.map((row): CopiedProposal => {
    const [id, reference, words, booked_on, reverses_on, amount_minor, inputs, lines] = row;
    const [, , , , , , , , renews_id, posted_as, reversed_as, posted_otherwise, author, ...when] = row;
    const [written_at, accepted_at, mutation_state] = when;
    const taken = steps.get(id) ?? [];
    const back = reverses_on === null ? null : isoDate(reverses_on);
    return {
      id,
      reference,
      booked_on: isoDate(booked_on),
      reverses_on: back,
      amount_minor,
      inputs: JSON.parse(inputs) as JournalInputs,
      lines: JSON.parse(lines) as readonly JournalLine[],
      renews_id,
      posted_as,
      reversed_as,
      posted_otherwise: posted_otherwise === 1,
      author,
      written_at,
      accepted_at,
      mutation_state: taken.findLast((step) => step[5] !== 'accepted')?.[5] ?? mutation_state,
      words,
      standing: journalStanding(
        { words, author, reverses_on: back, posted_as, reversed_as },
        taken.map(
          ([, step, said, by, at_ms]): JournalStep => ({ step: journalStepOf(step), words: said, author: by, at_ms }),
        ),
      ),
    };
  });
}
