/** The items of a task with their causes, and what can be done about them: reconcile anew, say why. */
import { useCallback } from 'react';
import type { ReconciliationView } from '#contract/queries.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { told } from '#renderer/screens/figures/told.ts';

export interface Reconciling {
  readonly view: ReconciliationView | null;
  readonly reconcile: () => void;
  readonly explain: (line_id: number, explanation: string, seen_explanation: string | null) => void;
  readonly busy: boolean;
  /** Why the last attempt was refused here, in a sentence. */
  readonly error: string | null;
}

export function useReconciliation(task_id: number | null, period_id: number): Reconciling {
  const { data: answer } = useAsk(
    'reconciliation',
    { task_id: task_id ?? 1 },
    { enabled: task_id !== null, keepPrevious: false },
  );
  const anew = useRun('reconcile');
  const words = useRun('explainItem');
  const { mutate: reconcileNow, isPending: reconciling } = anew;
  const { mutate: explainNow } = words;
  const reconcile = useCallback(() => {
    if (!reconciling) reconcileNow({ period_id });
  }, [reconcileNow, reconciling, period_id]);
  const explain = useCallback<Reconciling['explain']>(
    (line_id, explanation, seen_explanation) => {
      if (task_id !== null) explainNow({ task_id, line_id, explanation, seen_explanation });
    },
    [explainNow, task_id],
  );
  const mine = words.variables?.task_id === task_id ? words.error : null;
  return {
    view: told(answer) ?? null,
    reconcile,
    explain,
    busy: reconciling,
    error: mine?.message ?? anew.error?.message ?? null,
  };
}
