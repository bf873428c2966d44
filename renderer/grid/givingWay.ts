/** Columns that give way where there is no room for all, so that what is worked by stays in view. */
import type { ColumnArrangement } from '#renderer/shell/preferences.ts';
import { columnWidth, type GridColumn, isShown } from './columns.ts';

/** Scroll bar and borders. */
const FRAME_PX = 12;

/**
 * The columns with those hidden that give way, in the order named, until the rest fit into the room. Nobody's own choice is
 * overruled: a column they show themselves stays, and each can be shown. `room_px` null = not known yet.
 */
export function givingWay<Row>(
  columns: readonly GridColumn<Row>[],
  order: readonly string[],
  arrangement: ColumnArrangement,
  room_px: number | null,
): readonly GridColumn<Row>[] {
  if (room_px === null) return columns;
  const [first] = columns;
  let width_px = FRAME_PX;
  for (const column of columns) {
    if (column === first || isShown(column, arrangement)) width_px += columnWidth(column, arrangement);
  }
  const gone = new Set<string>();
  for (const id of order) {
    if (width_px <= room_px) break;
    const column = columns.find((each) => each.id === id);
    if (!column || column === first || column.hidden || arrangement.shown[id] !== undefined) continue;
    gone.add(id);
    width_px -= columnWidth(column, arrangement);
  }
  return gone.size === 0
    ? columns
    : columns.map((column) => (gone.has(column.id) ? { ...column, hidden: true } : column));
}
