/** Which items of a task an entry is to be proposed for: those that are ticked, else the one that is stood on. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CloseJournal, JournalRow, RecItemView } from '#contract/queries.ts';
import { entryOfItem } from './journalStates.ts';
import type { ProposedItems } from './ProposeDialog.tsx';

export interface Proposing {
  /** Why nothing can be proposed here; null = it can. */
  readonly why_not: string | null;
  readonly ticked: ReadonlySet<number>;
  /** Items that would be proposed for now. */
  readonly chosen: readonly RecItemView[];
  /** The entry that stands for an item. */
  readonly entryOf: (line_id: number) => JournalRow | null;
  readonly stand: (line_id: number | null) => void;
  /** The item that is stood on. */
  readonly on: number | null;
  readonly tick: (line_id?: number) => void;
  readonly ask: () => void;
  /** What the dialog is open for. */
  readonly asked: ProposedItems | null;
  readonly leave: () => void;
  readonly done: () => void;
}

const NONE: readonly RecItemView[] = [];

export function useProposing(
  task_id: number | null,
  items: readonly RecItemView[] = NONE,
  journal: CloseJournal | null,
): Proposing {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [on, setOn] = useState<number | null>(null);
  const [asked, setAsked] = useState<ProposedItems | null>(null);
  useEffect(() => {
    setTicked(new Set());
    setOn(null);
  }, [task_id]);
  const entries = useMemo(
    () => new Map(items.map(({ line_id }) => [line_id, entryOfItem(journal?.rows ?? [], line_id)])),
    [items, journal],
  );
  const entryOf = useCallback((line_id: number) => entries.get(line_id) ?? null, [entries]);
  const chosen = useMemo(() => {
    const free = items.filter(({ line_id, entry }) => entry === null && !entries.get(line_id));
    const marked = free.filter(({ line_id }) => ticked.has(line_id));
    return marked.length > 0 ? marked : free.filter(({ line_id }) => line_id === on);
  }, [items, entries, ticked, on]);
  const why_not = journal === null ? 'The entries are being read.' : journal.propose_why_not;
  const latest = useRef({ chosen, why_not, on, items });
  latest.current = { chosen, why_not, on, items };
  const tick = useCallback((line_id?: number) => {
    const id = line_id ?? latest.current.on;
    if (id === null || !latest.current.items.some((item) => item.line_id === id)) return;
    setTicked((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const ask = useCallback(() => {
    const now = latest.current;
    if (now.why_not !== null || now.chosen.length === 0) return;
    setAsked({ items: now.chosen.map(({ line_id, amount_minor }) => ({ line_id, amount_minor })), renews: null });
  }, []);
  const leave = useCallback(() => setAsked(null), []);
  const done = useCallback(() => {
    setAsked(null);
    setTicked(new Set());
  }, []);
  return { why_not, ticked, chosen, entryOf, stand: setOn, on, tick, ask, asked, leave, done };
}
