/** A grid over rows that are all here: small tables, dialogs, screens whose query is not paged. */
import type { GridApi, GridOptions } from 'ag-grid-community';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { integer } from '#renderer/format/numbers.ts';
import { EmptyByFilter } from '#renderer/ui/States.tsx';
import { filtersByName } from './columnFilterWords.ts';
import type { GridSort } from './columns.ts';
import { type GridProps, GridSurface } from './GridSurface.tsx';
import { focusCell } from './keepingPlace.ts';
import { filteredRows, sortedRows, withFilterKinds } from './memoryRows.ts';

const NO_SORTS: readonly GridSort[] = [];

export function MemoryGrid<Row>({
  rows,
  grows,
  partial = false,
  sortsRows = false,
  onShown,
  arriveAtKey = null,
  ...props
}: GridProps<Row> & {
  readonly rows: readonly Row[];
  readonly grows?: boolean;
  /** More rows follow elsewhere: to order or narrow those at hand would mislead. */
  readonly partial?: boolean;
  /** The screen keeps the orders, in a view for instance, and the rows are put in order here. */
  readonly sortsRows?: boolean;
  /** Told the rows that are left of them, in their order: what a screen counts and lets out as a file. Keep it stable. */
  readonly onShown?: (rows: readonly Row[]) => void;
  /** Of who comes from another screen: the row the focus goes to once, as soon as it is here. */
  readonly arriveAtKey?: string | null;
}) {
  const [ownSorts, setOwnSorts] = useState<readonly GridSort[]>([]);
  const [ownFilters, setOwnFilters] = useState<readonly ColumnFilter[]>([]);
  const filters = props.filters ?? ownFilters;
  const onFilters = props.onFilters ?? setOwnFilters;
  // A tree's rows belong together: narrowing some of them away would leave children without their parents.
  const narrows = props.tree === undefined && !partial;
  const columns = useMemo(
    () => (narrows ? withFilterKinds(props.columns, rows) : props.columns),
    [narrows, props.columns, rows],
  );
  const keepsSorts = !props.onSort && !props.onSorts;
  const sorts = keepsSorts ? ownSorts : sortsRows ? (props.sorts ?? ownSorts) : NO_SORTS;
  const shown = useMemo(() => {
    const kept = narrows ? filteredRows(rows, columns, filters) : rows;
    return sorts.length > 0 ? sortedRows(kept, columns, sorts) : [...kept];
  }, [narrows, rows, columns, filters, sorts]);
  useEffect(() => onShown?.(shown), [onShown, shown]);
  const model = useMemo<GridOptions<Row>>(() => ({ rowData: shown }), [shown]);
  const [grid, setGrid] = useState<GridApi<Row> | null>(null);
  const arrived = useRef(arriveAtKey === null);
  const { rowKey } = props;
  useEffect(() => {
    if (arrived.current || grid === null || grid.isDestroyed()) return;
    const at = shown.findIndex((row) => rowKey(row) === arriveAtKey);
    const [first] = grid.getAllDisplayedColumns();
    if (at < 0 || first === undefined) return;
    arrived.current = true;
    grid.ensureIndexVisible(at, 'middle');
    focusCell(grid, at, first);
  }, [grid, shown, rowKey, arriveAtKey]);
  const emptied = rows.length > 0 && shown.length === 0;
  return (
    <GridSurface<Row>
      {...props}
      filterColumns={columns}
      {...(keepsSorts ? { sorts: ownSorts, onSorts: setOwnSorts } : {})}
      {...(narrows ? { filters, onFilters } : {})}
      model={model}
      sample={shown}
      onReady={setGrid}
      rowAt={(index) => shown[index]}
      rowCount={() => shown.length}
      readRows={(most) => Promise.resolve(shown.slice(0, most))}
      filteredWords={`${integer(shown.length)} of ${integer(rows.length)} rows`}
      overlay={
        props.overlay ??
        (emptied ? (
          <EmptyByFilter
            title={`No rows match ${filters.length === 1 ? 'this filter' : `these ${filters.length} filters`}`}
            text={`${integer(rows.length)} rows without.`}
            filters={filtersByName(columns, filters, onFilters)}
            onClearAll={() => onFilters([])}
          />
        ) : null)
      }
      {...(grows ? { grows } : {})}
    />
  );
}
