/**
 * The grid every screen uses, over rows in memory or in blocks: arrangement, tree, range, keys, copy. It knows AG
 * Grid; screens know only this.
 */
import type { GridApi, GridOptions, GridReadyEvent, RowClassParams } from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { usePreference } from '#renderer/shell/preferences.ts';
import { type Printable, usePrintable } from '#renderer/shell/print/printing.ts';
import { useSurroundings } from '#renderer/shell/workplace.ts';
import { GridStateContext, type GridTree } from './cells.tsx';
import { columnDefinitions, type ShownRange } from './columnDefinitions.ts';
import {
  arrangedColumns,
  columnWidth,
  type GridColumn,
  type GridSort,
  NO_ARRANGEMENT,
  nextSorts,
  type SortableColumn,
} from './columns.ts';
import { FiltersInForce } from './FiltersInForce.tsx';
import { fittedWidths, gridTextMeasure } from './fittedWidths.ts';
import styles from './grid.module.css';
import { gridTheme } from './gridTheme.ts';
import { firstRows, printedGrid } from './printedGrid.ts';
import { GoToRow } from './GoToRow.tsx';
import { asTabSeparated, type CellRange, isSingleCell, type RangeSummary, rangeBounds, summarise } from './range.ts';
import { type Pasted, pastedColumn, pasteOnto } from './pastedColumn.ts';
import { useArrangementRecorder } from './useArrangement.ts';
import { useCellEditing } from './useCellEditing.tsx';
import { useColumnActions } from './useColumnActions.ts';
import { useGridRange } from './useGridRange.ts';

export interface GridPlace {
  readonly key: string;
  readonly columnId: string;
}

export interface GridProps<Row> {
  /** Name for screen readers: 'Stock positions'. */
  readonly label: string;
  /** Under this id the person's arrangement of columns is kept. */
  readonly viewId: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly tree?: GridTree<Row>;
  /** 'group' rows are sunk and heavy, 'item' rows heavy in their first column. */
  readonly rowTone?: (row: Row) => 'group' | 'strong' | 'quiet' | undefined;
  readonly totals?: Row | undefined;
  /** One order, for queries that know one. */
  readonly sort?: GridSort | undefined;
  readonly onSort?: (sort: GridSort | undefined) => void;
  /** Several orders, the first above the next (Shift and a click adds one); instead of `sort`. */
  readonly sorts?: readonly GridSort[];
  readonly onSorts?: (sorts: readonly GridSort[]) => void;
  /** What is seen of the columns that have a `filter`. */
  readonly filters?: readonly ColumnFilter[];
  readonly onFilters?: (filters: readonly ColumnFilter[]) => void;
  /** Names what is open in the panel; rows for which `isCurrent` says yes are tinted when it changes. */
  readonly currentKey?: string | null;
  /** The row whose working is open; without it, the row with this key. */
  readonly isCurrent?: ((row: Row) => boolean) | undefined;
  /** Another place to stand on: the focus goes to this row's cell when it changes. */
  readonly goTo?: GridPlace | null;
  /** The width there is for columns, in pixels, whenever it changes. */
  readonly onWidth?: (width_px: number) => void;
  /** Enter and double click: act or drill, with the column they happened in. */
  readonly onDrill?: (row: Row, columnId: string) => void;
  /** Shift and Enter: act on all that is ticked, whatever row has the focus. */
  readonly onTogether?: () => void;
  /** Space: the working behind the row, with the focused column. */
  readonly onWorking?: (row: Row, columnId: string) => void;
  /** The focus came to this row. */
  readonly onFocusRow?: (row: Row) => void;
  readonly onSelection?: (summary: RangeSummary | null) => void;
  /** A column of a spreadsheet was pasted: each value with the row whose figure it is for. */
  readonly onPaste?: (pasted: readonly Pasted<Row>[]) => void;
  /** Instead of rows: loading, empty, error. */
  readonly overlay?: ReactNode;
}

