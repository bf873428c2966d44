/** What attaching a file, or taking one off, would do, told from the copy and the bytes on this machine. */
import { grantsPermit } from '#domain/access/grants.ts';
import { mayAttach, mayRemove, standingEvidence } from '#domain/close/evidence.ts';
import { locksOf } from '#domain/close/locking.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { readLockEvents } from '#db/close/lockEvents.ts';
import { domainGrants } from '#db/session/grants.ts';
import { granted } from './granted.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictAttaching(context: PredictContext, args: CommandArgs<'attachEvidence'>): Prediction {
  const { task_id, item_ref, sha256, name, media_type, size_bytes } = args;
  const task = taskOf(context, task_id);
  const item = context.reader
    .prepare<[number, string | null], { id: number }>(
      `SELECT id FROM main.close_task_line WHERE task_id = ? AND side = 'item' AND ref = ?`,
    )
    .get(task_id, item_ref);
  granted(
    mayAttach({
      ...task.facts,
      attached: { sha256, item_ref },
      standing: standingEvidence(task.steps),
      item_known: item_ref === null || item !== undefined,
      bytes_known: context.hasEvidence(sha256),
    }),
  );
  return predicted(context, task, `Attach ${name} to ${task.title}`, [
    'attached',
    item_ref,
    sha256,
    name,
    media_type,
    size_bytes,
    null,
    null,
  ]);
}

export function predictRemoval(context: PredictContext, args: CommandArgs<'removeEvidence'>): Prediction {
  const task = taskOf(context, args.task_id);
  const found = task.steps.find(({ id, step }) => id === args.evidence_id && step === 'attached');
  const removal = task.steps.find(({ removes_id }) => removes_id === args.evidence_id);
  granted(mayRemove(task.facts, found && { removed_by: removal?.author ?? null }));
  if (!found) throw new Error('what may be taken off was found');
  const { item_ref, sha256, name, media_type, size_bytes } = found;
  return predicted(context, task, `Take ${name} off ${task.title}`, [
    'removed',
    item_ref,
    sha256,
    name,
    media_type,
    size_bytes,
    args.evidence_id,
    args.reason,
  ]);
}

interface StepRow {
  readonly id: string;
  readonly step: string;
  readonly item_ref: string | null;
  readonly sha256: string;
  readonly name: string;
  readonly media_type: string;
  readonly size_bytes: number;
  readonly removes_id: string | null;
  readonly author: string;
}

function taskOf({ reader, user, made_at_ms }: PredictContext, task_id: number) {
  const task = reader
    .prepare<[number], { company_id: number; period_id: number; title: string; state: string }>(
      `SELECT t.company_id, t.period_id, t.title, p.state FROM main.close_task t
       JOIN main.close_period p ON p.id = t.period_id WHERE t.id = ?`,
    )
    .get(task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  const grants = domainGrants(user.grants);
  const place = { company_id: task.company_id };
  const steps = reader
    .prepare<[number], StepRow>(
      `SELECT id, step, item_ref, sha256, name, media_type, size_bytes, removes_id, author FROM v_close_evidence
       WHERE task_id = ? AND mutation_state NOT IN ('conflict', 'rejected', 'held')
       ORDER BY mutation_state <> 'accepted', accepted_at`,
    )
    .all(task_id);
  return {
    ...task,
    task_id,
    facts: {
      may_attach: grantsPermit(grants, 'prepare_close', place) || grantsPermit(grants, 'review_close', place),
      period_state: locksOf(readLockEvents(reader, task.period_id), made_at_ms, task.state).period_state,
    },
    steps: steps.map((row) => ({
      ...row,
      step: row.step === 'removed' ? ('removed' as const) : ('attached' as const),
    })),
  };
}

function predicted(
  { mutation_id, user, made_at_ms }: PredictContext,
  { company_id, task_id }: { readonly company_id: number; readonly task_id: number },
  title: string,
  said: readonly (string | number | null)[],
): Prediction {
  return {
    // a file goes before the signature that binds to it
    lane: `close_task:${task_id}`,
    title,
    effects: [
      {
        tbl: 'close_evidence',
        pk: mutation_id,
        image: [company_id, task_id, ...said, user.name, made_at_ms, made_at_ms],
      },
    ],
  };
}
