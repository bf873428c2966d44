/** What somebody did something about and is no longer there: of the last thirty days. */
import { KIND_NAMES } from '#domain/exceptions/kindNames.ts';
import type { ClearedException } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { Empty } from '#renderer/ui/States.tsx';

const DONE: Readonly<Record<ClearedException['what'], string>> = {
  snoozed: 'snoozed it',
  assigned: 'gave it to',
  reopened: 'woke it',
};

export function Cleared({
  rows,
  waiting,
}: {
  readonly rows: readonly ClearedException[];
  /** Not all data is here: what is not found is not solved by that. */
  readonly waiting: boolean;
}) {
  return (
    <MemoryGrid<ClearedException>
      label="Cleared exceptions"
      viewId="exceptions-cleared"
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => `${row.company_id}/${row.key}`}
      overlay={
        rows.length === 0 ? (
          <Empty
            title={waiting ? 'What was cleared is not known yet' : 'Nothing was cleared lately'}
            text={
              waiting
                ? 'Data is still loading on this machine. It appears when all of it is here.'
                : 'What somebody snoozed or was given, and is solved now, stands here for 30 days.'
            }
          />
        ) : null
      }
    />
  );
}

const COLUMNS: readonly GridColumn<ClearedException>[] = [
  { id: 'subject', header: 'It was about', width: 320, sort: 'subject', text: (row) => row.subject },
  { id: 'kind', header: 'Kind', width: 160, sort: 'kind', text: (row) => KIND_NAMES[row.kind] },
  { id: 'on', header: 'Last done on', width: 110, sort: 'on', text: (row) => shortDate(row.on) },
  {
    id: 'what',
    header: 'What was done last',
    width: 260,
    sort: 'what',
    text: (row) => `${row.who} ${DONE[row.what]}${row.what === 'assigned' ? ` ${row.assigned_to ?? ''}` : ''}`,
  },
];
