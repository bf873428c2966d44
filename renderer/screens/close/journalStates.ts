/** How a proposed entry stands, in a word and a shape. */
import type { JournalState } from '#domain/close/journal/steps.ts';
import type { ItemEntry, JournalRow } from '#contract/queries.ts';
import { localDate, shortDate } from '#renderer/format/dates.ts';
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

/** The same of an item's entry that may be of another month. */
export function itemEntryState({ state }: ItemEntry): { readonly word: string; readonly shape: MarkShape } {
  return JOURNAL_STATES[state];
}

/** 'Entry JP-202610-1A2B3C4D approved on 4 Nov by ruth, waits for the ledger': what is done for an item, and by whom next. */
export function entryInWords({ reference, ...entry }: ItemEntry, year: number): string {
  const { state, decided_by, decided_at_ms, exported_at_ms, posted_as } = entry;
  const on = (at_ms: number | null): string => (at_ms === null ? '' : ` on ${shortDate(localDate(at_ms), year)}`);
  const approved = `Entry ${reference} approved${on(decided_at_ms)}${decided_by === null ? '' : ` by ${decided_by}`}`;
  switch (state) {
    case 'proposed':
      return `Entry ${reference} waits for approval`;
    case 'approved':
      return `${approved}, waits for the ledger`;
    case 'exported':
      return `${approved}, exported${on(exported_at_ms)}, waits for the ledger`;
    case 'posted':
    case 'reversed':
      return `${approved}, in the ledger as ${posted_as ?? reference}: the cost waits for its split in the system of record`;
    default:
      return `Entry ${reference} ${JOURNAL_STATES[state].word.toLowerCase()}`;
  }
}

/** Those that stand for an item, newest first, before those that are over. */
export function entryOfItem(rows: readonly JournalRow[], line_id: number): JournalRow | null {
  const own = rows.filter(({ items }) => items.some((item) => item.line_id === line_id));
  return own.find(({ state }) => state !== 'withdrawn' && state !== 'renewed' && state !== 'refused') ?? null;
}
