/** The columns of a month's proposed entries. */
import type { JournalRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { NO_DATA } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { ledgerColumn } from '#renderer/grid/moneyColumn.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { journalState } from './journalStates.ts';

export function journalColumns(currency: string, year: number): readonly GridColumn<JournalRow>[] {
  const text = (
    id: string,
    header: string,
    width: number,
    value: (row: JournalRow) => string | null,
  ): GridColumn<JournalRow> => ({ id, header, width, sort: id, text: (row) => value(row) ?? NO_DATA });
  return [
    text('reference', 'Reference', 168, (row) => row.reference),
    {
      ...text('state', 'State', 140, (row) => journalState(row).word),
      cell: (row) => {
        const { word, shape } = journalState(row);
        return <Status shape={shape}>{word}</Status>;
      },
    },
    text('text', 'Text', 200, (row) => row.words),
    { ...ledgerColumn<JournalRow>(currency, 'amount', 'Amount', (row) => row.amount_minor), sort: 'amount' },
    text('reverses', 'Reverses on', 96, (row) => (row.reverses_on === null ? null : shortDate(row.reverses_on, year))),
    text('proposed', 'Proposed by', 120, (row) => row.authors.join(', ')),
    text('decided', 'Decided by', 104, (row) => row.decided_by),
    text('accounts', 'Accounts', 120, (row) => [...new Set(row.lines.map(({ account }) => account))].join(', ')),
    text('booked', 'Booked', 84, (row) => shortDate(row.booked_on, year)),
    text('exported', 'Exported by', 104, (row) => row.exported?.by ?? null),
    text('posted', 'Posted as', 130, (row) => row.posted_as),
    text('back', 'Reversed as', 130, (row) => row.reversed_as),
  ];
}
