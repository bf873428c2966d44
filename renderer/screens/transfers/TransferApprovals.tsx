/** The tab of transfers: the grid with its views, columns and files. */
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { TransferRow } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridSort } from '#renderer/grid/columns.ts';
import { settingOf } from '#renderer/grid/gridViews.ts';
import { GridTools } from '#renderer/grid/GridTools.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { SelectionFacts } from '#renderer/grid/SelectionFacts.tsx';
import { ScreenFrame } from '#renderer/shell/ScreenFrame.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { transferColumns } from './transferColumns.tsx';
import { transferAt } from './transferPlace.ts';
import { TransfersView } from './TransfersView.tsx';

const SHOWS = [
  { value: 'open', label: 'Open' },
  { value: 'over', label: 'Over' },
] as const;
type Show = (typeof SHOWS)[number]['value'];
const SHOW_IDS = SHOWS.map(({ value }) => value);

export function TransferApprovals({ tabs }: { readonly tabs: ReactNode }) {
  const { company } = useWorkplace();
  const [location] = useLocation();
  const [named] = useState(() => transferAt(location));
  const [show, setShow] = useState<Show>('open');
  const [sorts, setSorts] = useState<readonly GridSort[]>([]);
  const [filters, setFilters] = useState<readonly ColumnFilter[]>([]);
  const [shown, setShown] = useState<readonly TransferRow[] | null>(null);
  const [summary, setSummary] = useState<RangeSummary | null>(null);
  const args = useMemo(() => ({ company_id: company.id, show }), [company.id, show]);
  const { data } = useAsk('transfers', args);
  const columns = useMemo(() => transferColumns(show), [show]);
  const viewIdOf = (of: Show): string => `transfers-${of}`;
  const choose = (next: Show): void => {
    setShow(next);
    setShown(null);
  };
  return (
    <ScreenFrame
      title="Approvals"
      subtitle={company.name}
      headerRight={tabs}
      tools={
        <>
          <SegmentedControl label="Transfers" options={SHOWS} value={show} onChange={choose} />
          <GridTools<TransferRow>
            viewId={viewIdOf(show)}
            columns={columns}
            views={{
              screen: 'transfers',
              screenName: 'Transfers',
              // whoever comes for one transfer sees it, whatever the view they open with leaves out
              opens: named === null,
              viewIdOf: (settings) => viewIdOf(settingOf(settings, 'show', SHOW_IDS) ?? 'open'),
              state: { sort: sorts, filters, settings: { show } },
              onApply: ({ sort, filters: kept, settings }) => {
                choose(settingOf(settings, 'show', SHOW_IDS) ?? 'open');
                setSorts(sort);
                setFilters(kept);
              },
            }}
            files={{
              asked: {
                query: 'transfers',
                args,
                ...(shown === null ? {} : { keys: shown.map((each) => each.id) }),
              },
            }}
          />
        </>
      }
      facts={
        <SelectionFacts summary={summary}>
          {data ? (
            <span>
              {shown !== null && shown.length < data.rows.length
                ? `${integer(shown.length)} of ${counted(data.total_rows, 'transfer')}`
                : counted(data.total_rows, 'transfer')}{' '}
              · {integer(data.provenance.elapsed_ms)} ms
            </span>
          ) : null}
        </SelectionFacts>
      }
    >
      <TransfersView
        key={show}
        show={show}
        named={named}
        columns={columns}
        sorts={sorts}
        onSorts={setSorts}
        filters={filters}
        onFilters={setFilters}
        shown={shown}
        onShown={setShown}
        onSelection={setSummary}
      />
    </ScreenFrame>
  );
}
