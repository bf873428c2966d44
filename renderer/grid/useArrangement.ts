/** Keeps what a person did to a view's columns. */
import type { GridApi } from 'ag-grid-community';
import { useCallback } from 'react';
import { type ColumnArrangement, usePreference, usePreferenceStore } from '#renderer/shell/preferences.ts';
import { type GridColumn, NO_ARRANGEMENT } from './columns.ts';

/** Returns a function that stores the order and changed widths AG Grid now shows. */
export function useArrangementRecorder<Row>(
  viewId: string,
  columns: readonly GridColumn<Row>[],
  arrangement: ColumnArrangement,
): (api: GridApi<Row>) => void {
  const store = usePreferenceStore();
  return useCallback(
    (api: GridApi<Row>) => {
      const displayed = api.getAllDisplayedColumns();
      const widths = { ...arrangement.widths };
      for (const shown of displayed) {
        const column = columns.find((candidate) => candidate.id === shown.getColId());
        const isFirst = column === columns[0];
        const width = shown.getActualWidth();
        if (column && !isFirst && width !== column.width) widths[column.id] = width;
        if (column && isFirst && column.id in widths) widths[column.id] = width;
      }
      const order = displayed.map((shown) => shown.getColId());
      store.setState((state) => ({
        columns: { ...state.columns, [viewId]: { ...arrangement, order, widths } },
      }));
    },
    [store, viewId, columns, arrangement],
  );
}

/** Shows or hides one column; `reset` takes the view's own arrangement again. */
export function useColumnChoice(viewId: string): {
  readonly arrangement: ColumnArrangement;
  readonly show: (column: string, shown: boolean) => void;
  readonly reset: () => void;
} {
  const store = usePreferenceStore();
  const arrangement = usePreference((preferences) => preferences.columns[viewId]) ?? NO_ARRANGEMENT;
  return {
    arrangement,
    show: (column, shown) =>
      store.setState((state) => ({
        columns: { ...state.columns, [viewId]: { ...arrangement, shown: { ...arrangement.shown, [column]: shown } } },
      })),
    reset: () =>
      store.setState((state) => {
        const { [viewId]: _dropped, ...columns } = state.columns;
        return { columns };
      }),
  };
}
