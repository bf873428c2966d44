/** The keys of the proposals: letters act on the line that has the focus, with Shift on all that are ticked. */
import { useMemo, useRef } from 'react';
import type { ReplenishmentLine } from '#contract/queries.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import type { Standing, Wish } from './decisionRows.ts';

interface ProposalKeys {
  readonly may_plan: boolean;
  readonly line: ReplenishmentLine | null;
  readonly standing: Standing;
  readonly panel: ReplenishmentLine | null;
  readonly setPanel: (line: ReplenishmentLine | null) => void;
  readonly ticked: ReadonlyMap<string, ReplenishmentLine>;
  readonly open: (kind: 'change' | 'reject' | 'many', lines: readonly ReplenishmentLine[]) => void;
  readonly acceptTicked: () => void;
  readonly doDecide: (lines: readonly ReplenishmentLine[], wish: Wish) => Promise<void>;
  /** Takes the last step back. */
  readonly undo: () => void;
  readonly focusFilter: () => void;
  readonly nextGrouping: () => void;
}

export function useProposalKeys(now: ProposalKeys): void {
  // what the keys act on changes with every step of the focus; the list itself only with what may be done
  const latest = useRef(now);
  latest.current = now;
  const { may_plan } = now;
  const isOpen = now.panel !== null;
  const keys = useMemo<readonly KeyAction[]>(() => {
    const onLine = (act: (line: ReplenishmentLine) => void) => (): void => {
      const { line } = latest.current;
      if (line) act(line);
    };
    const deciding: readonly KeyAction[] = [
      { key: '', cap: 'Space', word: 'tick', help: 'tick the line, or all undecided lines of the group' },
      { key: '', cap: '↵', word: 'accept', help: 'accept the proposal; fold or unfold a group' },
      {
        key: '',
        cap: '0–9',
        word: 'type a quantity',
        help: 'type a number over the quantity of a line, F2 changes the one that stands there; a pasted column fills the lines below',
      },
      { key: 'e', cap: 'E', word: 'change', run: onLine((line) => latest.current.open('change', [line])) },
      { key: 'r', cap: 'R', word: 'reject', run: onLine((line) => latest.current.open('reject', [line])) },
      {
        key: 'shift+e',
        cap: '⇧E',
        word: 'change all ticked',
        help: 'one quantity or a share such as +10 % for all that is ticked',
        quiet: true,
        run: () => latest.current.open('many', [...latest.current.ticked.values()]),
      },
      {
        key: 'shift+r',
        cap: '⇧R',
        word: 'reject all ticked',
        quiet: true,
        run: () => latest.current.open('reject', [...latest.current.ticked.values()]),
      },
      { key: '', cap: '⇧↵', word: 'accept all ticked', quiet: true },
      {
        key: 'ctrl+z',
        cap: 'Ctrl Z',
        word: 'undo',
        help: 'take the last step back, to what stood before, as far as it is on no draft order',
        quiet: true,
        run: () => latest.current.undo(),
      },
      {
        key: 'u',
        cap: 'U',
        word: 'take back',
        help: 'take back what was decided, as long as it is on no draft order',
        quiet: true,
        run: onLine((line) => {
          if (latest.current.standing.has(line.key)) void latest.current.doDecide([line], { verdict: 'withdrawn' });
        }),
      },
    ];
    return [
      ...(may_plan ? deciding : []),
      {
        key: 'w',
        cap: 'W',
        word: 'why',
        help: 'the working behind the line',
        run: onLine((line) => latest.current.setPanel(latest.current.panel === null ? line : null)),
      },
      { key: 'f', cap: 'F', word: 'filter', quiet: true, run: () => latest.current.focusFilter() },
      { key: 'g', cap: 'G', word: 'group', quiet: true, run: () => latest.current.nextGrouping() },
      ...(isOpen
        ? [{ key: 'Escape', cap: 'Esc', word: 'close panel', quiet: true, run: () => latest.current.setPanel(null) }]
        : []),
    ];
  }, [may_plan, isOpen]);
  useKeys('Replenishment', keys);
}
