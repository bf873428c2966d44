/** Computing a period anew, and explaining an item: under the locks a signature takes. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { mayExplain } from '#domain/close/reconcile/explaining.ts';
import { reconcilePeriod, sealTask } from '#server/close/reconcilePeriod.ts';
import { keepStates } from '#server/close/standing.ts';
import { heldTask } from '../close/heldTask.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, notPermitted, Refusal } from '../refusal.ts';

export const reconcile: CommandHandler<'reconcile'> = async ({ tx, user, now_ms }, { period_id }) => {
  const period = await tx
    .selectFrom('close_period')
    .select(['company_id', 'state'])
    .where('id', '=', period_id)
    .executeTakeFirst();
  if (!period || !grantsSee(user.grants, 'finance', period)) throw notFound('period');
  if (!grantsPermit(user.grants, 'prepare_close', period)) throw notPermitted('reconcile a period');
  if (period.state === 'hard_locked') {
    const message = 'The month is locked for good.';
    throw new Refusal('rejected', { code: 'period_locked', message });
  }
  await reconcilePeriod(tx, { period_id, now_ms });
};

export const explainItem: CommandHandler<'explainItem'> = async (context, args) => {
  const { tx, user } = context;
  const { task_id, line_id, explanation, seen_explanation } = args;
  const { period, task, may_prepare } = await heldTask(context, task_id);
  const line = await tx
    .selectFrom('close_task_line')
    .select(['id', 'ref', 'account', 'amount_minor', 'explanation'])
    .where('id', '=', line_id)
    .where('task_id', '=', task_id)
    .where('side', '=', 'item')
    .executeTakeFirst();
  const answer = mayExplain({
    may_prepare,
    period_state: period.state,
    explanation: line?.explanation,
    seen_explanation,
  });
  if (!answer.ok) throw new Refusal(answer.outcome, { code: answer.code, message: answer.message });
  if (!line) throw notFound('item');
  await tx
    .insertInto('item_explanation')
    .values({
      id: context.mutation_id,
      company_id: task.company_id,
      task_id,
      line_id,
      explanation,
      ...written(context),
    })
    .execute();
  await tx.updateTable('close_task_line').set({ explanation }).where('id', '=', line_id).execute();
  const signed = await tx.selectFrom('signoff').select('id').where('task_id', '=', task_id).executeTakeFirst();
  if (signed) {
    await tx
      .insertInto('close_line_change')
      .values({
        company_id: task.company_id,
        task_id,
        side: 'item',
        ref: line.ref,
        account: line.account,
        change: 'altered',
        before_minor: line.amount_minor,
        after_minor: line.amount_minor,
        changed_by: user.name,
        changed_at: new Date(context.now_ms),
      })
      .execute();
  }
  await sealTask(tx, task);
  await keepStates(tx, period);
};
