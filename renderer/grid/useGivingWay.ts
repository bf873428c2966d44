/** Columns of a view with those left out that give way at the grid's width, and the way the grid says it. */
import { useMemo, useState } from 'react';
import { usePreference } from '#renderer/shell/preferences.ts';
import { type GridColumn, NO_ARRANGEMENT } from './columns.ts';
import { givingWay } from './givingWay.ts';

/** Keep `columns` and `order` stable. `onWidth` is for the grid. */
export function useGivingWay<Row>(
  viewId: string,
  columns: readonly GridColumn<Row>[],
  order: readonly string[],
): { readonly columns: readonly GridColumn<Row>[]; readonly onWidth: (width_px: number) => void } {
  const arrangement = usePreference((preferences) => preferences.columns[viewId]) ?? NO_ARRANGEMENT;
  const [room_px, setRoom] = useState<number | null>(null);
  const shown = useMemo(() => givingWay(columns, order, arrangement, room_px), [columns, order, arrangement, room_px]);
  return { columns: shown, onWidth: setRoom };
}
