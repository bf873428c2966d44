/** Saved views and what the screen shows, each as the other. */
import type { GridView, GridViewSetting } from '#contract/queries/gridView.ts';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import type { ColumnArrangement, Density } from '#renderer/shell/preferences.ts';
import type { GridSort } from './columns.ts';

/** The part of a view that the screen itself holds; the grid's arrangement is kept beside it. */
export interface GridViewState {
  readonly sort: readonly GridSort[];
  readonly filters: readonly ColumnFilter[];
  readonly settings: Readonly<Record<string, GridViewSetting>>;
}

/** The screen as it was made. */
export const NO_VIEW_STATE: GridViewState = { sort: [], filters: [], settings: {} };

export function currentView(state: GridViewState, arrangement: ColumnArrangement, density: Density): GridView {
  return {
    columns: {
      order: [...arrangement.order],
      widths: { ...arrangement.widths },
      shown: { ...arrangement.shown },
      pinned: [...arrangement.pinned],
    },
    sort: state.sort.map(({ column, descending }) => ({ column, descending })),
    filters: state.filters.map(copyOf),
    density,
    settings: { ...state.settings },
  };
}

export function stateOf(view: GridView): GridViewState {
  return { sort: view.sort, filters: view.filters, settings: view.settings };
}

/** Equal whatever the order of their keys. */
export function sameView(a: GridView, b: GridView): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function copyOf(filter: ColumnFilter): AskedFilter<string> {
  return askedFilter(filter, filter.column);
}

/** A filter as a query takes it. */
export type AskedFilter<C extends string> =
  | { column: C; op: 'contains' | 'excludes'; value: string }
  | { column: C; op: 'between'; value: { from: number | string | null; to: number | string | null } }
  | { column: C; op: 'in'; value: string[] }
  | { column: C; op: 'blank'; value: boolean };

function askedFilter<C extends string>(filter: ColumnFilter, column: C): AskedFilter<C> {
  switch (filter.op) {
    case 'in':
      return { column, op: 'in', value: [...filter.value] };
    case 'between':
      return { column, op: 'between', value: { ...filter.value } };
    case 'blank':
      return { column, op: 'blank', value: filter.value };
    default:
      return { column, op: filter.op, value: filter.value };
  }
}

/** The filters a query knows; an older view may name columns that are gone. */
export function askedFilters<C extends string>(
  known: readonly C[],
  filters: readonly ColumnFilter[],
): AskedFilter<C>[] {
  return filters.flatMap((filter) => {
    const column = known.find((each) => each === filter.column);
    return column === undefined ? [] : [askedFilter(filter, column)];
  });
}

/** The orders a query knows. */
export function askedSorts<C extends string>(
  known: readonly C[],
  sorts: readonly GridSort[],
): { column: C; descending: boolean }[] {
  return sorts.flatMap((sort) => {
    const column = known.find((each) => each === sort.column);
    return column === undefined ? [] : [{ column, descending: sort.descending }];
  });
}

/** What a saved view says under this name if it is one of the values the screen knows. */
export function settingOf<V extends string>(
  settings: Readonly<Record<string, GridViewSetting>>,
  name: string,
  known: readonly V[],
): V | undefined {
  return known.find((each) => each === settings[name]);
}
