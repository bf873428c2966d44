/** What the server took of a period's locks, in its order; this person's own steps on their way are left out. */
import { areasOfText, type LockEvent, lockStepOf } from '#domain/close/locking.ts';
import type { QueryContext } from '#db/queries/context.ts';

export async function acceptedLockEvents({ db }: QueryContext, period_id: number): Promise<readonly LockEvent[]> {
  const rows = await db
    .selectFrom('lock_event')
    .selectAll()
    .where('period_id', '=', period_id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return rows.map(({ id, step, areas, hours, answers_id, reason, author, accepted_at }) => ({
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
