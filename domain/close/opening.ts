/** May this person open the close of a month, or say who does a task and by when? The copy predicts, the server decides. */
import { type Answer, refuse } from '../answer.ts';
import { addMonths } from '../calendar.ts';
import { monthInWords } from '../calendarWords.ts';

export type CloseAnswer = Answer<
  'not_permitted' | 'already_open' | 'not_next' | 'not_begun' | 'period_locked' | 'same_person' | 'task_moved'
>;

export interface OpeningQuestion {
  /** yyyymm */
  readonly period: number;
  readonly may_prepare: boolean;
  /** Of the company, any order. */
  readonly periods: readonly number[];
  /** The month it is at the company. */
  readonly this_month: number;
}

/** The month after the last that has a close, once it has begun; of a company without any, any month that has. */
export function mayOpenPeriod({ period, may_prepare, periods, this_month }: OpeningQuestion): CloseAnswer {
  if (!may_prepare) return refuse('rejected', 'not_permitted', 'Your role may not open a close.');
  if (periods.includes(period)) {
    return refuse('conflict', 'already_open', `The close of ${monthInWords(period)} is open already.`);
  }
  if (period > this_month) {
    return refuse('rejected', 'not_begun', `${monthInWords(period)} has not begun yet.`);
  }
  const next = nextPeriod(periods, this_month);
  if (periods.length > 0 && period !== next) {
    return refuse('rejected', 'not_next', `The next close to open is that of ${monthInWords(next)}.`);
  }
  return { ok: true };
}

/** The month whose close comes next; of a company without any the month before this one. */
export function nextPeriod(periods: readonly number[], this_month: number): number {
  return periods.length === 0 ? addMonths(this_month, -1) : addMonths(Math.max(...periods), 1);
}

/** Working days a close may take. */
export const MOST_DUE_DAY = 60;

export interface PlanQuestion {
  readonly may_review: boolean;
  readonly period_state: string;
  /** As the task stands, and as the person saw it. */
  readonly task_ver: number;
  readonly seen_ver: number;
  readonly owner: string | null;
  readonly reviewer: string | null;
}

/** Who prepares and who reviews are two people; who does it is said until the month is locked for good. */
export function mayPlanTask({
  may_review,
  period_state,
  task_ver,
  seen_ver,
  owner,
  reviewer,
}: PlanQuestion): CloseAnswer {
  if (!may_review) return refuse('rejected', 'not_permitted', 'Who reviews the close says who does a task.');
  if (period_state === 'hard_locked') return refuse('rejected', 'period_locked', 'The month is locked for good.');
  if (owner !== null && owner === reviewer) {
    return refuse('rejected', 'same_person', 'Who prepares and who reviews are two people.');
  }
  if (task_ver !== seen_ver) {
    return refuse(
      'conflict',
      'task_moved',
      'The task changed after you looked at it. Look again, then say who does it.',
    );
  }
  return { ok: true };
}
