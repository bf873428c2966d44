/** What computing a period anew and explaining an item would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { mayExplain } from '#domain/close/reconcile/explaining.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { foreseenTasks } from '#db/close/foreseenTasks.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { PredictContext, Prediction } from './predict.ts';

/** The server alone has every document: nothing is predicted but that it will be asked. */
export function predictReconcile(context: PredictContext, args: CommandArgs<'reconcile'>): Prediction {
  const period = context.reader
    .prepare<[number], { company_id: number; period: number; state: string }>(
      'SELECT company_id, period, state FROM main.close_period WHERE id = ?',
    )
    .get(args.period_id);
  if (!period) throw new BinnacleError('not_found', 'That period is not on this machine.');
  if (!grantsPermit(domainGrants(context.user.grants), 'prepare_close', { company_id: period.company_id })) {
    throw new BinnacleError('not_permitted', 'Your role may not reconcile a period.');
  }
  if (period.state === 'hard_locked') {
    throw new BinnacleError('not_permitted', 'The month is locked for good.');
  }
  return {
    lane: `close_period:${args.period_id}`,
    title: `Reconcile ${monthInWords(period.period)}`,
    effects: [],
  };
}

interface ItemRow {
  readonly company_id: number;
  readonly period_id: number;
  readonly title: string;
  readonly ref: string | null;
  readonly period_state: string;
  readonly explanation: string | null;
}

export function predictExplanation(context: PredictContext, args: CommandArgs<'explainItem'>): Prediction {
  const { task_id, line_id, explanation, seen_explanation } = args;
  const task = context.reader
    .prepare<[number, number], ItemRow>(
      `SELECT t.company_id, t.period_id, t.title, l.ref, p.state AS period_state, l.explanation
       FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id
         LEFT JOIN main.close_task_line l ON l.task_id = t.id AND l.id = ? AND l.side = 'item'
       WHERE t.id = ?`,
    )
    .get(line_id, task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  const foreseen = foreseenTasks(scanner(context.reader), task.period_id).get(task_id)?.lines;
  const standing = foreseen?.find(({ id }) => id === line_id)?.explanation ?? task.explanation;
  const answer = mayExplain({
    may_prepare: grantsPermit(domainGrants(context.user.grants), 'prepare_close', { company_id: task.company_id }),
    period_state: task.period_state,
    explanation: task.ref === null ? undefined : standing,
    seen_explanation,
  });
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  }
  return {
    lane: `close_task:${task_id}`,
    title: `Explain ${task.ref} of ${task.title}`,
    effects: [
      {
        tbl: 'item_explanation',
        pk: context.mutation_id,
        image: [
          task.company_id,
          task_id,
          line_id,
          explanation,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
