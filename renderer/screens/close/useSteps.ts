/** From task to task of a month: by a key, by a press, and where the focus stands then. */
import { useCallback, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { CloseTaskView } from '#contract/queries.ts';
import type { GridPlace } from '#renderer/grid/GridSurface.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { nextOfMine } from './closeStates.ts';

/** `onLeave` is told before another task is shown. */
export function useSteps(
  period: number,
  tasks: readonly CloseTaskView[],
  onBoard: CloseTaskView | null,
  onLeave: () => void,
) {
  const { session } = useWorkplace();
  const [, navigate] = useLocation();
  const pane = useRef<HTMLElement>(null);
  const leftLines = useRef(false);
  const [inList, setInList] = useState<GridPlace | null>(null);
  const goesOn = useCallback(() => {
    const left = leftLines.current;
    leftLines.current = false;
    return left;
  }, []);
  const select = useCallback(
    (task: CloseTaskView) => {
      const at = document.activeElement;
      // the foot goes with the task, as its lines do
      leftLines.current = pane.current?.contains(at) === true || at?.closest('[data-sign-off]') != null;
      onLeave();
      navigate(`/close/${period}/${task.id}`, { replace: true });
    },
    [navigate, period, onLeave],
  );
  const stepTo = useCallback(
    (task: CloseTaskView) => {
      const columnId = document.activeElement?.closest('[data-close-list] [col-id]')?.getAttribute('col-id');
      setInList(columnId ? { key: task.code, columnId } : null);
      select(task);
    },
    [select],
  );
  const step = useCallback(
    (by: number) => {
      const at = tasks.findIndex((task) => task.id === onBoard?.id);
      const next = tasks[Math.min(tasks.length - 1, Math.max(0, at + by))];
      if (next) stepTo(next);
    },
    [tasks, onBoard, stepTo],
  );
  const toNextOfMine = useCallback(() => {
    const next = nextOfMine(tasks, onBoard?.id ?? null, session.user_name);
    if (next) stepTo(next);
  }, [tasks, onBoard, stepTo, session.user_name]);
  return {
    /** Of the task that is shown. */
    pane,
    /** Whether its lines or its foot had the focus that left with the task before; true once. */
    goesOn,
    /** Where the list takes the focus: whoever stands in it stands on the task's row after a key. */
    inList,
    select,
    step,
    toNextOfMine,
  };
}
