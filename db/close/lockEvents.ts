/** What was said of a period's locks, as the domain rule takes it: accepted, and this person's own on its way. */
import type { Kysely } from 'kysely';
import { areasOfText, type LockEvent, lockStepOf } from '#domain/close/locking.ts';
import type { Connection, Scan } from '#db/connection.ts';
import { mutationState } from '#db/queries/orders/notes.ts';
import type { ReadSchema } from '#db/schema/tables.ts';

export type LockEventRow = Pick<
  ReadSchema['v_lock_event'],
  'id' | 'step' | 'areas' | 'hours' | 'answers_id' | 'reason' | 'author' | 'accepted_at' | 'mutation_state'
>;

/** Refused steps count for nothing; what the server took comes before what waits. */
export function lockEventsOf(rows: readonly LockEventRow[]): readonly LockEvent[] {
  return rows
    .filter((row) => !['conflict', 'rejected'].includes(mutationState(row.mutation_state)))
    .toSorted(
      (a, b) =>
        Number(a.mutation_state !== 'accepted') - Number(b.mutation_state !== 'accepted') ||
        a.accepted_at - b.accepted_at,
    )
    .map(({ id, step, areas, hours, answers_id, reason, author, accepted_at }) => ({
      id,
      step: lockStepOf(step),
      areas: areasOfText(areas),
      hours,
      answers_id,
      reason,
      user_name: author,
      at_ms: accepted_at,
    }));
}

/** What the server took of them, nothing of this person's that waits. */
export async function acceptedLockEvents(db: Kysely<ReadSchema>, period_id: number): Promise<readonly LockEvent[]> {
  const rows = await db
    .selectFrom('lock_event')
    .selectAll()
    .where('period_id', '=', period_id)
    .orderBy('ver')
    .execute();
  return lockEventsOf(rows.map((row) => ({ ...row, mutation_state: 'accepted' })));
}

export function readLockEvents(reader: Connection, period_id: number): readonly LockEvent[] {
  return lockEventsOf(
    reader
      .prepare<[number], LockEventRow>(
        `SELECT id, step, areas, hours, answers_id, reason, author, accepted_at, mutation_state
         FROM v_lock_event WHERE period_id = ? ORDER BY ver`,
      )
      .all(period_id),
  );
}

/** Months of the company before a period that are not locked for good, oldest first; a lock on its way counts. */
export function earlierOpen(
  scan: Scan,
  { company_id, period }: { readonly company_id: number; readonly period: number },
): readonly number[] {
  return scan<readonly [period: number]>(
    `SELECT p.period FROM main.close_period p
     WHERE p.company_id = ? AND p.period < ? AND p.state <> 'hard_locked' AND NOT EXISTS (SELECT 1 FROM v_lock_event e
       WHERE e.period_id = p.id AND e.step = 'hard_lock' AND e.mutation_state NOT IN ('conflict', 'rejected'))
     ORDER BY p.period`,
    [company_id, period],
  ).map(([of]) => of);
}
