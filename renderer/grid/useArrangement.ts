/** Keeps what a person did to a view's columns. */
import type { Column, GridApi } from 'ag-grid-community';
import { useCallback } from 'react';
import { type ColumnArrangement, usePreference, usePreferenceStore } from '#renderer/shell/preferences.ts';
import { NO_ARRANGEMENT } from './columns.ts';

/** Returns a function that stores the order AG Grid now shows, and the widths of the columns just resized. */
export function useArrangementRecorder<Row>(
  viewId: string,
  chosen: ColumnArrangement,
): (api: GridApi<Row>, resized: readonly Column[]) => void {
  const store = usePreferenceStore();
  return useCallback(
    (api: GridApi<Row>, resized: readonly Column[]) => {
      const order = api.getAllDisplayedColumns().map((column) => column.getColId());
      const widths = { ...chosen.widths };
      for (const column of resized) widths[column.getColId()] = column.getActualWidth();
      store.setState((state) => ({ columns: { ...state.columns, [viewId]: { ...chosen, order, widths } } }));
    },
    [store, viewId, chosen],
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
