/** A close task that a command writes to, with its month, both held until the end of the transaction. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import type { CommandContext } from '../handler.ts';
import { notFound } from '../refusal.ts';

/**
 * Always the period before the task: two who write queue instead of deadlocking, and a lock of the period waits for them. Throws the
 * refusal `not_found` where there is none for this person.
 */
export async function heldTask({ tx, user }: CommandContext, task_id: number) {
  const found = await tx
    .selectFrom('close_task')
    .select(['company_id', 'period_id'])
    .where('id', '=', task_id)
    .executeTakeFirst();
  const place = { company_id: found?.company_id ?? 0 };
  if (!found || !grantsSee(user.grants, 'finance', place)) throw notFound('task');
  const period = await tx
    .selectFrom('close_period')
    .select(['id', 'state', 'cut_off_on'])
    .where('id', '=', found.period_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const task = await tx
    .selectFrom('close_task')
    .select(['id', 'ver', 'company_id', 'period_id', 'code', 'depends_on', 'owner', 'reviewer'])
    .select(['amount_minor', 'content_hash', 'needs_evidence'])
    .where('id', '=', task_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return {
    period,
    task,
    may_prepare: grantsPermit(user.grants, 'prepare_close', place),
    may_review: grantsPermit(user.grants, 'review_close', place),
  };
}
