/** What was applied before, newest first, with what it tied to. */
import type { ReactNode } from 'react';
import type { EarlierImport } from '#contract/wire/fileImports.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useNow } from '#renderer/shell/workplace.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { choiceKind } from './importState.ts';
import { groupedFigure } from './outcomeRows.ts';

export function EarlierImports({ tabs, banner }: { readonly tabs: ReactNode; readonly banner: ReactNode }) {
  const now_ms = useNow();
  const earlier = useAsk('importEarlier', { limit: 200 }, { every_ms: 30_000 });
  const imports = earlier.data?.imports;
  const problem = earlier.error ?? earlier.failureReason;
  return (
    <ScreenFrame
      title="Imports"
      subtitle="What was applied before"
      headerRight={tabs}
      facts={imports ? <span>{counted(imports.length, 'import')}</span> : null}
    >
      {banner}
      <MemoryGrid<EarlierImport>
        label="Earlier imports"
        viewId="imports-earlier"
        columns={columnsOf(now_ms)}
        rows={imports ?? []}
        rowKey={(row) => `${row.kind} ${row.import_id}`}
        overlay={
          imports ? (
            imports.length === 0 ? (
              <Empty title="Nothing was imported yet" text="Applied files are listed here with what they tied to." />
            ) : null
          ) : problem ? (
            <ErrorState
              title="Earlier imports need the connection"
              text={problem.message}
              onRetry={() => void earlier.refetch()}
            />
          ) : (
            <LoadingRows rows={9} />
          )
        }
      />
    </ScreenFrame>
  );
}

function columnsOf(now_ms: number): readonly GridColumn<EarlierImport>[] {
  const count = (id: string, header: string, value: (row: EarlierImport) => number): GridColumn<EarlierImport> => ({
    id,
    header,
    width: 84,
    align: 'right',
    sort: id,
    text: (row) => integer(value(row)),
    figure: (row) => ({ value: value(row), places: 0, unit: 'lines' }),
  });
  return [
    { id: 'file', header: 'File', width: 220, sort: 'file', text: (row) => row.file_name },
    { id: 'kind', header: 'Kind', width: 140, sort: 'kind', text: (row) => choiceKind(row.kind).title },
    { id: 'company', header: 'Company', width: 80, sort: 'company', text: (row) => row.company_code },
    { id: 'by', header: 'By', width: 84, sort: 'by', text: (row) => row.user_name },
    { id: 'at', header: 'Applied', width: 110, text: (row) => moment(row.applied_at_ms, now_ms) },
    count('lines', 'Lines', ({ counts }) => counts.lines),
    count('created', 'New', ({ counts }) => counts.created),
    count('changed', 'Changed', ({ counts }) => counts.changed + counts.outside),
    count('unchanged', 'As they were', ({ counts }) => counts.unchanged),
    count('quarantined', 'Quarantined', ({ counts }) => counts.quarantined),
    {
      id: 'tie',
      header: 'Tied to',
      width: 230,
      text: (row) => row.tie.map(({ label, source }) => `${label} ${groupedFigure(source, 0)}`).join(', ') || '–',
    },
  ];
}
