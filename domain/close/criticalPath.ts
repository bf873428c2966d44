/**
 * When will the close be done, and which tasks decide it? Critical path method (Kelley and Walker 1959) over the tasks that are
 * left, in working days after the cut-off. A task takes as long as it usually took once what it waits for was signed; where no
 * earlier month tells, what its plan allows. Nothing ends before today, and what is signed is where it was signed.
 */
import { addWorkdays, workdaysBetween } from '../calendar.ts';

export interface PathTask {
  readonly code: string;
  readonly depends_on: readonly string[];
  /** Working day after the cut-off. */
  readonly due_day: number;
  /** Day number on which the second of both signed; null = not signed by both. */
  readonly signed_on: number | null;
  /** Working days it usually takes; null = not known. */
  readonly usual_days: number | null;
}

export interface PathFacts {
  readonly tasks: readonly PathTask[];
  /** Day numbers. */
  readonly cut_off_on: number;
  readonly today_on: number;
  /** Days the company is closed. */
  readonly off: ReadonlySet<number>;
}

export interface ExpectedTask {
  readonly code: string;
  /** Day number on which it is signed, or is expected to be. */
  readonly expected_on: number;
  /** Working days after its due day; 0 = in time. */
  readonly late_days: number;
  /** Working days it may still slip without moving the end; null once it is signed. */
  readonly slack_days: number | null;
  /** Not signed and without slack: the end moves with it. */
  readonly critical: boolean;
}

export interface CloseForecast {
  /** By code. */
  readonly tasks: ReadonlyMap<string, ExpectedTask>;
  /** Day number; of a close without tasks the cut-off. */
  readonly finish_on: number;
  /** Working days after the last due day; 0 = in time. */
  readonly late_days: number;
  /** Not signed, waiting for nothing, longest way to the end first: what to do now. */
  readonly next: readonly string[];
}

/** Throws RangeError when tasks wait for each other in a circle. */
export function forecastClose({ tasks, cut_off_on, today_on, off }: PathFacts): CloseForecast {
  const byCode = new Map(tasks.map((task) => [task.code, task]));
  const order = inOrder(tasks, byCode);
  const today = workdaysBetween(cut_off_on, today_on, off);
  const days = (day: number): number => workdaysBetween(cut_off_on, day, off);
  const before = (task: PathTask): PathTask[] => task.depends_on.flatMap((code) => byCode.get(code) ?? []);

  // ends and lengths in working days after the cut-off
  const ends = new Map<string, number>();
  const lengths = new Map<string, number>();
  const ready = (task: PathTask, of: ReadonlyMap<string, number>): number =>
    Math.max(0, ...before(task).map(({ code }) => of.get(code) ?? 0));
  for (const task of order) {
    const begins = ready(task, ends);
    const length = task.signed_on === null ? lengthOf(task, before(task)) : 0;
    lengths.set(task.code, length);
    ends.set(task.code, task.signed_on === null ? Math.max(begins + length, today) : days(task.signed_on));
  }
  const finish = Math.max(0, ...ends.values());

  // backwards: the latest end that leaves the finish where it is
  const latest = new Map<string, number>();
  for (const task of order.toReversed()) {
    const after = tasks.filter((each) => each.signed_on === null && each.depends_on.includes(task.code));
    latest.set(
      task.code,
      Math.min(finish, ...after.map((each) => (latest.get(each.code) ?? finish) - (lengths.get(each.code) ?? 0))),
    );
  }
  const expected = new Map(
    order.map((task): [string, ExpectedTask] => {
      const end = ends.get(task.code) ?? 0;
      const slack_days = task.signed_on === null ? Math.max(0, (latest.get(task.code) ?? finish) - end) : null;
      return [
        task.code,
        {
          code: task.code,
          expected_on: task.signed_on ?? dayOf(cut_off_on, end, off),
          late_days: Math.max(0, end - task.due_day),
          slack_days,
          critical: slack_days === 0,
        },
      ];
    }),
  );
  const planned = Math.max(0, ...tasks.map(({ due_day }) => due_day));
  const next = tasks
    .filter((task) => task.signed_on === null && before(task).every(({ signed_on }) => signed_on !== null))
    .toSorted(
      (a, b) =>
        (expected.get(a.code)?.slack_days ?? 0) - (expected.get(b.code)?.slack_days ?? 0) || a.due_day - b.due_day,
    )
    .map(({ code }) => code);
  return { tasks: expected, finish_on: dayOf(cut_off_on, finish, off), late_days: Math.max(0, finish - planned), next };
}

/** What it usually takes; else the working days its plan leaves after what it waits for. */
function lengthOf(task: PathTask, before: readonly PathTask[]): number {
  if (task.usual_days !== null) return task.usual_days;
  return Math.max(0, task.due_day - Math.max(0, ...before.map(({ due_day }) => due_day)));
}

function dayOf(cut_off_on: number, workdays: number, off: ReadonlySet<number>): number {
  return workdays <= 0 ? cut_off_on : addWorkdays(cut_off_on, workdays, off);
}

/** Every task after all it waits for. */
function inOrder(tasks: readonly PathTask[], byCode: ReadonlyMap<string, PathTask>): readonly PathTask[] {
  const order: PathTask[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (task: PathTask): void => {
    const was = state.get(task.code);
    if (was === 'done') return;
    if (was === 'open') throw new RangeError(`the close goes in a circle through ${task.code}`);
    state.set(task.code, 'open');
    for (const code of task.depends_on) {
      const other = byCode.get(code);
      if (other) visit(other);
    }
    state.set(task.code, 'done');
    order.push(task);
  };
  for (const task of tasks) visit(task);
  return order;
}

/** A task of an earlier month: when it could begin, and when both had signed it. Day numbers. */
export interface PastTask {
  readonly code: string;
  readonly ready_on: number;
  readonly signed_on: number;
}

/** By code: the middle of the working days a task took in earlier months, rounded up. */
export function usualDays(past: readonly PastTask[], off: ReadonlySet<number>): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(past, ({ code }) => code)].map(([code, of]) => {
      const took = of
        .map(({ ready_on, signed_on }) => workdaysBetween(ready_on, signed_on, off))
        .toSorted((a, b) => a - b);
      const middle = took.length / 2;
      const low = took[Math.ceil(middle) - 1] ?? 0;
      const high = took[Math.floor(middle)] ?? low;
      return [code, Math.ceil((low + high) / 2)];
    }),
  );
}
