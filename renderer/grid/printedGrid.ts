/** A grid's rows as text for paper. */
import type { PrintedGrid, PrintedRow } from '#renderer/shell/print/printing.ts';
import type { GridTree } from './cells.tsx';
import type { GridColumn } from './columns.ts';

export function printedGrid<Row>(
  grid: {
    readonly label: string;
    readonly tree?: GridTree<Row>;
    readonly rowTone?: (row: Row) => 'group' | 'strong' | 'quiet' | undefined;
    readonly totals?: Row | undefined;
    readonly rowCount: () => number;
  },
  shown: readonly GridColumn<Row>[],
  rows: readonly Row[],
): PrintedGrid {
  const columns = shown.filter((column) => column.onPaper !== false);
  const row = (each: Row, tone: PrintedRow['tone'], level: number): PrintedRow => ({
    // A fold mark says what a click does; paper has no clicks.
    cells: columns.map((column) => column.text(each).replace(/\s*▾$/, '')),
    level,
    tone,
  });
  return {
    label: grid.label,
    columns: columns.map((column) => ({ header: column.header, right: column.align === 'right' })),
    rows: [
      ...rows.map((each) => row(each, grid.rowTone?.(each) ?? null, grid.tree?.level(each) ?? 0)),
      ...(grid.totals === undefined ? [] : [row(grid.totals, 'total', 0)]),
    ],
    total_rows: grid.rowCount(),
  };
}

/** From the top, up to the first that is not read yet. */
export function firstRows<Row>(
  grid: { readonly rowCount: () => number; readonly rowAt: (index: number) => Row | undefined },
  most: number,
): Row[] {
  const rows: Row[] = [];
  const count = Math.min(most, grid.rowCount());
  for (let index = 0; index < count; index++) {
    const row = grid.rowAt(index);
    if (row === undefined) break;
    rows.push(row);
  }
  return rows;
}
