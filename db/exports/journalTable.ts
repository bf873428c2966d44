/** The file of a month's proposed entries as the list shows them; what an accountant posts leaves from the server (journalExport.ts). */
import { monthInWords } from '#domain/calendarWords.ts';
import { STATE_WORDS } from '#domain/close/journal/steps.ts';
import { minorDigits } from '#domain/money.ts';
import { type JournalRow, QUERIES } from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { type MakeTable, shownRows, whole } from './makeTable.ts';
import { type Column, date, decimal, text } from './table.ts';

export const journalTable: MakeTable = async (context, question) => {
  const args = QUERIES.closeJournal.args.parse(question.args);
  const { rows, currency, period, provenance } = await QUERY_HANDLERS.closeJournal(context, args);
  const shown = shownRows(rows, question.keys, (row) => row.id);
  return whole('Proposed entries', journalColumns(currency), question, shown, [
    ['Month', monthInWords(period)],
    ['Coverage', provenance.coverage],
  ]);
};

/** A column's id is the screen's. */
function journalColumns(currency: string): readonly Column<JournalRow>[] {
  return [
    text('reference', 'Reference', (row) => row.reference, 22),
    text('state', 'State', (row) => STATE_WORDS[row.state], 18),
    text('state', 'Changed since', (row) => row.changed, 34),
    text('text', 'Text', (row) => row.words, 40),
    decimal('amount', `Amount, ${currency}`, minorDigits(currency), (row) => row.amount_minor),
    date('reverses', 'Reverses on', (row) => row.reverses_on),
    text('proposed', 'Proposed by', (row) => row.authors.join(', '), 18),
    text('decided', 'Decided by', (row) => row.decided_by, 18),
    text('decided', 'Reason', (row) => row.reason, 34),
    text('accounts', 'Accounts', (row) => [...new Set(row.lines.map(({ account }) => account))].join(', '), 18),
    date('booked', 'Booked', (row) => row.booked_on),
    text('exported', 'Exported by', (row) => row.exported?.by ?? null, 18),
    text('posted', 'Posted as', (row) => row.posted_as, 18),
    text('back', 'Reversed as', (row) => row.reversed_as, 18),
  ];
}
