/**
 * The month in the audit trail: its sealed entries as they stand in the chain, what was done in words with the entry that
 * tells of it, and what of the two does not agree.
 */
import { auditDetail } from '#contract/auditWords.ts';
import type { SealedEntry } from '#domain/close/binder/sealedTrail.ts';
import { integer, moment, text } from '#db/exports/table.ts';
import { binderTable, type MakeSection } from '../section.ts';
import type { MonthTrail } from '../trail.ts';

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
      binderTable<string>(
        { id: 'trail-faults', title: 'Not in order', empty: 'Nothing.' },
        [text('fault', 'What', (row) => row, 100)],
        faults,
      ),
      binderTable<MonthTrail['steps'][number]>(
        { id: 'trail-steps', title: 'What was done', empty: 'Nothing was signed, locked or explained.' },
        [
          moment('at', 'At', (row) => row.at_ms),
          text('who', 'Who', (row) => row.who, 12),
          text('what', 'What', (row) => row.what, 18),
          text('about', 'About', (row) => row.about, 24),
          text('detail', 'Detail', (row) => row.detail, 44),
          text('entry', 'Entry', (row) => entryOf(row), 10),
        ],
        steps,
      ),
      binderTable<SealedEntry>(
        { id: 'trail-entries', title: 'Entries of the chain', empty: 'The chain holds no entry of this month.' },
        [
          integer('seq', 'Entry', (row) => row.seq),
          moment('at', 'At', (row) => row.event.happened_at_ms),
          text('who', 'Who', (row) => row.event.user_name, 12),
          text('what', 'What', (row) => row.event.kind.replaceAll('_', ' '), 16),
          text('about', 'About', (row) => row.event.about, 20),
          { ...text('detail', 'Detail', (row) => auditDetail(row.event), 44), share: 30 },
          { ...text('address', 'From', (row) => row.event.address, 16), share: 0 },
          { ...text('before', 'Seal before', (row) => row.seal_before, 64), share: 24 },
          { ...text('seal', 'Seal', (row) => row.seal, 64), share: 24 },
        ],
        entries,
      ),
    ],
  });
};

function placesOf(entries: readonly SealedEntry[]): string {
  const [first, last] = [entries[0], entries.at(-1)];
  return first && last ? `${first.seq} to ${last.seq}` : 'None';
}

/** What computing anew found is no entry of anybody's. */
function entryOf({ seq, entry }: MonthTrail['steps'][number]): string {
  return seq === null ? (entry === null ? 'Computed' : 'None') : String(seq);
}
