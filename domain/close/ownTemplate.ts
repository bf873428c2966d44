/** A company's own tasks of a month-end close: which list can be one, and what a month begins with by it. */
import { STATEMENTS_TASK, TRIAL_BALANCE_TASK } from './drawnUp.ts';
import { FLUX_TASK } from './flux/lines.ts';
import { type ClosePerson, type Planned, planProblem } from './opening.ts';
import { RECONCILIATIONS } from './reconcile/plan.ts';
import { FIRST_CLOSE } from './template.ts';

export interface OwnTask extends Planned {
  readonly code: string;
  readonly title: string;
  /** Working day after the end of the month. */
  readonly due_day: number;
  /** Codes of the same list. */
  readonly depends_on: readonly string[];
  /** Nobody signs it without a file. */
  readonly needs_evidence: boolean;
}

export interface OwnTemplate {
  /** Of the file it came in by; '' = it had none. */
  readonly name: string;
  /** ISO, at the company. */
  readonly given_on: string;
  readonly tasks: readonly OwnTask[];
}

/** Tasks a list may hold. */
export const MOST_TASKS = 200;

/** Tasks whose lines are computed from the books and found by their code: without its task nothing of it is kept or carried on. */
export const COMPUTED_TASKS: readonly string[] = [
  ...RECONCILIATIONS.map(({ code }) => code),
  TRIAL_BALANCE_TASK,
  FLUX_TASK,
  STATEMENTS_TASK,
];

/** Of a list read whole: why a task cannot stand in it, by its place. Empty = the list can be the company's. */
export function whyNotTasks(tasks: readonly OwnTask[], people: readonly ClosePerson[]): ReadonlyMap<number, string> {
  const whole = whyNotList(tasks);
  if (whole !== null) return new Map(tasks.map((_, place) => [place, whole]));
  const codes = new Set(tasks.map(({ code }) => code));
  const circle = circleOf(tasks);
  const reasons = new Map<number, string>();
  for (const [place, task] of tasks.entries()) {
    const unknown = task.depends_on.filter((code) => !codes.has(code));
    const reason =
      unknown.length > 0
        ? `It waits for "${unknown.join(' ')}", which is no code of the file.`
        : circle.includes(task.code)
          ? `It waits for itself: ${[...circle, circle[0]].join(' waits for ')}. Take one of these out of depends on.`
          : whyNotPlanned(task, people);
    if (reason !== null) reasons.set(place, reason);
  }
  return reasons;
}

/** Why nobody would do a task as planned; null = somebody may. */
export function whyNotPlanned(task: Planned, people: readonly ClosePerson[]): string | null {
  const problem = planProblem(task, people);
  return problem === null ? null : `${problem.message} Give the name they sign in with, or leave the cell empty.`;
}

function whyNotList(tasks: readonly OwnTask[]): string | null {
  if (tasks.length > MOST_TASKS) return `A close has up to ${MOST_TASKS} tasks, the file has ${tasks.length}.`;
  const codes = new Set(tasks.map(({ code }) => code));
  const missing = COMPUTED_TASKS.filter((code) => !codes.has(code)).map((code) => {
    const title = FIRST_CLOSE.find((task) => task.code === code)?.title;
    return `${code} (${title ?? code})`;
  });
  if (missing.length === 0) return null;
  const them = missing.length === 1 ? 'It is' : 'They are';
  return `The file lacks ${missing.join(', ')}. ${them} computed from the books, and without a task of that code nobody could sign the figures. Add ${missing.length === 1 ? 'the line' : 'the lines'}.`;
}

/** Codes that wait for each other in a circle, each for the next; of several circles one. */
function circleOf(tasks: readonly OwnTask[]): readonly string[] {
  const left = new Map(tasks.map((task) => [task.code, task]));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const { code, depends_on } of left.values()) if (!depends_on.some((each) => left.has(each))) left.delete(code);
  }
  const way: string[] = [];
  let code = [...left.keys()].at(0);
  while (code !== undefined && !way.includes(code)) {
    way.push(code);
    code = left.get(code)?.depends_on.find((each) => left.has(each));
  }
  return code === undefined ? [] : way.slice(way.indexOf(code));
}

/** The list for people who have none of their own: what every first close begins with. */
export const USUAL_TASKS: readonly OwnTask[] = FIRST_CLOSE.map(
  ({ code, title, due_day, depends_on, needs_evidence }) => ({
    code,
    title,
    owner: null,
    reviewer: null,
    due_day,
    depends_on,
    needs_evidence,
  }),
);

interface BeforeTask extends Planned {
  readonly code: string;
  readonly account: string | null;
}

/**
 * What a month begins with: where the list names nobody, who was planned for the task in the month before stays, unless that would
 * be one person for both. `accounts`: by role.
 */
export function monthByTemplate(
  { tasks }: Pick<OwnTemplate, 'tasks'>,
  before: readonly BeforeTask[],
  accounts: ReadonlyMap<string | null, string>,
): readonly (OwnTask & { readonly account: string | null })[] {
  const earlier = new Map(before.map((task) => [task.code, task]));
  const roles = new Map(FIRST_CLOSE.map(({ code, role }) => [code, role]));
  return tasks.map((task) => {
    const was = earlier.get(task.code);
    const other = (name: string | null | undefined, taken: string | null): string | null =>
      name === undefined || name === taken ? null : name;
    const owner = task.owner ?? other(was?.owner, task.reviewer);
    const reviewer = task.reviewer ?? other(was?.reviewer, owner);
    const role = roles.get(task.code) ?? null;
    const account = role === null ? null : accounts.get(role);
    return { ...task, owner, reviewer, account: account ?? was?.account ?? null };
  });
}
