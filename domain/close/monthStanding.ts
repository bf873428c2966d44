/**
 * Which signatures of a month count? A task is signed on its own content and on what it depends on as that was signed: prepared
 * on what was prepared, reviewed on what was reviewed. Once a task it depends on, directly or through others, is open again or
 * signed again, it asks to be signed again itself. What a month locked for good was signed with stays as it was.
 */
import {
  HARD_LOCK_TASK,
  type SignoffFact,
  type SignoffRole,
  type TaskState,
  taskState,
  validSignoff,
} from './signing.ts';

export interface TaskInMonth<Signoff extends SignoffFact = SignoffFact> {
  readonly code: string;
  readonly title: string;
  readonly depends_on: readonly string[];
  readonly content_hash: string;
  /** Those that were not withdrawn, oldest first. */
  readonly signoffs: readonly Signoff[];
}

export interface TaskStanding<Signoff extends SignoffFact = SignoffFact> {
  readonly state: TaskState;
  readonly signoffs: readonly (Signoff & { readonly overtaken_by: readonly string[] })[];
  /** Codes of tasks it depends on that are not signed by both. */
  readonly waiting_for: readonly string[];
  /** The same tasks by their titles. */
  readonly waiting_for_titles: readonly string[];
}

/** By code. Tasks that wait for each other in a circle wait for ever. */
export function monthStanding<Signoff extends SignoffFact>(
  tasks: readonly TaskInMonth<Signoff>[],
  period_state: string,
): ReadonlyMap<string, TaskStanding<Signoff>> {
  const byCode = new Map(tasks.map((task) => [task.code, task]));
  const known = new Map<string, TaskStanding<Signoff>>();
  const under_way = new Set<string>();
  const for_good = period_state === 'hard_locked';

  /** Where each role signed this task as it is signed now: what they sign after it rests on that. Null = it is not signed by both. */
  const signedAt = (code: string): Readonly<Record<SignoffRole, number>> | null => {
    const task = byCode.get(code);
    const standing = standingOf(code);
    if (!task || standing?.state !== 'signed') return null;
    const at = (role: SignoffRole): number => validSignoff(standing.signoffs, role, task.content_hash)?.place ?? 0;
    return { preparer: at('preparer'), reviewer: at('reviewer') };
  };
  const standingOf = (code: string): TaskStanding<Signoff> | undefined => {
    const task = byCode.get(code);
    const found = known.get(code);
    if (found || !task || under_way.has(code)) return found;
    under_way.add(code);
    // nothing waits for the lock: every other task is signed before it
    const before = task.depends_on
      .filter((each) => each !== HARD_LOCK_TASK)
      .map((each) => ({ code: each, title: byCode.get(each)?.title ?? each, at: signedAt(each) }));
    const signoffs = task.signoffs.map((signoff) => ({
      ...signoff,
      overtaken_by: for_good
        ? []
        : before.filter(({ at }) => at === null || at[signoff.role] > signoff.place).map(({ title }) => title),
    }));
    const waiting = before.filter(({ at }) => at === null);
    const standing = {
      state: stateOf(task, signoffs, for_good),
      signoffs,
      waiting_for: waiting.map((each) => each.code),
      waiting_for_titles: waiting.map(({ title }) => title),
    };
    under_way.delete(code);
    known.set(code, standing);
    return standing;
  };
  for (const { code } of tasks) standingOf(code);
  return known;
}

function stateOf(
  { code, content_hash }: Pick<TaskInMonth, 'code' | 'content_hash'>,
  signoffs: readonly SignoffFact[],
  for_good: boolean,
): TaskState {
  if (code === HARD_LOCK_TASK) return for_good ? 'signed' : 'open';
  return taskState(signoffs, content_hash);
}

/** Titles of what a lock for good asks for first, in the given order. */
export function unsignedTitles(
  tasks: readonly Pick<TaskInMonth, 'code' | 'title'>[],
  stateOfTask: (code: string) => string | undefined,
): readonly string[] {
  return tasks
    .filter(({ code }) => code !== HARD_LOCK_TASK && stateOfTask(code) !== 'signed')
    .map(({ title }) => title);
}
