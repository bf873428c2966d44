/** A task's state in a shape and words, the same on graph, list and detail. */
import { inARow } from '#domain/close/inARow.ts';
import { HARD_LOCK_TASK } from '#domain/close/signing.ts';
import { isOnItsWay } from '#contract/events.ts';
import type {
  ClosePeriodView,
  CloseTaskState,
  CloseTaskView,
  SignoffView,
  WithdrawnSignoffView,
} from '#contract/queries.ts';
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

/** Its state in words; '≈' where it stands on a signature the server has not answered yet. */
export function stateWord(task: CloseTaskView): string {
  const word = signedAgain(task).length > 0 ? 'To sign again' : TASK_STATES[task.state].word;
  return isForeseen(task) ? `≈ ${word}` : word;
}

/** Titles of what was signed again after this task was: that alone asks for its signatures anew. */
export function signedAgain({ state, signoffs }: CloseTaskView): readonly string[] {
  return state === 'changed' ? (signoffs.at(-1)?.overtaken_by ?? []) : [];
}

/** Why a signature counts no more, short; '' while it counts. */
export function voidWords({ stale, overtaken_by }: SignoffView): string {
  if (!stale) return '';
  return overtaken_by.length === 0 ? 'void: content changed' : `void: ${inARow(overtaken_by)} opened or signed again`;
}

export function isForeseen({ signoffs, withdrawn }: CloseTaskView): boolean {
  return (
    signoffs.some(({ state, stale }) => !stale && isOnItsWay(state)) || withdrawn.some(({ state }) => isOnItsWay(state))
  );
}

const ORDER: readonly CloseTaskState[] = ['signed', 'in_review', 'open', 'waiting', 'changed'];

/** How many tasks are in each state, in reading order; states without tasks are left out. `foreseen`: some only once the server agrees. */
export function stateCounts(
  tasks: readonly CloseTaskView[],
): readonly { readonly state: CloseTaskState; readonly count: number; readonly foreseen: boolean }[] {
  return ORDER.map((state) => {
    const own = tasks.filter((task) => task.state === state);
    return { state, count: own.length, foreseen: own.some(isForeseen) };
  }).filter(({ count }) => count > 0);
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

/**
 * The next task after this one, and then from the first, that this person can sign or say something of; null = none. What is
 * planned for somebody else comes only when nothing else is left.
 */
export function nextOfMine(
  tasks: readonly CloseTaskView[],
  task_id: number | null,
  user_name: string,
): CloseTaskView | null {
  const at = tasks.findIndex(({ id }) => id === task_id);
  const around = [...tasks.slice(at + 1), ...tasks.slice(0, Math.max(0, at))].filter(
    ({ next }) => next.role !== null || next.explain_first.length > 0,
  );
  const planned = ({ next, owner, reviewer }: CloseTaskView): string | null =>
    next.role === 'reviewer' ? reviewer : owner;
  return around.find((task) => (planned(task) ?? user_name) === user_name) ?? around[0] ?? null;
}

/** Codes as the titles people know; a code without a task stays. */
export function titlesOf(codes: readonly string[], tasks: readonly CloseTaskView[]): string {
  return inARow(codes.map((code) => tasks.find((task) => task.code === code)?.title ?? code));
}

/** Why this person cannot sign now; null when they can. */
export function whyNot(task: CloseTaskView): string | null {
  if (task.next.why_not === null) return null;
  // whoever prepares and does not review has done what is theirs
  if (task.state === 'in_review' && task.next.code === 'not_permitted') {
    return `Prepared; ${task.reviewer ?? 'somebody who reviews'} signs next.`;
  }
  return task.next.why_not;
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

/** The signature shown for a role: the one that counts, else the newest that no longer does. */
export function signatureOf({ signoffs }: CloseTaskView, role: SignoffView['role']): SignoffView | undefined {
  const ofRole = signoffs.filter(
    (signoff) => signoff.role === role && signoff.state !== 'conflict' && signoff.state !== 'rejected',
  );
  return ofRole.findLast((signoff) => !signoff.stale) ?? ofRole.at(-1);
}

const TOLD_FROM_MS = 15 * 60_000;

/** Of a signature whose device's clock and the server's are far apart: when the server had it, by which they are ordered. */
export function reachedServerMs({ signed_at_ms, accepted_at_ms }: SignoffView): number | null {
  return accepted_at_ms !== null && Math.abs(accepted_at_ms - signed_at_ms) >= TOLD_FROM_MS ? accepted_at_ms : null;
}

/** What was taken back last in a role, unless it was signed again since. */
export function withdrawalOf(task: CloseTaskView, role: SignoffView['role']): WithdrawnSignoffView | undefined {
  const last = task.withdrawn.findLast((each) => each.role === role);
  const signature = signatureOf(task, role);
  if (!last || !signature) return last;
  const [signed, taken_back] = [signature.accepted_at_ms ?? Infinity, last.accepted_at_ms ?? Infinity];
  const again = signed === taken_back ? signature.signed_at_ms > last.at_ms : signed > taken_back;
  return again ? undefined : last;
}

/** Of a task without lines: what it is. */
export function noLinesWords(code: string, to_reckon: boolean): { readonly title: string; readonly text: string } {
  if (to_reckon) {
    return {
      title: 'Not reconciled yet',
      text: 'The server compares the account with its documents soon after the month was opened; Reconcile does it now. Sign when the figures are here.',
    };
  }
  return code === HARD_LOCK_TASK
    ? {
        title: 'Locking for good does this task',
        text: 'Choose Locks once every other task is signed. Nothing of the month moves after that, and its binder is final.',
      }
    : {
        title: 'This task has no lines',
        text: 'It is signed as done, without a balance: the signature says that it happened.',
      };
}
