/** That a binder was made: kept with who and when, told in the audit trail, never decided by what is in it. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { mayRecord } from '#domain/close/binder/record.ts';
import { writeAudit } from '#server/audit/trail.ts';
import { type CommandHandler, written } from '../handler.ts';
import { granted, notFound } from '../refusal.ts';

export const recordBinder: CommandHandler<'recordBinder'> = async (context, args) => {
  const { tx, user } = context;
  const { period_id, manifest_hash, final, moment_ms, checkpoint, checkpoint_id } = args;
  // a lock on its way is waited for: the binder that was made after it may have come at the same time
  const period = await tx
    .selectFrom('close_period')
    .select(['id', 'company_id', 'period', 'state'])
    .where('id', '=', period_id)
    .forShare()
    .executeTakeFirst();
  if (!period || !grantsSee(user.grants, 'finance', { company_id: period.company_id })) throw notFound('period');
  const { company_id } = period;
  granted(
    mayRecord({
      may_record:
        grantsPermit(user.grants, 'prepare_close', { company_id }) ||
        grantsPermit(user.grants, 'review_close', { company_id }),
      final,
      period_state: period.state,
    }),
  );
  await tx
    .insertInto('binder')
    .values({
      id: context.mutation_id,
      company_id,
      period_id,
      manifest_hash,
      final,
      moment: new Date(moment_ms),
      checkpoint,
      checkpoint_id,
      ...written(context),
    })
    .execute();
  await writeAudit(tx, context.now_ms, {
    kind: 'binder_recorded',
    by: { name: user.name, address: context.address },
    about: String(period.period),
    detail: { company: company_id, state: final ? 'final' : 'draft', manifest: manifest_hash, checkpoint },
  });
};
