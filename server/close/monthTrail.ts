/** Whether the sealed trail of a month and its rows agree here, by the rule that makes a binder of a copy. */
import { sql } from 'kysely';
import type { ChainedEvent } from '#domain/audit/chain.ts';
import { entriesUntil, monthSteps, type StepFacts, traceMonth } from '#domain/close/binder/monthSteps.ts';
import type { SealedEntry } from '#domain/close/binder/sealedTrail.ts';
import { lockedUntil, locksOf } from '#domain/close/locking.ts';
import { sha256 } from '#server/audit/chain.ts';
import { firstOtherOfCloses } from '#server/audit/closeEntries.ts';
import type { Database } from '#server/schema/database.ts';
import { lockEvents } from './lockEvents.ts';

interface Period {
  readonly id: number;
  readonly period: number;
  readonly state: string;
}

/** Of a month that is locked for good; in words, none = it is in order. */
export async function monthTrailFaults(tx: Database, period: Period): Promise<readonly string[]> {
  const until_ms = lockedUntil(locksOf(await lockEvents(tx, period.id), 0, period.state));
  const steps = monthSteps(sha256, await stepFacts(tx, period), until_ms);
  const { faults } = traceMonth(sha256, entriesUntil(await sealedEntries(tx, period.id), until_ms), steps);
  const other = await firstOtherOfCloses(tx, period.id);
  return other === null
    ? faults
    : [...faults, `Entry ${other.seq} as it was sent of the month is not the entry of the audit trail.`];
}

interface EntryRow extends Omit<ChainedEvent, 'happened_at_ms'> {
  readonly seq: number;
  readonly happened_at: Date;
  readonly seal: string;
  readonly seal_before: string;
}

async function sealedEntries(tx: Database, period_id: number): Promise<readonly SealedEntry[]> {
  const { rows } = await sql<EntryRow>`
    select id as seq, event_id as id, happened_at, kind, user_name, address, about, detail, seal, seal_before
    from close_entry where period_id = ${period_id}::bigint order by close_entry.id`.execute(tx);
  return rows.map(({ seq, happened_at, seal, seal_before, ...event }) => ({
    seq,
    seal,
    seal_before,
    event: { ...event, happened_at_ms: happened_at.getTime() },
  }));
}

interface Written {
  readonly id: string;
  readonly author: string;
  readonly accepted_at: Date;
}
const done = ({ id, author, accepted_at }: Written) => ({ id, who: author, at_ms: accepted_at.getTime() });

async function stepFacts(tx: Database, { id: period_id, period }: Period): Promise<StepFacts> {
  const tasks = await tx.selectFrom('close_task').select(['id', 'code']).where('period_id', '=', period_id).execute();
  const ofTasks = tx.selectFrom('close_task').select('id').where('period_id', '=', period_id);
  const signoffs = await tx.selectFrom('signoff').selectAll().where('task_id', 'in', ofTasks).execute();
  const locks = await tx.selectFrom('lock_event').selectAll().where('period_id', '=', period_id).execute();
  const explanations = await tx.selectFrom('item_explanation').selectAll().where('task_id', 'in', ofTasks).execute();
  const notes = await tx.selectFrom('close_note').selectAll().where('task_id', 'in', ofTasks).execute();
  const files = await tx.selectFrom('close_evidence').selectAll().where('task_id', 'in', ofTasks).execute();
  const proposals = await tx.selectFrom('journal_proposal').selectAll().where('period_id', '=', period_id).execute();
  const steps = await tx
    .selectFrom('journal_step as s')
    .innerJoin('journal_proposal as p', 'p.id', 's.proposal_id')
    .selectAll('s')
    .where('p.period_id', '=', period_id)
    .execute();
  return {
    period,
    tasks,
    signoffs: signoffs.map((row) => ({ ...row, who: row.user_name, at_ms: row.accepted_at.getTime() })),
    locks: locks.map((row) => ({ ...row, ...done(row) })),
    explanations: explanations.map((row) => ({ ...row, ...done(row) })),
    notes: notes.map((row) => ({ ...row, ...done(row) })),
    files: files.map((row) => ({ ...row, ...done(row) })),
    proposals: proposals.map((row) => ({ ...row, ...done(row) })),
    proposal_steps: steps.map((row) => ({ ...row, ...done(row) })),
    // no entry is written of them, and no sentence names an item
    changes: [],
    itemName: () => '',
  };
}
