/** Our columns as AG Grid's column definitions. */
import type { CellClassParams, ColDef, SuppressHeaderKeyboardEventParams } from 'ag-grid-community';
import type { ColumnArrangement } from '#renderer/shell/preferences.ts';
import { ContentCell, TreeCell } from './cells.tsx';
import { arrangedColumns, columnWidth, type GridColumn, type SortableColumn } from './columns.ts';
import styles from './grid.module.css';
import { HeaderCell } from './HeaderCell.tsx';
import type { RangeBounds } from './range.ts';

/** The selected rectangle and the displayed column order, as the cells' class rules read them. */
export interface ShownRange {
  bounds: RangeBounds | null;
  columnIds: readonly string[];
  /** One cell alone is shown by its focus ring only. */
  single: boolean;
}

export function columnDefinitions<Row>(
  columns: readonly GridColumn<Row>[],
  arrangement: ColumnArrangement,
  options: {
    readonly hasTree: boolean;
    readonly firstWidth_px: number;
    readonly range: ShownRange;
    readonly onSort: (column: SortableColumn, add: boolean) => void;
    readonly isCurrent: (row: Row) => boolean;
  },
): ColDef<Row>[] {
  const { range } = options;
  const inside = (params: CellClassParams<Row>): { row: number; column: number } | null => {
    const { bounds } = range;
    const row = params.node.rowIndex;
    if (!bounds || range.single || row === null || params.node.rowPinned) return null;
    const column = range.columnIds.indexOf(params.column.getColId());
    return row >= bounds.top && row <= bounds.bottom && column >= bounds.left && column <= bounds.right
      ? { row, column }
      : null;
  };
  const rule = (name: string, test: (params: CellClassParams<Row>) => boolean) => [styles[name] ?? name, test] as const;
  const classRules = Object.fromEntries([
    rule('current', ({ data, node }) => data !== undefined && !node.rowPinned && options.isCurrent(data)),
    rule('inRange', (params) => inside(params) !== null),
    rule('rangeTop', (params) => inside(params)?.row === range.bounds?.top && range.bounds !== null),
    rule('rangeBottom', (params) => inside(params)?.row === range.bounds?.bottom && range.bounds !== null),
    rule('rangeLeft', (params) => inside(params)?.column === range.bounds?.left && range.bounds !== null),
    rule('rangeRight', (params) => inside(params)?.column === range.bounds?.right && range.bounds !== null),
  ]);

  return arrangedColumns(columns, arrangement).map((column, index): ColDef<Row> => {
    const first = index === 0;
    const tree = first && options.hasTree;
    return {
      colId: column.id,
      headerName: column.header,
      width: first ? options.firstWidth_px : columnWidth(column, arrangement),
      minWidth: 40,
      lockPinned: true,
      pinned: first || arrangement.pinned.includes(column.id) ? ('left' as const) : null,
      ...(first ? { lockPosition: 'left' as const } : {}),
      sortable: false,
      suppressMovable: first,
      valueGetter: ({ data }) => (data === undefined ? '' : column.text(data)),
      ...(tree || column.cell ? { cellRenderer: tree ? TreeCell : ContentCell } : {}),
      cellRendererParams: { column_definition: column },
      headerComponent: HeaderCell,
      headerComponentParams: { column_definition: column },
      cellClass: ({ data }) =>
        [
          column.align === 'right' ? styles['right'] : '',
          column.lockedFor ? styles['locked'] : column.tinted ? styles['tinted'] : '',
          data === undefined ? '' : (styles[column.tone?.(data) ?? ''] ?? ''),
        ].filter((name): name is string => Boolean(name)),
      cellClassRules: classRules,
      suppressHeaderKeyboardEvent: ({ event }: SuppressHeaderKeyboardEventParams<Row>) => {
        if (event.key !== 'Enter' || !column.sort) return false;
        options.onSort(column, event.shiftKey);
        return true;
      },
    };
  });
}
