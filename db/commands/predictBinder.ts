/** What recording a binder that was made here would do, told from the copy. */
import { monthInWords } from '#domain/calendarWords.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import { mayRecord } from '#domain/close/binder/record.ts';
import { locksOf } from '#domain/close/locking.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { readLockEvents } from '#db/close/lockEvents.ts';
import { domainGrants } from '#db/session/grants.ts';
import { granted } from './granted.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictRecord(context: PredictContext, args: CommandArgs<'recordBinder'>): Prediction {
  const { reader, user, made_at_ms, mutation_id } = context;
  const { period_id, manifest_hash, final, moment_ms, checkpoint, checkpoint_id, archive } = args;
  const period = reader
    .prepare<[number], { company_id: number; period: number; state: string }>(
      'SELECT company_id, period, state FROM main.close_period WHERE id = ?',
    )
    .get(period_id);
  if (!period) throw new BinnacleError('not_found', 'That period is not on this machine.');
  const { company_id } = period;
  const grants = domainGrants(user.grants);
  granted(
    mayRecord({
      may_record:
        grantsPermit(grants, 'prepare_close', { company_id }) || grantsPermit(grants, 'review_close', { company_id }),
      final,
      period_state: locksOf(readLockEvents(reader, period_id), made_at_ms, period.state).period_state,
      // a copy whose trail is not in order makes drafts; the server looks at its own
      trail_faults: [],
      bytes_known: archive === null || context.hasEvidence(archive.sha256),
    }),
  );
  return {
    // a lock that waits goes before the binder that was made after it
    lane: `close_period:${period_id}`,
    title: `Record the ${final ? 'final binder' : 'draft binder'} of ${monthInWords(period.period)}`,
    effects: [
      {
        tbl: 'binder',
        pk: mutation_id,
        image: [
          company_id,
          period_id,
          manifest_hash,
          final ? 1 : 0,
          moment_ms,
          checkpoint,
          checkpoint_id,
          user.name,
          made_at_ms,
          made_at_ms,
          archive?.sha256 ?? null,
          archive?.size_bytes ?? null,
        ],
      },
    ],
  };
}
