/** Cells and headers that are more than text. */
import type { CustomCellRendererProps, CustomHeaderProps } from 'ag-grid-react';
import { ArrowDown, ArrowUp, ChevronDown, ChevronRight, Lock } from 'lucide-react';
import { createContext, useContext, useEffect } from 'react';
import type { GridColumn, GridSort, SortableColumn } from './columns.ts';
import styles from './grid.module.css';

/** How rows nest. Levels count from 0. */
export interface GridTree<Row> {
  level(row: Row): number;
  foldable(row: Row): boolean;
  open(row: Row): boolean;
  onFold(row: Row, open: boolean): void;
}

/** What cells and headers follow without their column being defined anew. */
export interface GridState {
  readonly tree: GridTree<unknown> | undefined;
  readonly sort: GridSort | undefined;
  onSort(column: SortableColumn): void;
}
export const GridStateContext = createContext<GridState>({ tree: undefined, sort: undefined, onSort: () => undefined });

interface ColumnParams<Row> {
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

export function HeaderCell<Row>({ eGridHeader, column_definition }: CustomHeaderProps<Row> & ColumnParams<Row>) {
  const { sort, onSort } = useContext(GridStateContext);
  const sorted = sort !== undefined && sort.column === column_definition.sort ? sort : undefined;
  const state = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
  const sorts = column_definition.sort !== undefined;
  useEffect(() => {
    if (!sorts) return;
    const say = (): void => {
      if (eGridHeader.getAttribute('aria-sort') !== state) eGridHeader.setAttribute('aria-sort', state);
    };
    say();
    // AG Grid knows nothing of our sorting and removes the attribute whenever it refreshes a header.
    const observer = new MutationObserver(say);
    observer.observe(eGridHeader, { attributes: true, attributeFilter: ['aria-sort'] });
    return () => observer.disconnect();
  }, [eGridHeader, sorts, state]);
  const Arrow = sorted?.descending ? ArrowDown : ArrowUp;
  return (
    <div
      className={`${styles['head']} ${column_definition.align === 'right' ? styles['headRight'] : ''} ${column_definition.sort ? styles['headSorts'] : ''}`}
      title={column_definition.help}
      onClick={column_definition.sort ? () => onSort(column_definition) : undefined}
    >
      {sorted ? <Arrow size={11} strokeWidth={2.5} aria-hidden="true" /> : null}
      {column_definition.lockedFor ? <Lock size={11} aria-hidden="true" /> : null}
      <span>{column_definition.header}</span>
      {column_definition.lockedFor ? (
        <span className={styles['heard']}>, for {column_definition.lockedFor}</span>
      ) : null}
    </div>
  );
}
