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

function copyOf(filter: ColumnFilter): GridView['filters'][number] {
  switch (filter.op) {
    case 'in':
      return { ...filter, value: [...filter.value] };
    case 'between':
      return { ...filter, value: { ...filter.value } };
    default:
      return { ...filter };
  }
}

/** What a saved view says under this name if it is one of the values the screen knows. */
export function settingOf<V extends string>(
  settings: Readonly<Record<string, GridViewSetting>>,
  name: string,
  known: readonly V[],
): V | undefined {
  return known.find((each) => each === settings[name]);
}
