/** What a sign-off would do, told from the copy. */
import { monthInWords } from '#domain/calendarWords.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import { locksOf } from '#domain/close/locking.ts';
import type { TaskStanding } from '#domain/close/monthStanding.ts';
import { maySign, mayWithdraw, standsInFor } from '#domain/close/signing.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { foreseenTasks, type ForeseenTask } from '#db/close/foreseenTasks.ts';
import { readLockEvents } from '#db/close/lockEvents.ts';
import { type SignoffHere, standingHere } from '#db/close/standing.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import { granted } from './granted.ts';
import type { PredictContext, Prediction } from './predict.ts';

interface TaskRow {
  readonly company_id: number;
  readonly period_id: number;
  readonly code: string;
  readonly title: string;
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly period: number;
  readonly period_state: string;
}

interface Asked {
  readonly task: TaskRow;
  readonly standing: TaskStanding<SignoffHere>;
  readonly own: ForeseenTask;
  readonly period_state: string;
}

function askedOf({ reader, made_at_ms }: PredictContext, task_id: number): Asked {
  const task = reader
    .prepare<[number], TaskRow>(
      `SELECT t.company_id, t.period_id, t.code, t.title, t.owner, t.reviewer, p.period,
         p.state AS period_state
       FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id WHERE t.id = ?`,
    )
    .get(task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  const foreseen = foreseenTasks(scanner(reader), task.period_id);
  const own = foreseen.get(task_id);
  if (!own) throw new Error(`task ${task_id} is not in its period`);
  const { period_state } = locksOf(readLockEvents(reader, task.period_id), made_at_ms, task.period_state);
  const month = standingHere(reader, { id: task.period_id, state: period_state }, foreseen);
  const standing = month.standing.get(task.code);
  if (!standing) throw new Error(`task ${task_id} has no standing in its month`);
  return { task, standing, own, period_state };
}

export function predictSigning(context: PredictContext, args: CommandArgs<'signCloseTask'>): Prediction {
  const { task, standing, own, period_state } = askedOf(context, args.task_id);
  const named = args.role === 'preparer' ? task.owner : task.reviewer;
  const grants = domainGrants(context.user.grants);
  const answer = maySign({
    task_code: task.code,
    user_name: context.user.name,
    role: args.role,
    may_prepare: grantsPermit(grants, 'prepare_close', { company_id: task.company_id }),
    may_review: grantsPermit(grants, 'review_close', { company_id: task.company_id }),
    period_state,
    content_hash: own.content_hash,
    seen_content_hash: args.content_hash,
    signoffs: standing.signoffs,
    named,
    stands_in_for: args.stands_in_for ?? null,
    waiting_for: standing.waiting_for_titles,
    unexplained: own.unexplained.map(({ ref }) => ref),
    unreckoned: own.unreckoned,
    evidence_missing: own.evidence_missing,
  });
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  }
  return {
    lane: `close_task:${args.task_id}`,
    title: `Sign off ${task.title}, ${monthInWords(task.period)}, as ${args.role}`,
    effects: [
      {
        tbl: 'signoff',
        pk: context.mutation_id,
        image: [
          task.company_id,
          args.task_id,
          args.role,
          context.user.name,
          args.content_hash,
          args.amount_minor,
          context.device,
          context.made_at_ms,
          context.made_at_ms,
          standsInFor(named, context.user.name),
          null,
          null,
        ],
      },
    ],
  };
}

export function predictWithdrawing(context: PredictContext, args: CommandArgs<'withdrawSignoff'>): Prediction {
  const { task, standing, own, period_state } = askedOf(context, args.task_id);
  const { user, made_at_ms, device } = context;
  const { signoffs } = standing;
  const signoff = signoffs.find(({ id }) => id === args.signoff_id);
  const grants = domainGrants(user.grants);
  const place = { company_id: task.company_id };
  granted(
    mayWithdraw({
      user_name: user.name,
      may_sign: grantsPermit(grants, 'prepare_close', place) || grantsPermit(grants, 'review_close', place),
      period_state,
      content_hash: own.content_hash,
      signoff,
      signoffs,
    }),
  );
  if (!signoff) throw new BinnacleError('not_found', 'That signature is not on this machine.');
  return {
    lane: `close_task:${args.task_id}`,
    title: `Withdraw the signature on ${task.title}, ${monthInWords(task.period)}`,
    effects: [
      {
        tbl: 'signoff',
        pk: context.mutation_id,
        image: [
          task.company_id,
          args.task_id,
          signoff.role,
          user.name,
          own.content_hash,
          signoff.amount_minor,
          device,
          made_at_ms,
          made_at_ms,
          null,
          args.signoff_id,
          args.reason,
        ],
      },
    ],
  };
}
