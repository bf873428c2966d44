/** What a header's menu does: to the person's arrangement, to the order of rows, to what is seen of them. */
import type { GridApi } from 'ag-grid-community';
import { useMemo } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { ColumnActions } from './cells.tsx';
import type { GridColumn, GridSort } from './columns.ts';
import { useColumnChoice } from './useArrangement.ts';

export function useColumnActions<Row>({
  api,
  viewId,
  columns,
  onSorts,
  manySorts,
  filters,
  onFilters,
}: {
  readonly api: GridApi<Row> | null;
  readonly viewId: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly onSorts: ((sorts: readonly GridSort[]) => void) | undefined;
  readonly manySorts: boolean;
  readonly filters: readonly ColumnFilter[];
  readonly onFilters: ((filters: readonly ColumnFilter[]) => void) | undefined;
}): ColumnActions {
  const choice = useColumnChoice(viewId);
  return useMemo<ColumnActions>(() => {
    const kindOf = (id: string) => columns.find((column) => column.id === id)?.filter ?? null;
    const nameOf = (id: string) => kindOf(id)?.column ?? id;
    return {
      sortable: onSorts !== undefined,
      manySorts,
      sortBy: (column, descending) => {
        if (column.sort !== undefined) onSorts?.([{ column: column.sort, descending }]);
      },
      filterKindOf: (id) => (onFilters ? kindOf(id) : null),
      filterOf: (id) => filters.find((filter) => filter.column === nameOf(id)) ?? null,
      setFilter: (id, filter) => {
        const others = filters.filter((each) => each.column !== nameOf(id));
        onFilters?.(filter ? [...others, filter] : others);
      },
      isFirst: (id) => columns[0]?.id === id,
      isPinned: (id) => choice.arrangement.pinned.includes(id),
      pin: choice.pin,
      hide: (id) => choice.show(id, false),
      fit: (id) => api?.autoSizeColumns([id]),
      move: (id, by) => {
        const shown = api?.getAllDisplayedColumns().map((column) => column.getColId()) ?? [];
        const to = shown.indexOf(id) + by;
        // The first column stays first.
        if (to < 1 || to >= shown.length) return;
        api?.moveColumns([id], to);
        choice.reorder(api?.getAllDisplayedColumns().map((column) => column.getColId()) ?? shown);
      },
    };
  }, [api, columns, onSorts, manySorts, filters, onFilters, choice]);
}
