import { useCallback } from 'react';
import type { CloseTaskView } from '#contract/queries.ts';
import { useRun } from '#renderer/client/useContract.ts';

export interface Signing {
  readonly sign: () => void;
  readonly busy: boolean;
  /** Why the last attempt for this task was refused, in a sentence. */
  readonly error: string | null;
}

/** Signs exactly what is shown: version, content and amount travel with the signature. */
export function useSigning(task: CloseTaskView | null): Signing {
  const run = useRun('signCloseTask');
  const { mutate, isPending } = run;
  const sign = useCallback(() => {
    if (!task || task.next.role === null || isPending) return;
    mutate({
      task_id: task.id,
      role: task.next.role,
      task_ver: task.ver,
      content_hash: task.content_hash,
      amount_minor: task.amount_minor,
    });
  }, [task, mutate, isPending]);
  const mine = task !== null && run.variables?.task_id === task.id && run.variables.content_hash === task.content_hash;
  return { sign, busy: isPending, error: mine ? (run.error?.message ?? null) : null };
}
