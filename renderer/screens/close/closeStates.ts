/** A task's state in a shape and words, the same on graph, list and detail. */
import type { ClosePeriodView, CloseTaskState, CloseTaskView } from '#contract/queries.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const TASK_STATES: Readonly<
  Record<CloseTaskState, { readonly shape: MarkShape; readonly word: string; readonly counted: string }>
> = {
  signed: { shape: 'done', word: 'Signed', counted: 'signed' },
  in_review: { shape: 'ring', word: 'In review', counted: 'in review' },
  open: { shape: 'working', word: 'To prepare', counted: 'to prepare' },
  waiting: { shape: 'waiting', word: 'Waiting', counted: 'waiting' },
  changed: { shape: 'bad', word: 'Changed after sign-off', counted: 'changed after sign-off' },
};

const ORDER: readonly CloseTaskState[] = ['signed', 'in_review', 'open', 'waiting', 'changed'];

/** How many tasks are in each state, in reading order; states without tasks are left out. */
export function stateCounts(
  tasks: readonly CloseTaskView[],
): readonly { readonly state: CloseTaskState; readonly count: number }[] {
  return ORDER.map((state) => ({ state, count: tasks.filter((task) => task.state === state).length })).filter(
    ({ count }) => count > 0,
  );
}

export function periodStateWord(state: string): string {
  switch (state) {
    case 'open':
      return 'Open';
    case 'soft_locked':
      return 'Soft lock';
    case 'hard_locked':
      return 'Hard lock, irreversible';
    default:
      return state;
  }
}

/** The period worked on: the newest that is open, or the newest at all. Periods come newest first. */
export function usualPeriod(periods: readonly ClosePeriodView[]): ClosePeriodView | undefined {
  return periods.find((period) => period.state === 'open') ?? periods[0];
}

/** What to look at first: what changed, then what this person may sign, then what is not done. */
export function usualTask(tasks: readonly CloseTaskView[]): CloseTaskView | undefined {
  return (
    tasks.find((task) => task.state === 'changed') ??
    tasks.find((task) => task.next.role !== null) ??
    tasks.find((task) => task.state !== 'signed') ??
    tasks[0]
  );
}

/** Codes as the titles people know; a code without a task stays. */
export function titlesOf(codes: readonly string[], tasks: readonly CloseTaskView[]): string {
  return codes.map((code) => tasks.find((task) => task.code === code)?.title ?? code).join(', ');
}

/** Why this person cannot sign now, with titles in place of codes; null when they can. */
export function whyNot(task: CloseTaskView, tasks: readonly CloseTaskView[]): string | null {
  if (task.next.why_not === null) return null;
  return task.next.why_not.startsWith('Waits for') && task.waiting_for.length > 0
    ? `Waits for ${titlesOf(task.waiting_for, tasks)}.`
    : task.next.why_not;
}

/** First 4 + 4 digits: enough to compare two seals by eye. */
export function sealWords(content_hash: string): string {
  return `${content_hash.slice(0, 4)} ${content_hash.slice(4, 8)}`;
}

export function initialsOf(user_name: string): string {
  const parts = user_name.split(/[._-]/).filter(Boolean);
  const letters = parts.length > 1 ? parts.map((part) => part[0]).join('') : user_name;
  return letters.slice(0, 2).toUpperCase();
}
