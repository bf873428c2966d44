/** How a proposed entry stands, in a word and a shape. */
import type { JournalState } from '#domain/close/journal/steps.ts';
import type { JournalRow } from '#contract/queries.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

const JOURNAL_STATES: Readonly<Record<JournalState, { readonly word: string; readonly shape: MarkShape }>> = {
  proposed: { word: 'To approve', shape: 'ring' },
  approved: { word: 'To export', shape: 'good' },
  exported: { word: 'Exported', shape: 'working' },
  posted: { word: 'Posted', shape: 'done' },
  reversed: { word: 'Posted, reversed', shape: 'done' },
  refused: { word: 'Refused', shape: 'refused' },
  withdrawn: { word: 'Withdrawn', shape: 'refused' },
  renewed: { word: 'Renewed', shape: 'refused' },
};

/** What has changed since asks for somebody before anything else does. */
export function journalState(row: JournalRow): { readonly word: string; readonly shape: MarkShape } {
  if (row.changed !== null) return { word: 'Item changed', shape: 'warn' };
  if (row.posted_otherwise) return { word: 'Posted otherwise', shape: 'warn' };
  const { word, shape } = JOURNAL_STATES[row.state];
  return row.mutation_state === 'accepted' ? { word, shape } : { word: `≈ ${word}`, shape: 'waiting' };
}

/** Those that stand for an item, newest first, before those that are over. */
export function entryOfItem(rows: readonly JournalRow[], line_id: number): JournalRow | null {
  const own = rows.filter(({ items }) => items.some((item) => item.line_id === line_id));
  return own.find(({ state }) => state !== 'withdrawn' && state !== 'renewed' && state !== 'refused') ?? null;
}
