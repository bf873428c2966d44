/** Attaching a file whose bytes are here, and taking one off: append-only, and what stands is part of what is signed. */
import { mayAttach, mayRemove, standingEvidence } from '#domain/close/evidence.ts';
import { sealTask } from '#server/close/reconcilePeriod.ts';
import { keepStates } from '#server/close/standing.ts';
import { type CommandContext, type CommandHandler, written } from '../handler.ts';
import { granted } from '../refusal.ts';
import { heldTask } from './heldTask.ts';

export const attachEvidence: CommandHandler<'attachEvidence'> = async (context, args) => {
  const { tx } = context;
  const { task_id, item_ref, sha256, name, media_type, size_bytes } = args;
  const task = await taskWithFiles(context, task_id);
  const { company_id } = task;
  const item =
    item_ref === null
      ? true
      : await tx
          .selectFrom('close_task_line')
          .select('id')
          .where('task_id', '=', task_id)
          .where('side', '=', 'item')
          .where('ref', '=', item_ref)
          .executeTakeFirst();
  // who removes what nobody names looks at this again once we are done
  const { numUpdatedRows } = await tx
    .updateTable('evidence_file')
    .set({ named_at: new Date(context.now_ms) })
    .where('company_id', '=', company_id)
    .where('sha256', '=', sha256)
    .where('size_bytes', '=', size_bytes)
    .where('whole_at', 'is not', null)
    .executeTakeFirst();
  granted(
    mayAttach({
      ...task.facts,
      attached: { sha256, item_ref },
      standing: standingEvidence(task.steps),
      item_known: item !== undefined,
      bytes_known: numUpdatedRows > 0n,
    }),
  );
  await tx
    .insertInto('close_evidence')
    .values({
      id: context.mutation_id,
      company_id,
      task_id,
      step: 'attached',
      item_ref,
      sha256,
      name,
      media_type,
      size_bytes,
      removes_id: null,
      reason: null,
      ...written(context),
    })
    .execute();
  await sealTask(tx, task);
  await keepStates(tx, task.period);
};

export const removeEvidence: CommandHandler<'removeEvidence'> = async (context, args) => {
  const { tx } = context;
  const { task_id, evidence_id, reason } = args;
  const task = await taskWithFiles(context, task_id);
  const found = task.steps.find(({ id, step }) => id === evidence_id && step === 'attached');
  const removal = task.steps.find(({ removes_id }) => removes_id === evidence_id);
  granted(mayRemove(task.facts, found && { removed_by: removal?.author ?? null }));
  if (!found) throw new Error('what may be taken off was found');
  const { item_ref, sha256, name, media_type, size_bytes } = found;
  await tx
    .insertInto('close_evidence')
    .values({
      id: context.mutation_id,
      company_id: task.company_id,
      task_id,
      step: 'removed',
      item_ref,
      sha256,
      name,
      media_type,
      size_bytes,
      removes_id: evidence_id,
      reason,
      ...written(context),
    })
    .execute();
  await sealTask(tx, task);
  await keepStates(tx, task.period);
};

/** The task with what was said of its files. */
async function taskWithFiles(context: CommandContext, task_id: number) {
  const { period, task, may_prepare, may_review } = await heldTask(context, task_id);
  const steps = await context.tx
    .selectFrom('close_evidence')
    .select(['id', 'step', 'item_ref', 'sha256', 'name', 'media_type', 'size_bytes', 'removes_id', 'author'])
    .where('task_id', '=', task_id)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  return {
    ...task,
    period,
    facts: { may_attach: may_prepare || may_review, period_state: period.state },
    steps: steps.map((row) => ({
      ...row,
      step: row.step === 'removed' ? ('removed' as const) : ('attached' as const),
    })),
  };
}
