/** What something said of a close task would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { type CloseNote, maySay } from '#domain/close/notes.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictCloseNote(context: PredictContext, args: CommandArgs<'addCloseNote'>): Prediction {
  const { task_id, body, assigned_to, answers_id } = args;
  const task = context.reader
    .prepare<[number], { company_id: number; title: string; state: string }>(
      `SELECT t.company_id, t.title, p.state FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id
       WHERE t.id = ?`,
    )
    .get(task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  const note = context.reader
    .prepare<[string | null, number], CloseNote>(
      `SELECT id, task_id, body, author, assigned_to, answers_id FROM v_close_note
       WHERE id = ? AND task_id = ? AND mutation_state NOT IN ('conflict', 'rejected', 'held')`,
    )
    .get(answers_id, task_id);
  const done = context.reader
    .prepare<[string | null], { id: string }>(
      `SELECT id FROM v_close_note WHERE answers_id = ? AND mutation_state NOT IN ('conflict', 'rejected', 'held')`,
    )
    .get(answers_id);
  const answer = maySay({
    may_write: grantsPermit(domainGrants(context.user.grants), 'write_notes', { company_id: task.company_id }),
    user_name: context.user.name,
    period_state: task.state,
    answered: note && { note, done: done !== undefined },
    answers: answers_id !== null,
  });
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  }
  return {
    lane: `close_task:${task_id}`,
    title: answers_id === null ? `Note on ${task.title}` : `Work done on ${task.title}`,
    effects: [
      {
        tbl: 'close_note',
        pk: context.mutation_id,
        image: [
          task.company_id,
          task_id,
          body,
          assigned_to,
          answers_id,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
