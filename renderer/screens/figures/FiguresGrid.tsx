/** A pivot as a grid: groups over what they unfold into, the total pinned, and what is said while there are no rows. */
import { errorMessage } from '#renderer/client/callError.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import type { GridColumn, GridSort } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import type { RangeSummary } from '#renderer/grid/range.ts';
import { Empty, ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import type { FigureColumn, FigureRow } from './pivotRows.ts';
import type { Working } from './useFigureTable.ts';

export function FiguresGrid({
  label,
  viewId,
  columns,
  periods,
  rows,
  total,
  tree,
  unfolds,
  sorts,
  onSorts,
  currentKey,
  onDrill,
  onWorking,
  onFocusRow,
  onSelection,
  answered,
  error,
  onRetry,
  empty,
}: {
  readonly label: string;
  readonly viewId: string;
  readonly columns: readonly GridColumn<FigureRow>[];
  readonly periods: readonly FigureColumn[];
  readonly rows: readonly FigureRow[];
  readonly total: FigureRow | null;
  readonly tree: GridTree<FigureRow>;
  /** Rows of the first level are groups of others. */
  readonly unfolds: boolean;
  readonly sorts: readonly GridSort[];
  readonly onSorts: (sorts: readonly GridSort[]) => void;
  readonly currentKey: string | null;
  readonly onDrill: (row: FigureRow, columnId: string) => void;
  readonly onWorking: (working: Working) => void;
  readonly onFocusRow?: (row: FigureRow) => void;
  readonly onSelection: (summary: RangeSummary | null) => void;
  readonly answered: boolean;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly empty: { readonly title: string; readonly text: string };
}) {
  return (
    <MemoryGrid<FigureRow>
      label={label}
      viewId={viewId}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      tree={tree}
      rowTone={(row) => (unfolds && row.level === 0 ? 'group' : row.kind === 'other' ? 'quiet' : undefined)}
      totals={total ?? undefined}
      sorts={sorts}
      onSorts={onSorts}
      currentKey={currentKey}
      onDrill={onDrill}
      onWorking={(row, columnId) =>
        onWorking({ key: row.key, column: periods.some((column) => column.id === columnId) ? columnId : null })
      }
      {...(onFocusRow ? { onFocusRow } : {})}
      onSelection={onSelection}
      overlay={
        rows.length > 0 ? null : error && !answered ? (
          <ErrorState title="This view could not be computed" text={errorMessage(error)} onRetry={onRetry} />
        ) : answered ? (
          <Empty title={empty.title} text={empty.text} />
        ) : (
          <LoadingRows rows={14} />
        )
      }
    />
  );
}
