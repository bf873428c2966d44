/** Something said of a close task: append-only, the mutation's id is the note's. Work it gives is given to somebody who sees it. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { maySay } from '#domain/close/notes.ts';
import { grantsOf } from '#server/auth/grants.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';

export const addCloseNote: CommandHandler<'addCloseNote'> = async (context, args) => {
  const { tx, user } = context;
  const { task_id, body, assigned_to, answers_id } = args;
  const task = await tx
    .selectFrom('close_task as t')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .select(['t.company_id', 't.period_id', 'p.state'])
    .where('t.id', '=', task_id)
    .forShare('p')
    .executeTakeFirst();
  if (!task || !grantsSee(user.grants, 'finance', { company_id: task.company_id })) throw notFound('task');
  const place = { company_id: task.company_id };
  const note =
    answers_id === null
      ? undefined
      : await tx
          .selectFrom('close_note')
          .select(['id', 'task_id', 'body', 'author', 'assigned_to', 'answers_id'])
          .where('id', '=', answers_id)
          .where('task_id', '=', task_id)
          .forUpdate()
          .executeTakeFirst();
  const done = note && (await tx.selectFrom('close_note').select('id').where('answers_id', '=', note.id).execute());
  const answer = maySay({
    may_write: grantsPermit(user.grants, 'write_notes', place),
    user_name: user.name,
    period_state: task.state,
    answered: note && { note, done: done !== undefined && done.length > 0 },
    answers: answers_id !== null,
  });
  if (!answer.ok) throw new Refusal(answer.outcome, { code: answer.code, message: answer.message });
  if (assigned_to !== null && !(await seesBooks(tx, assigned_to, task.company_id))) {
    throw new Refusal('rejected', {
      code: 'unknown_user',
      message: `Nobody named ${assigned_to} sees the close of this company. Check the user name.`,
    });
  }
  await tx
    .insertInto('close_note')
    .values({
      id: context.mutation_id,
      company_id: task.company_id,
      task_id,
      body,
      assigned_to,
      answers_id,
      ...written(context),
    })
    .execute();
};

async function seesBooks(tx: ServerTransaction, name: string, company_id: number): Promise<boolean> {
  const person = await tx
    .selectFrom('app_user')
    .select('id')
    .where('name', '=', name)
    .where('active', '=', true)
    .executeTakeFirst();
  if (!person) return false;
  const grants = (await grantsOf(tx, [person.id])).get(person.id) ?? [];
  return grantsSee(grants, 'finance', { company_id });
}
