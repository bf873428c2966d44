/** What the keys do on the board of a close. */
import { useMemo } from 'react';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import type { Proposing } from './useProposing.ts';

/** Dialogs of the board. */
export type BoardDialog = 'locks' | 'next' | 'plan' | 'binder' | 'withdraw';

export function useCloseKeys({
  view,
  onView,
  ask,
  sign,
  may_withdraw,
  step,
  toNextOfMine,
  reconcile,
  proposing,
}: {
  readonly view: 'graph' | 'list';
  readonly onView: (view: 'graph' | 'list' | 'journal') => void;
  readonly ask: (dialog: BoardDialog) => void;
  readonly sign: () => void;
  /** This person's own signature on the task can be taken back. */
  readonly may_withdraw: boolean;
  readonly step: (by: 1 | -1) => void;
  readonly toNextOfMine: () => void;
  readonly reconcile: () => void;
  readonly proposing: Pick<Proposing, 'tick' | 'ask'>;
}): void {
  const { session } = useWorkplace();
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      {
        key: 'n',
        cap: 'N',
        word: 'next to sign',
        help: 'the next task that waits for your words or your signature',
        run: toNextOfMine,
      },
      { key: 'j', cap: 'J', word: 'next task', run: () => step(1) },
      { key: 'k', cap: 'K', word: 'task before', run: () => step(-1) },
      { key: '', cap: '←↑↓→', word: 'walk the graph', quiet: true },
      { key: 'v', cap: 'V', word: 'graph, list or journal', run: () => onView(view === 'graph' ? 'list' : 'journal') },
      { key: 'x', cap: 'X', word: 'tick', help: 'choose several items for one entry', run: proposing.tick },
      {
        key: 'e',
        cap: 'E',
        word: 'propose entry',
        help: 'propose the entry that clears the items',
        run: proposing.ask,
      },
      ...(session.may.review_close
        ? [
            {
              key: 'p',
              cap: 'P',
              word: 'plan',
              help: 'say who does the task, and by when',
              run: () => ask('plan'),
            } as const,
          ]
        : []),
      {
        key: 'l',
        cap: 'L',
        word: 'locks',
        help: 'lock the month, or open an area again',
        run: () => ask('locks'),
      },
      ...(session.may.make_binder
        ? [{ key: 'b', cap: 'B', word: 'binder', help: 'the month as files', run: () => ask('binder') } as const]
        : []),
      { key: 'shift+s', cap: '⇧S', word: 'sign', help: 'sign the balance on the screen', run: sign },
      ...(may_withdraw
        ? [
            {
              key: 'shift+w',
              cap: '⇧W',
              word: 'withdraw',
              help: 'take your own signature back, with a reason',
              run: () => ask('withdraw'),
            } as const,
          ]
        : []),
      { key: '', cap: 'F2', word: 'explain an item' },
      {
        key: 'shift+r',
        cap: '⇧R',
        word: 'reconcile',
        help: 'compare the accounts of the month with their documents anew',
        run: reconcile,
      },
      { key: '', cap: 'Ctrl C', word: 'copy' },
    ],
    [
      reconcile,
      step,
      toNextOfMine,
      sign,
      may_withdraw,
      session.may.review_close,
      session.may.make_binder,
      view,
      onView,
      ask,
      proposing.tick,
      proposing.ask,
    ],
  );
  useKeys('Close', keys);
}
