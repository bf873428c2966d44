/**
 * The month in the audit trail: its sealed entries as they stand in the chain, what was done in words with the entry that
 * tells of it, and what of the two does not agree.
 */
import type { SealedEntry } from '#domain/close/binder/sealedTrail.ts';
import {
  COMPUTED,
  ENTRY_COLUMNS,
  entryOf,
  FAULT_COLUMNS,
  STEP_COLUMNS,
  type StepRow,
} from '#domain/close/binder/trailTables.ts';
import { binderTable, type MakeSection } from '../section.ts';

export const trailSection: MakeSection = async ({ trail }) => {
  const { entries, steps, faults } = trail;
  return await Promise.resolve({
    title: 'Audit trail of the month',
    words: [
      'These are entries of the server’s own audit trail, each sealed by SHA-256 together with the seal of the entry before it. Entries between them concern other matters: of those the seal before is all that stands here. binnacle binder verify makes every seal again from what is in this binder, and with --user NAME holds them against the chain a copy has.',
      ...(faults.length === 0
        ? ['Every seal holds, and everything that was done has its entry.']
        : [`${faults.length === 1 ? '1 thing is' : `${faults.length} things are`} not in order, see below.`]),
    ],
    facts: [
      ['Entries', String(entries.length)],
      ['First and last of them in the chain', placesOf(entries)],
      ['Seal of the last', entries.at(-1)?.seal ?? 'None'],
    ],
    tables: [
      binderTable<string>({ id: 'trail-faults', title: 'Not in order', empty: 'Nothing.' }, FAULT_COLUMNS, faults),
      binderTable<StepRow>(
        { id: 'trail-steps', title: 'What was done', empty: 'Nothing was signed, locked or explained.' },
        STEP_COLUMNS,
        steps.map((step) => ({ ...step, entry: step.entry === null ? COMPUTED : entryOf(step.seq) })),
      ),
      binderTable<SealedEntry>(
        { id: 'trail-entries', title: 'Entries of the chain', empty: 'The chain holds no entry of this month.' },
        ENTRY_COLUMNS,
        entries,
      ),
    ],
  });
};

function placesOf(entries: readonly SealedEntry[]): string {
  const [first, last] = [entries[0], entries.at(-1)];
  return first && last ? `${first.seq} to ${last.seq}` : 'None';
}
