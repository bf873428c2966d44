/** What opening a close, or saying who does a task, would do. The rows are the server's to make: nothing is shown before. */
import { monthOfDay } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { locksOf } from '#domain/close/locking.ts';
import { mayOpenPeriod, mayPlanTask } from '#domain/close/opening.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { readClosePeople } from '#db/close/closePeople.ts';
import { readLockEvents } from '#db/close/lockEvents.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import { granted } from './granted.ts';
import type { PredictContext, Prediction } from './predict.ts';

export function predictOpening(context: PredictContext, { company_id, period }: CommandArgs<'openClose'>): Prediction {
  const grants = domainGrants(context.user.grants);
  if (!grantsSee(grants, 'finance', { company_id })) {
    throw new BinnacleError('not_found', 'That company is not on this machine.');
  }
  const { today_on } = companyDay(context, company_id);
  const periods = context.reader
    .prepare<[number], { period: number }>('SELECT period FROM main.close_period WHERE company_id = ?')
    .all(company_id);
  granted(
    mayOpenPeriod({
      period,
      may_prepare: grantsPermit(grants, 'prepare_close', { company_id }),
      periods: periods.map((each) => each.period),
      this_month: monthOfDay(today_on),
    }),
  );
  return { lane: `close:${company_id}`, title: `Open the close of ${monthInWords(period)}`, effects: [] };
}

interface TaskRow {
  readonly company_id: number;
  readonly period_id: number;
  readonly title: string;
  readonly ver: number;
  readonly period: number;
  readonly state: string;
}

export function predictPlanning(context: PredictContext, args: CommandArgs<'planCloseTask'>): Prediction {
  const { reader, user, made_at_ms } = context;
  const task = reader
    .prepare<[number], TaskRow>(
      `SELECT t.company_id, t.period_id, t.title, t.ver, p.period, p.state
       FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id WHERE t.id = ?`,
    )
    .get(args.task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  granted(
    mayPlanTask({
      may_review: grantsPermit(domainGrants(user.grants), 'review_close', { company_id: task.company_id }),
      period_state: locksOf(readLockEvents(reader, task.period_id), made_at_ms, task.state).period_state,
      task_ver: task.ver,
      seen_ver: args.task_ver,
      owner: args.owner,
      reviewer: args.reviewer,
      people: readClosePeople(scanner(reader), task.company_id),
    }),
  );
  return {
    lane: `close_task:${args.task_id}`,
    title: `Plan ${task.title}, ${monthInWords(task.period)}`,
    effects: [],
  };
}
