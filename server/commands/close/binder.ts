/**
 * That a binder was made: kept with who and when, told in the audit trail, never decided by what is in it. Of a month's first
 * final one that somebody who reviews the close made the parts stay too.
 */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { mayRecord } from '#domain/close/binder/record.ts';
import { monthTrailFaults } from '#server/close/monthTrail.ts';
import { type CommandContext, type CommandHandler, written } from '../handler.ts';
import { granted, notFound } from '../refusal.ts';

export const recordBinder: CommandHandler<'recordBinder'> = async (context, args) => {
  const { tx, user } = context;
  const { period_id, manifest_hash, final, moment_ms, checkpoint, checkpoint_id, archive } = args;
  // a lock on its way is waited for: the binder that was made after it may have come at the same time; so is another binder,
  // as only the first is kept
  const period = await tx
    .selectFrom('close_period')
    .select(['id', 'company_id', 'period', 'state'])
    .where('id', '=', period_id)
    .forUpdate()
    .executeTakeFirst();
  if (!period || !grantsSee(user.grants, 'finance', { company_id: period.company_id })) throw notFound('period');
  const { company_id } = period;
  const reviews = grantsPermit(user.grants, 'review_close', { company_id });
  // for good, as the hard lock is: by who may take that
  const kept = final && archive !== null && reviews && !(await isKept(context, period_id)) ? archive : null;
  granted(
    mayRecord({
      may_record: reviews || grantsPermit(user.grants, 'prepare_close', { company_id }),
      final,
      period_state: period.state,
      trail_faults: final && period.state === 'hard_locked' ? await monthTrailFaults(tx, period) : [],
      bytes_known: kept === null || (await named(context, company_id, kept)),
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
      archive_sha256: kept?.sha256 ?? null,
      archive_bytes: kept?.size_bytes ?? null,
    })
    .execute();
  context.tell({
    kind: 'binder_recorded',
    about: String(period.period),
    detail: {
      company: company_id,
      state: final ? 'final' : 'draft',
      manifest: manifest_hash,
      checkpoint,
      kept: kept === null ? 'no' : 'yes',
    },
  });
};

async function isKept({ tx }: CommandContext, period_id: number): Promise<boolean> {
  const found = await tx
    .selectFrom('binder')
    .select('id')
    .where('period_id', '=', period_id)
    .where('archive_sha256', 'is not', null)
    .executeTakeFirst();
  return found !== undefined;
}

/** The file is whole here, and stays from now on; who removes what nobody names looks at it again once we are done. */
async function named(
  { tx, now_ms }: CommandContext,
  company_id: number,
  { sha256, size_bytes }: { readonly sha256: string; readonly size_bytes: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('evidence_file')
    .set({ named_at: new Date(now_ms) })
    .where('company_id', '=', company_id)
    .where('sha256', '=', sha256)
    .where('size_bytes', '=', size_bytes)
    .where('whole_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
