/** May this person open the close of a month, or say who does a task and by when? The copy predicts, the server decides. */
import { type Answer, refuse } from '../answer.ts';
import { addMonths } from '../calendar.ts';
import { monthInWords } from '../calendarWords.ts';

export type CloseAnswer = Answer<
  | 'not_permitted'
  | 'already_open'
  | 'not_next'
  | 'not_begun'
  | 'period_locked'
  | 'same_person'
  | 'not_preparer'
  | 'not_reviewer'
  | 'task_moved'
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

/** An active account with a role in the company's close. */
export interface ClosePerson {
  readonly user_name: string;
  readonly may_prepare: boolean;
  readonly may_review: boolean;
}

/** Who a task is planned for; null = anyone with the role. */
export interface Planned {
  readonly owner: string | null;
  readonly reviewer: string | null;
}

const mayPrepare = (people: readonly ClosePerson[], name: string): boolean =>
  people.some(({ user_name, may_prepare }) => user_name === name && may_prepare);
const mayReview = (people: readonly ClosePerson[], name: string): boolean =>
  people.some(({ user_name, may_review }) => user_name === name && may_review);

/** Why nobody could do a task as planned, whoever plans it; null = somebody may. */
export function planProblem(
  { owner, reviewer }: Planned,
  people: readonly ClosePerson[],
): { readonly code: 'same_person' | 'not_preparer' | 'not_reviewer'; readonly message: string } | null {
  if (owner !== null && owner === reviewer) {
    return { code: 'same_person', message: 'Who prepares and who reviews are two people.' };
  }
  if (owner !== null && !mayPrepare(people, owner)) {
    const message = `Prepares: nobody named “${owner}” may prepare the close of this company.`;
    return { code: 'not_preparer', message };
  }
  if (reviewer !== null && !mayReview(people, reviewer)) {
    const message = `Reviews: nobody named “${reviewer}” may review the close of this company.`;
    return { code: 'not_reviewer', message };
  }
  return null;
}

/** Where a month's tasks come from: the standing ones of a first close, those of the close before, or the company's own list. */
export type OpenedFrom = 'first' | 'before' | 'template';

export function openedFromOf(text: string | null): OpenedFrom | null {
  if (text === null || text === 'first' || text === 'before' || text === 'template') return text;
  throw new Error(`a close was opened from ${text}, which is nothing it can be opened from`);
}

/** Of tasks that are carried on, whoever may not do them any more leaves their place empty; `left_out`: their names, each once. */
export function withoutLeft<Task extends Planned>(
  tasks: readonly Task[],
  people: readonly ClosePerson[],
): { readonly tasks: readonly Task[]; readonly left_out: readonly string[] } {
  const left = new Set<string>();
  const kept = (name: string | null, may: typeof mayPrepare): string | null => {
    if (name === null || may(people, name)) return name;
    left.add(name);
    return null;
  };
  const carried = tasks.map((task) => ({
    ...task,
    owner: kept(task.owner, mayPrepare),
    reviewer: kept(task.reviewer, mayReview),
  }));
  return { tasks: carried, left_out: [...left].toSorted() };
}

export interface PlanQuestion extends Planned {
  readonly may_review: boolean;
  readonly period_state: string;
  /** As the task stands, and as the person saw it. */
  readonly task_ver: number;
  readonly seen_ver: number;
  /** Of the company. */
  readonly people: readonly ClosePerson[];
}

/** Who prepares and who reviews are two people; who does it is said until the month is locked for good. */
export function mayPlanTask({
  may_review,
  period_state,
  task_ver,
  seen_ver,
  owner,
  reviewer,
  people,
}: PlanQuestion): CloseAnswer {
  if (!may_review) return refuse('rejected', 'not_permitted', 'Who reviews the close says who does a task.');
  if (period_state === 'hard_locked') return refuse('rejected', 'period_locked', 'The month is locked for good.');
  const problem = planProblem({ owner, reviewer }, people);
  if (problem !== null) {
    const advice = problem.code === 'same_person' ? '' : ' Choose a name from the list.';
    return refuse('rejected', problem.code, `${problem.message}${advice}`);
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
