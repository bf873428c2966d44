/** Keeps what a person did to a view's columns. */
import type { Column, GridApi } from 'ag-grid-community';
import { useCallback, useMemo } from 'react';
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

/** What a person can do to one column of a view, or to all of them. */
export interface ColumnChoice {
  readonly arrangement: ColumnArrangement;
  readonly show: (column: string, shown: boolean) => void;
  /** To the left, beside the first column. */
  readonly pin: (column: string, pinned: boolean) => void;
  readonly reorder: (order: readonly string[]) => void;
  /** The view's own arrangement again. */
  readonly reset: () => void;
}

export function useColumnChoice(viewId: string): ColumnChoice {
  const store = usePreferenceStore();
  const arrangement = usePreference((preferences) => preferences.columns[viewId]) ?? NO_ARRANGEMENT;
  return useMemo(() => {
    const change = (part: Partial<ColumnArrangement>): void =>
      store.setState((state) => ({ columns: { ...state.columns, [viewId]: { ...arrangement, ...part } } }));
    return {
      arrangement,
      show: (column, shown) => change({ shown: { ...arrangement.shown, [column]: shown } }),
      pin: (column, pinned) => {
        const others = arrangement.pinned.filter((id) => id !== column);
        change({ pinned: pinned ? [...others, column] : others });
      },
      reorder: (order) => change({ order }),
      reset: () =>
        store.setState((state) => {
          const { [viewId]: _dropped, ...columns } = state.columns;
          return { columns };
        }),
    };
  }, [store, viewId, arrangement]);
}
