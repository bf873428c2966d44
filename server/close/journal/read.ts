/** What the rules of proposed entries ask of the database: items as they are, accounts by role, how each proposal stands. */
import {
  asksOfLanded,
  entryByHand,
  type KnownProposal,
  type ShownItem,
  shownItem,
} from '#domain/close/journal/books.ts';
import type { Allocation } from '#domain/close/journal/allocation.ts';
import { accountsByKey, type JournalInputs, type JournalLine } from '#domain/close/journal/entry.ts';
import { journalStanding, journalStepOf } from '#domain/close/journal/steps.ts';
import { type BookedEntry, bookedEntry, LANDED_ENTRIES } from '#domain/close/journal/turned.ts';
import type { DocumentRef } from '#domain/close/reconcile/facts.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

/** Every item of a period's reconciliations. */
export async function openItems(tx: ServerTransaction, period_id: number): Promise<readonly ShownItem[]> {
  const rows = await tx
    .selectFrom('rec_item as i')
    .innerJoin('close_task_line as l', 'l.id', 'i.id')
    .innerJoin('close_task as t', 't.id', 'i.task_id')
    .select([
      'i.id',
      'i.task_id',
      't.code',
      'i.role',
      'i.cause',
      'i.arose_on',
      'i.documents',
      'i.allocation',
      'l.ref',
      'l.amount_minor',
    ])
    .where('t.period_id', '=', period_id)
    .orderBy('i.id')
    .execute();
  const items = rows.map(({ id: line_id, documents, allocation, ...row }) => ({
    ...row,
    line_id,
    documents: documents as unknown as readonly DocumentRef[],
    allocation: allocation as unknown as Allocation | null,
  }));
  const booked = await bookedEntries(
    tx,
    items.flatMap((item) => entryByHand(item) ?? []),
  );
  return items.flatMap((item) => shownItem(item, booked) ?? []);
}

/** The newest entries that accrue landed costs, where an item asks how the ledger books them. */
export async function landedEntries(
  tx: ServerTransaction,
  company_id: number,
  items: readonly ShownItem[],
): Promise<readonly BookedEntry[]> {
  if (!items.some(asksOfLanded)) return [];
  const newest = await tx
    .selectFrom('gl_line as l')
    .innerJoin('gl_account as a', 'a.id', 'l.account_id')
    .select('l.entry_id')
    .where('a.company_id', '=', company_id)
    .where('a.role', '=', 'landed_cost_clearing')
    .where('l.amount_minor', '<', 0)
    .orderBy('l.id', 'desc')
    .limit(LANDED_ENTRIES)
    .execute();
  return [...(await bookedEntries(tx, [...new Set(newest.map(({ entry_id }) => entry_id))])).values()];
}

/** What the ledger has of these entries, by their ids. */
async function bookedEntries(tx: ServerTransaction, ids: readonly number[]): Promise<ReadonlyMap<number, BookedEntry>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('gl_entry as e')
    .innerJoin('gl_line as l', 'l.entry_id', 'e.id')
    .innerJoin('gl_account as a', 'a.id', 'l.account_id')
    .select(['e.id', 'e.ref', 'a.code as account', 'a.role', 'l.amount_minor'])
    .where('e.id', 'in', ids)
    .orderBy('l.id')
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, lines]) => [id, bookedEntry(id, lines[0]?.ref ?? null, lines)]),
  );
}

/** Account codes by role, of a bank account in another currency by which it is. */
export async function accountsByRole(tx: ServerTransaction, company_id: number): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('gl_account')
    .select(['code', 'role', 'currency'])
    .where('company_id', '=', company_id)
    .where('role', 'is not', null)
    .orderBy('code')
    .execute();
  return accountsByKey(rows.flatMap(({ role, ...account }) => (role === null ? [] : [{ ...account, role }])));
}

export interface StoredProposal extends KnownProposal {
  readonly company_id: number;
  readonly period_id: number;
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly lines: readonly JournalLine[];
}

/** Of every month, in the order the server took them. */
export async function proposalsOf(tx: ServerTransaction, company_id: number): Promise<readonly StoredProposal[]> {
  const rows = await tx
    .selectFrom('journal_proposal')
    .selectAll()
    .where('company_id', '=', company_id)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const taken = await tx
    .selectFrom('journal_step')
    .select(['proposal_id', 'step', 'words', 'author', 'accepted_at'])
    .where('company_id', '=', company_id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  const steps = Map.groupBy(taken, ({ proposal_id }) => proposal_id);
  return rows.map((row) => ({
    id: row.id,
    company_id: row.company_id,
    period_id: row.period_id,
    reference: row.reference,
    booked_on: row.booked_on,
    reverses_on: row.reverses_on,
    inputs: row.inputs as unknown as JournalInputs,
    lines: row.lines as unknown as readonly JournalLine[],
    standing: journalStanding(
      row,
      (steps.get(row.id) ?? []).map(({ step, words, author, accepted_at }) => ({
        step: journalStepOf(step),
        words,
        author,
        at_ms: accepted_at.getTime(),
      })),
    ),
  }));
}
