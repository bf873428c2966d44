/** Which task is asked about, and how does its month stand? */
import { BinnacleError } from '#contract/errors.ts';
import type { QueryContext } from '../context.ts';

/** Throws `not_found` for a task that this person has not. `period` is yyyymm; `period_state` is the stored one, without what is only foreseen here. */
export async function taskInMonth({ db }: QueryContext, task_id: number) {
  const task = await db
    .selectFrom('close_task as t')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .select(['t.id', 't.code', 't.company_id', 't.period_id', 't.content_hash', 'p.period', 'p.state as period_state'])
    .where('t.id', '=', task_id)
    .executeTakeFirst();
  if (!task) throw new BinnacleError('not_found', `There is no close task ${task_id} among yours.`);
  return task;
}
