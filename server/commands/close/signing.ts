/** Signing a close task: the domain rule on what is true now, under row locks; the content is what is compared, not its version. */
import { asksForFile } from '#domain/close/reconcile/missingFacts.ts';
import { maySign, mayWithdraw, standsInFor } from '#domain/close/signing.ts';
import { sealedEvidence, sealedLines, sealOf } from '#server/close/sealing.ts';
import { keepStates, standingOfMonth } from '#server/close/standing.ts';
import { sealTask } from '#server/close/reconcilePeriod.ts';
import { isUnreckoned, unexplainedLines } from '#server/close/unexplained.ts';
import type { CommandHandler } from '../handler.ts';
import { granted, notFound, Refusal } from '../refusal.ts';
import { heldTask } from './heldTask.ts';

export const signCloseTask: CommandHandler<'signCloseTask'> = async (context, args) => {
  const { tx, user } = context;
  const { period, task, may_prepare, may_review } = await heldTask(context, args.task_id);

  const lines = await sealedLines(tx, task.id);
  const evidence = await sealedEvidence(tx, task.id);
  const content_hash = sealOf(task, lines, evidence);
  const { standing } = await standingOfMonth(tx, period, { task_id: task.id, content_hash });
  const own = standing.get(task.code);
  const signoffs = own?.signoffs ?? [];

  const named = args.role === 'preparer' ? task.owner : task.reviewer;
  const answer = maySign({
    task_code: task.code,
    user_name: user.name,
    role: args.role,
    may_prepare,
    may_review,
    period_state: period.state,
    content_hash,
    seen_content_hash: args.content_hash,
    signoffs,
    named,
    stands_in_for: args.stands_in_for ?? null,
    waiting_for: own?.waiting_for_titles ?? [],
    unexplained: (await unexplainedLines(tx, task, lines)).map(({ ref }) => ref),
    unreckoned: await isUnreckoned(tx, task),
    evidence_missing: asksForFile(task.needs_evidence, lines) && evidence.length === 0,
  });
  const theirs = { theirs: content_hash, theirs_amount_minor: task.amount_minor };
  if (!answer.ok) {
    throw new Refusal(answer.outcome, {
      code: answer.code,
      message: answer.message,
      detail: {
        ...(answer.outcome === 'conflict' ? theirs : {}),
        ...(answer.by === undefined ? {} : { by: answer.by }),
        ...(answer.at_ms === undefined ? {} : { at_ms: answer.at_ms }),
      },
    });
  }
  if (task.amount_minor !== args.amount_minor) {
    const last = signoffs.at(-1);
    throw new Refusal('conflict', {
      code: 'content_changed',
      message: 'The task changed after you looked at it. Look again, then sign.',
      detail: { ...theirs, by: last?.user_name ?? null, at_ms: last?.signed_at_ms ?? null },
    });
  }

  await tx
    .insertInto('signoff')
    .values({
      id: context.mutation_id,
      company_id: task.company_id,
      task_id: task.id,
      role: args.role,
      user_name: user.name,
      content_hash,
      amount_minor: task.amount_minor,
      device: context.device,
      signed_at: new Date(context.made_at_ms),
      accepted_at: new Date(context.now_ms),
      for_user: standsInFor(named, user.name),
    })
    .execute();
  await tx.updateTable('close_task').set({ content_hash }).where('id', '=', task.id).execute();
  await keepStates(tx, period);
};

export const withdrawSignoff: CommandHandler<'withdrawSignoff'> = async (context, { task_id, signoff_id, reason }) => {
  const { tx, user } = context;
  const { period, task, may_prepare, may_review } = await heldTask(context, task_id);
  const content_hash = sealOf(task, await sealedLines(tx, task.id), await sealedEvidence(tx, task.id));
  const { standing } = await standingOfMonth(tx, period, { task_id: task.id, content_hash });
  const signoffs = standing.get(task.code)?.signoffs ?? [];
  const signoff = signoffs.find(({ id }) => id === signoff_id);
  granted(
    mayWithdraw({
      user_name: user.name,
      may_sign: may_prepare || may_review,
      period_state: period.state,
      content_hash,
      signoff,
      signoffs,
    }),
  );
  if (!signoff) throw notFound('signature');
  await tx
    .insertInto('signoff')
    .values({
      id: context.mutation_id,
      company_id: task.company_id,
      task_id: task.id,
      role: signoff.role,
      user_name: user.name,
      content_hash,
      amount_minor: signoff.amount_minor,
      device: context.device,
      signed_at: new Date(context.made_at_ms),
      accepted_at: new Date(context.now_ms),
      withdraws_id: signoff_id,
      reason,
    })
    .execute();
  await sealTask(tx, task);
  await keepStates(tx, period);
};