interface SurfaceProps<Row> extends GridProps<Row> {
  /** Row model and data, from MemoryGrid or BlockGrid. */
  readonly model: GridOptions<Row>;
  readonly rowAt: (index: number) => Row | undefined;
  readonly rowCount: () => number;
  readonly onReady?: (api: GridApi<Row>) => void;
  /** Told the selected cells, so that they can be selected again where their rows went. */
  readonly onRange?: (range: CellRange | null, select: (range: CellRange) => void) => void;
  /** Rows to measure figures by; the first of a long answer do. */
  readonly sample: readonly Row[];
  /** Grows with its rows instead of filling its place. */
  readonly grows?: boolean;
  /** The columns with the filters their rows suggest, where the screen's columns say none themselves. */
  readonly filterColumns?: readonly GridColumn<Row>[];
  /** Beside the filters in force: '12 of 40 rows'. */
  readonly filteredWords?: string | null;
  /** The first rows of the view, read when they are not here yet. */
  readonly readRows: (most: number) => Promise<readonly Row[]>;
}

const NO_SORTS: readonly GridSort[] = [];
const NO_FILTERS: readonly ColumnFilter[] = [];

export function GridSurface<Row>(props: SurfaceProps<Row>) {
  const { columns, viewId, tree, sort, onSelection, rowAt } = props;
  const sorts = useMemo(() => props.sorts ?? (sort ? [sort] : NO_SORTS), [props.sorts, sort]);
  const filters = props.filters ?? NO_FILTERS;
  const filterColumns = props.filterColumns ?? columns;
  const { styleNonce } = useSurroundings();
  const density = usePreference((preferences) => preferences.density);
  const chosen = usePreference((preferences) => preferences.columns[viewId]) ?? NO_ARRANGEMENT;
  const { sample, totals } = props;
  const measure = useMemo(() => gridTextMeasure(), []);
  // What the person set wins over what the figures need, and that over the column's own width.
  const arrangement = useMemo(() => {
    const fitted = fittedWidths(columns, totals === undefined ? sample : [...sample, totals], measure);
    return { ...chosen, widths: { ...fitted, ...chosen.widths } };
  }, [chosen, columns, sample, totals, measure]);
  const box = useRef<HTMLDivElement>(null);
  const [api, setApi] = useState<GridApi<Row> | null>(null);
  const [width_px, setWidth] = useState(0);
  const shown = useRef<ShownRange>({ bounds: null, columnIds: [], single: true });
  // Handlers given to AG Grid outlive a render; they read the newest properties here.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const now_px = Math.floor(entry?.contentRect.width ?? 0);
      setWidth(now_px);
      latest.current.onWidth?.(now_px);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const visible = useMemo(() => arrangedColumns(columns, arrangement), [columns, arrangement]);
  const visibleNow = useRef(visible);
  visibleNow.current = visible;
  const first = visible[0];
  // The first column takes what the others leave, so that no empty strip and no needless scroll bar appears.
  const firstWidth_px = useMemo(() => {
    if (!first) return 0;
    const others = visible.slice(1).reduce((sum, column) => sum + columnWidth(column, arrangement), 0);
    const least = columnWidth(first, arrangement);
    return arrangement.widths[first.id] ?? Math.max(least, width_px - others - 12);
  }, [visible, first, arrangement, width_px]);

  const sortsNow = useRef(sorts);
  sortsNow.current = sorts;
  const changeSorts = useCallback((next: readonly GridSort[]) => {
    const { onSorts, onSort } = latest.current;
    if (onSorts) onSorts(next);
    else onSort?.(next[0]);
  }, []);
  const onHeader = useCallback(
    (column: SortableColumn, add: boolean) =>
      changeSorts(nextSorts(column, sortsNow.current, add && latest.current.onSorts !== undefined)),
    [changeSorts],
  );

  const hasTree = tree !== undefined;
  const columnDefs = useMemo(
    () =>
      columnDefinitions(columns, arrangement, {
        hasTree,
        firstWidth_px,
        range: shown.current,
        onSort: onHeader,
        isCurrent: (row) => {
          const { isCurrent, currentKey: key, rowKey } = latest.current;
          return key !== undefined && key !== null && (isCurrent ? isCurrent(row) : key === rowKey(row));
        },
      }),
    [columns, arrangement, hasTree, firstWidth_px, onHeader],
  );

  const summaryOf = useCallback((): RangeSummary | null => {
    const bounds = shown.current.bounds;
    const rows = latest.current.rowCount();
    if (!bounds || bounds.top >= rows) return null;
    const ids = shown.current.columnIds.slice(bounds.left, bounds.right + 1);
    const covered = ids.flatMap((id) => latest.current.columns.filter((column) => column.id === id));
    return summarise(rowsBetween(latest.current.rowAt, bounds.top, Math.min(bounds.bottom, rows - 1)), covered);
  }, []);

  const copyInto = (event: Pick<Event, 'preventDefault'>, clipboard: DataTransfer | null, headers: boolean): void => {
    const { bounds, columnIds } = shown.current;
    if (!bounds || !clipboard || window.getSelection()?.toString()) return;
    const ids = columnIds.slice(bounds.left, bounds.right + 1);
    const covered = ids.flatMap((id) => columns.filter((column) => column.id === id));
    const rows = rowsBetween(rowAt, bounds.top, bounds.bottom);
    clipboard.setData('text/plain', asTabSeparated(rows, covered, headers));
    event.preventDefault();
  };
  const { begin: beginEditing, editor } = useCellEditing(api, box, latest);
  const range = useGridRange({
    api,
    box,
    latest,
    onGoTo: () => setGoingTo(true),
    onType: beginEditing,
    onCopyWithHeaders: () => {
      // The one way to copy that needs no permission of the page. Nothing of it is selected as text, so Chromium asks
      // first whether there is anything to copy, and asks the page and not the cell.
      const willing = (event: Event): void => event.preventDefault();
      const copy = (event: globalThis.ClipboardEvent): void => copyInto(event, event.clipboardData, true);
      document.addEventListener('beforecopy', willing);
      document.addEventListener('copy', copy);
      document.execCommand('copy');
      document.removeEventListener('beforecopy', willing);
      document.removeEventListener('copy', copy);
    },
    onChange: (cells, select) => {
      latest.current.onRange?.(cells, select);
      const ids = api?.getAllDisplayedColumns().map((column) => column.getColId()) ?? [];
      shown.current.columnIds = ids;
      shown.current.bounds = cells ? rangeBounds(cells, ids) : null;
      shown.current.single = cells === null || isSingleCell(cells);
      api?.refreshCells();
      onSelection?.(summaryOf());
    },
  });

  const printable = useMemo<Printable>(
    () => ({
      read: async (most) => printedGrid(latest.current, visibleNow.current, await latest.current.readRows(most)),
      atHand: (most) => printedGrid(latest.current, visibleNow.current, firstRows(latest.current, most)),
    }),
    [],
  );
  usePrintable(printable);
  const pinned = useMemo(() => (totals === undefined ? [] : [totals]), [totals]);
  const recordArrangement = useArrangementRecorder<Row>(viewId, chosen);

  const actions = useColumnActions({
    api,
    viewId,
    columns: filterColumns,
    onSorts: props.onSorts || props.onSort ? changeSorts : undefined,
    manySorts: props.onSorts !== undefined,
    filters,
    onFilters: props.onFilters,
  });
  const state = useMemo(() => ({ tree, sorts, onSort: onHeader, actions }), [tree, sorts, onHeader, actions]);
  const [goingTo, setGoingTo] = useState(false);

  const rowClassRules = useMemo(
    () => ({
      [styles['group'] ?? 'group']: ({ data, node }: RowClassParams<Row>) =>
        data !== undefined && !node.rowPinned && latest.current.rowTone?.(data) === 'group',
      [styles['strongRow'] ?? 'strongRow']: ({ data }: RowClassParams<Row>) =>
        data !== undefined && latest.current.rowTone?.(data) === 'strong',
      [styles['quietRow'] ?? 'quietRow']: ({ data }: RowClassParams<Row>) =>
        data !== undefined && latest.current.rowTone?.(data) === 'quiet',
      [styles['unread'] ?? 'unread']: ({ data }: RowClassParams<Row>) => data === undefined,
    }),
    [],
  );

  const { currentKey, label } = props;
  // AG Grid names itself once; what the grid shows may change later.
  useEffect(() => api?.setGridAriaProperty('label', label), [api, label]);
  useEffect(() => api?.refreshCells(), [api, currentKey]);
  // who comes back to a list sees the row that is open beside it
  useEffect(() => {
    const key = latest.current.currentKey;
    const at = key === undefined || key === null ? null : api?.getRowNode(key)?.rowIndex;
    if (api && at !== null && at !== undefined) api.ensureIndexVisible(at, 'middle');
  }, [api]);
  const { goTo } = props;
  useEffect(() => {
    const at = goTo && api?.getRowNode(goTo.key)?.rowIndex;
    if (!api || !goTo || at === null || at === undefined) return;
    api.ensureIndexVisible(at);
    api.setFocusedCell(at, goTo.columnId);
  }, [api, goTo]);
  // A column that stays but says something else now is not painted again by AG Grid itself.
  useEffect(() => api?.refreshCells({ force: true }), [api, columnDefs]);

  return (
    <GridStateContext value={state}>
      {filters.length > 0 && props.onFilters ? (
        <FiltersInForce
          columns={filterColumns}
          filters={filters}
          onFilters={props.onFilters}
          words={props.filteredWords ?? null}
        />
      ) : null}
      <div
        ref={box}
        className={`${styles['grid']} ${props.grows ? styles['grows'] : ''}`}
        data-keys=""
        data-density={density}
        onCopy={(event) => copyInto(event, event.clipboardData, false)}
        onPaste={(event) => {
          const values = pastedColumn(event.clipboardData.getData('text/plain'));
          if (!props.onPaste || event.target instanceof HTMLInputElement || values.length === 0) return;
          event.preventDefault();
          range.caughtUp(event.target);
          const { bounds } = shown.current;
          void pasteOnto(latest.current, bounds, bounds ? range.rowSeen(bounds.top) : undefined, values);
        }}
        {...range.handlers}
      >
        <AgGridReact<Row>
          {...props.model}
          theme={gridTheme}
          {...(styleNonce ? { styleNonce } : {})}
          {...(props.grows ? { domLayout: 'autoHeight' as const } : {})}
          columnDefs={columnDefs}
          maintainColumnOrder={false}
          getRowId={({ data }) => latest.current.rowKey(data)}
          rowHeight={density === 'dense' ? 26 : 32}
          headerHeight={28}
          rowClassRules={rowClassRules}
          pinnedBottomRowData={pinned}
          suppressNoRowsOverlay
          suppressCellFocus={false}
          // Arrow keys move within the grid; Tab leaves it, however many cells there are.
          tabToNextCell={() => false}
          suppressDragLeaveHidesColumns
          animateRows={false}
          suppressColumnMoveAnimation
          scrollbarWidth={10}
          ensureDomOrder={false}
          onGridReady={(event: GridReadyEvent<Row>) => {
            setApi(event.api);
            props.onReady?.(event.api);
          }}
          onCellFocused={range.onCellFocused}
          onColumnResized={(event) => {
            if (event.finished && (event.source === 'uiColumnResized' || event.source === 'autosizeColumns')) {
              recordArrangement(event.api, event.columns ?? []);
            }
          }}
          onColumnMoved={(event) => {
            if (event.finished && event.source === 'uiColumnMoved') recordArrangement(event.api, []);
          }}
          onModelUpdated={() => {
            if (shown.current.bounds) onSelection?.(summaryOf());
          }}
        />
        {editor}
        {props.overlay ? <div className={styles['overlay']}>{props.overlay}</div> : null}
      </div>
      {goingTo ? (
        <GoToRow
          rows={props.rowCount()}
          onGo={(row) => {
            setGoingTo(false);
            // the dialog gives the focus back where it was before; only then may it go to the row
            requestAnimationFrame(() => requestAnimationFrame(() => range.goTo(row)));
          }}
          onClose={() => setGoingTo(false)}
        />
      ) : null}
    </GridStateContext>
  );
}

function rowsBetween<Row>(rowAt: (index: number) => Row | undefined, top: number, bottom: number): (Row | undefined)[] {
  // A range over a whole long list is summed as far as it was read; the summary says what is missing.
  const rows: (Row | undefined)[] = [];
  for (let index = top; index <= Math.min(bottom, top + 20_000); index++) rows.push(rowAt(index));
  return rows;
}
