import type { GridPlace } from '#renderer/grid/GridSurface.tsx';

/** Where the focus begins; null where there is no line. */
export function firstPlace(
  rows: readonly { readonly key: string }[],
  columns: readonly { readonly id: string }[],
): GridPlace | null {
  const [row] = rows;
  const [column] = columns;
  return row && column ? { key: row.key, columnId: column.id } : null;
}
