/** The files of a close task: what stands, what was taken off and why. Whether the bytes are here is the service's to say. */
import { mayAttach, standingEvidence } from '#domain/close/evidence.ts';
import { asksForFile } from '#domain/close/reconcile/missingFacts.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { QueryHandler } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { provenance } from '../provenance.ts';
import { mayInCompany } from '../rights.ts';
import { withLocks } from './closeTasks.ts';

const MOST_FILES = 500;
/** Refused files are shown to who attached them, and count for nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected', 'held']);

export const closeEvidence: QueryHandler<'closeEvidence'> = async (context, { task_id }) => {
  const { db, user } = context;
  const task = await db.selectFrom('close_task').selectAll().where('id', '=', task_id).executeTakeFirst();
  if (!task) throw new BinnacleError('not_found', `There is no close task ${task_id} among yours.`);
  const period = await db
    .selectFrom('close_period')
    .selectAll()
    .where('id', '=', task.period_id)
    .executeTakeFirstOrThrow();
  const { locks } = await withLocks(context, period);
  const rows = await db
    .selectFrom('v_close_evidence')
    .selectAll()
    .where('task_id', '=', task_id)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const steps = rows.map((row) => ({
    ...row,
    step: row.step === 'removed' ? ('removed' as const) : ('attached' as const),
  }));
  const counted = steps.filter(({ mutation_state }) => !REFUSED.has(mutation_state));
  const removals = new Map(counted.map((row) => [row.removes_id, row]));
  const answer = mayAttach({
    may_attach:
      mayInCompany(user, task.company_id, 'prepare_close') || mayInCompany(user, task.company_id, 'review_close'),
    period_state: locks.period_state,
    attached: { sha256: '', item_ref: null },
    standing: standingEvidence(counted),
    item_known: true,
    bytes_known: true,
  });
  const items = await db
    .selectFrom('close_task_line')
    .select(['side', 'ref'])
    .where('task_id', '=', task_id)
    .where('side', '=', 'item')
    .execute();
  const needs_evidence = asksForFile(task.needs_evidence === 1, items);
  return {
    files: steps
      .filter(({ step }) => step === 'attached')
      .toReversed()
      .slice(0, MOST_FILES)
      .map((row) => {
        const removal = removals.get(row.id);
        return {
          id: row.id,
          item_ref: row.item_ref,
          sha256: row.sha256,
          name: row.name,
          media_type: row.media_type,
          size_bytes: row.size_bytes,
          author: row.author,
          written_at_ms: row.written_at,
          state: mutationState(row.mutation_state),
          here: false,
          removed: removal
            ? {
                author: removal.author,
                reason: removal.reason ?? '',
                written_at_ms: removal.written_at,
                state: mutationState(removal.mutation_state),
              }
            : null,
        };
      }),
    needs_evidence,
    missing: needs_evidence && standingEvidence(counted).length === 0,
    why_not: answer.ok ? null : answer.message,
    provenance: provenance(context, ['close_evidence', 'close_task', 'close_task_line']),
  };
};
