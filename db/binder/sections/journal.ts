/** Entries that were proposed to clear items: their lines, who proposed and who approved them, and what was exported as which. */
import { isoDate } from '#domain/calendar.ts';
import type { JournalLine } from '#domain/close/journal/entry.ts';
import { STATE_WORDS } from '#domain/close/journal/steps.ts';
import { minorDigits } from '#domain/money.ts';
import { date, decimal, moment, text } from '#db/exports/table.ts';
import { companyJournals } from '#db/queries/ledger/journals.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { binderTable, type MakeSection } from '../section.ts';
import { periodProposals, type StandingProposal } from '../standing.ts';

interface Line extends JournalLine {
  readonly reference: string;
  readonly state: string;
  readonly booked_on: number;
}
interface Step extends TableRow<'journal_step'> {
  readonly reference: string;
}

export const journalSection: MakeSection = async ({ context, company, period, until_ms }) => {
  const proposals = await periodProposals(context, period.id, until_ms);
  const { currency } = company;
  const { by_hand } = await companyJournals(context, company.id);
  const places = minorDigits(currency);
  return {
    title: 'Proposed entries',
    words: [
      `Proposed by one person and approved by another; exported to the ledger under the journal ${by_hand} and the entry’s reference.`,
    ],
    facts: [],
    tables: [
      binderTable<StandingProposal>(
        { id: 'journal-entries', title: 'Entries', empty: 'No entry was proposed.' },
        [
          text('reference', 'Reference', ({ proposal }) => proposal.reference, 16),
          text('words', 'Text', ({ standing }) => standing.words, 30),
          date('booked', 'Booked', ({ proposal }) => isoDate(proposal.booked_on)),
          date('back', 'Back on', ({ proposal }) =>
            proposal.reverses_on === null ? null : isoDate(proposal.reverses_on),
          ),
          decimal('amount', `Amount, ${currency}`, places, ({ proposal }) => proposal.amount_minor),
          text('author', 'Proposed by', ({ proposal }) => proposal.author, 12),
          text('state', 'State', ({ standing }) => STATE_WORDS[standing.state], 12),
          text('decided', 'Decided by', ({ standing }) => standing.decided_by, 12),
          text('exported', 'Exported by', ({ standing }) => standing.exported?.by ?? null, 12),
          moment('exported_at', 'Exported', ({ standing }) => standing.exported?.at_ms ?? null),
          text('posted', 'In the ledger', ({ proposal }) => proposal.posted_as, 14),
          text('reason', 'Reason', ({ standing }) => standing.reason, 24),
        ],
        proposals,
      ),
      binderTable<Line>(
        { id: 'journal-lines', title: 'Lines', empty: 'No entry was proposed.' },
        [
          text('reference', 'Reference', (row) => row.reference, 16),
          text('state', 'State', (row) => row.state, 12),
          date('booked', 'Booked', (row) => isoDate(row.booked_on)),
          text('account', 'Account', (row) => row.account, 10),
          decimal('amount', `Amount, ${currency}`, places, (row) => row.amount_minor),
          text('text', 'Text', (row) => row.text, 40),
        ],
        proposals.flatMap(({ proposal, standing }) =>
          (JSON.parse(proposal.lines) as readonly JournalLine[]).map((line) => ({
            ...line,
            reference: proposal.reference,
            state: STATE_WORDS[standing.state],
            booked_on: proposal.booked_on,
          })),
        ),
      ),
      binderTable<Step>(
        { id: 'journal-steps', title: 'What was said of them', empty: 'Nothing was decided.' },
        [
          moment('at', 'At', (row) => row.accepted_at),
          text('reference', 'Reference', (row) => row.reference, 16),
          text('step', 'Step', (row) => row.step, 12),
          text('by', 'By', (row) => row.author, 12),
          text('words', 'Words', (row) => row.words, 50),
        ],
        proposals.flatMap(({ proposal, steps }) => steps.map((step) => ({ ...step, reference: proposal.reference }))),
      ),
    ],
  };
};
