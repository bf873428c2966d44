/** What was said of the locks of a month, as the rule reads it. */
import { areasOfText, type LockEvent, lockStepOf } from '#domain/close/locking.ts';
import type { Database } from '#server/schema/database.ts';

/** In the order they were taken: the period is held while one is written. */
export async function lockEvents(tx: Database, period_id: number): Promise<readonly LockEvent[]> {
  const rows = await tx
    .selectFrom('lock_event')
    .select(['id', 'step', 'areas', 'hours', 'answers_id', 'reason', 'author', 'accepted_at'])
    .where('period_id', '=', period_id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return rows.map(({ step, areas, author, accepted_at, ...row }) => ({
    ...row,
    step: lockStepOf(step),
    areas: areasOfText(areas),
    user_name: author,
    at_ms: accepted_at.getTime(),
  }));
}
