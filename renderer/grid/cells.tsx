/** Cells that are more than text, and what cells and headers know of their grid. */
import type { CustomCellRendererProps } from 'ag-grid-react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { createContext, useContext } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { ColumnFilterKind, GridColumn, GridSort, SortableColumn } from './columns.ts';
import styles from './grid.module.css';

/** How rows nest. Levels count from 0. */
export interface GridTree<Row> {
  level(row: Row): number;
  foldable(row: Row): boolean;
  open(row: Row): boolean;
  onFold(row: Row, open: boolean): void;
}

/** What can be done to a column from its header. Columns are named by the grid's own ids. */
export interface ColumnActions {
  readonly sortable: boolean;
  readonly manySorts: boolean;
  sortBy(column: SortableColumn, descending: boolean): void;
  filterKindOf(column: string): ColumnFilterKind | null;
  filterOf(column: string): ColumnFilter | null;
  setFilter(column: string, filter: ColumnFilter | null): void;
  isFirst(column: string): boolean;
  isPinned(column: string): boolean;
  pin(column: string, pinned: boolean): void;
  hide(column: string): void;
  fit(column: string): void;
  /** One place to the left (-1) or right (1). */
  move(column: string, by: -1 | 1): void;
}

const NO_ACTIONS: ColumnActions = {
  sortable: false,
  manySorts: false,
  sortBy: () => undefined,
  filterKindOf: () => null,
  filterOf: () => null,
  setFilter: () => undefined,
  isFirst: () => false,
  isPinned: () => false,
  pin: () => undefined,
  hide: () => undefined,
  fit: () => undefined,
  move: () => undefined,
};

/** What cells and headers follow without their column being defined anew. */
export interface GridState {
  readonly tree: GridTree<unknown> | undefined;
  readonly sorts: readonly GridSort[];
  onSort(column: SortableColumn, add: boolean): void;
  readonly actions: ColumnActions;
}
export const GridStateContext = createContext<GridState>({
  tree: undefined,
  sorts: [],
  onSort: () => undefined,
  actions: NO_ACTIONS,
});

export interface ColumnParams<Row> {
  readonly column_definition: GridColumn<Row>;
}

export function ContentCell<Row>({ data, column_definition }: CustomCellRendererProps<Row> & ColumnParams<Row>) {
  if (!data) return null;
  return <div className={styles['content']}>{column_definition.cell?.(data) ?? column_definition.text(data)}</div>;
}

/** The first column of a tree: indent 14 px a level, chevron, label. */
export function TreeCell<Row>({ data, node, column_definition }: CustomCellRendererProps<Row> & ColumnParams<Row>) {
  const { tree } = useContext(GridStateContext);
  if (!data) return null;
  const pinned = node.rowPinned !== null && node.rowPinned !== undefined;
  const foldable = !pinned && (tree?.foldable(data) ?? false);
  const open = foldable && (tree?.open(data) ?? false);
  return (
    <div className={styles['content']} style={{ paddingLeft: (tree && !pinned ? tree.level(data) : 0) * 14 }}>
      {tree ? (
        <span
          className={styles['chevron']}
          data-fold={foldable ? '' : undefined}
          aria-hidden="true"
          onClick={foldable ? () => tree.onFold(data, !open) : undefined}
        >
          {foldable ? open ? <ChevronDown size={14} /> : <ChevronRight size={14} /> : null}
        </span>
      ) : null}
      {column_definition.cell?.(data) ?? column_definition.text(data)}
      {foldable ? <span className={styles['heard']}>{open ? ', open' : ', folded'}</span> : null}
    </div>
  );
}
