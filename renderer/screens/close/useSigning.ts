import { useCallback, useState } from 'react';
import type { CloseTaskView } from '#contract/queries.ts';
import { useRun } from '#renderer/client/useContract.ts';

export interface Signing {
  /** Signs, or asks first where the plan names somebody else. */
  readonly sign: () => void;
  /** Whom the signer would stand in for: the question is open; null = it is not. */
  readonly asks_for: string | null;
  readonly standIn: () => void;
  readonly leave: () => void;
  readonly busy: boolean;
  /** Why the last attempt for this task was refused, in a sentence. */
  readonly error: string | null;
}

/** Signs exactly what is shown: version, content and amount travel with the signature. */
export function useSigning(task: CloseTaskView | null): Signing {
  const run = useRun('signCloseTask');
  const { mutate, isPending } = run;
  const [asked, setAsked] = useState<string | null>(null);
  const named = task?.next.stands_in_for ?? null;
  // the question belongs to the task and the content it was asked for
  const question = task === null || named === null ? null : `${task.id} ${task.content_hash} ${named}`;
  const asks_for = question !== null && asked === question ? named : null;
  const send = useCallback(
    (stands_in_for: string | null) => {
      if (!task || task.next.role === null || isPending) return;
      mutate({
        task_id: task.id,
        role: task.next.role,
        task_ver: task.ver,
        content_hash: task.content_hash,
        amount_minor: task.amount_minor,
        stands_in_for,
      });
    },
    [task, mutate, isPending],
  );
  const sign = useCallback(() => {
    if (question === null) send(null);
    else setAsked(question);
  }, [question, send]);
  const standIn = useCallback(() => {
    setAsked(null);
    send(named);
  }, [named, send]);
  const leave = useCallback(() => setAsked(null), []);
  const mine = task !== null && run.variables?.task_id === task.id && run.variables.content_hash === task.content_hash;
  return { sign, asks_for, standIn, leave, busy: isPending, error: mine ? (run.error?.message ?? null) : null };
}
