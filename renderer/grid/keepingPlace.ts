/** Where a person is in a grid: kept on the same rows when other rows come above or below them. */
import type { GridApi } from 'ag-grid-community';
import type { BlockSource, Followed } from './blocks.ts';
import type { CellRange } from './range.ts';

/** The selected cells, so that they can be selected again where their rows went. */
export interface RangeKeeper {
  readonly range: CellRange | null;
  readonly select: (range: CellRange) => void;
}

/**
 * The rows to find again. The first keeps its place on the screen: the selected row while it is in view, else the
 * uppermost; a selection out of view is found too.
 */
export function anchorsOf<Result, Row>(
  source: Pick<BlockSource<Result, Row>, 'row'>,
  rowKey: (row: Row) => string,
  range: CellRange | null,
  top: number,
  bottom: number,
): readonly Followed[] {
  const followed = (row: number): readonly Followed[] => {
    const found = source.row(row);
    return found === undefined ? [] : [{ key: rowKey(found), row }];
  };
  if (range === null) return followed(top);
  const selected = followed(range.anchor.row);
  return range.anchor.row >= top && range.anchor.row <= bottom ? selected : [...followed(top), ...selected];
}

/** This row becomes the uppermost in view. */
export function scrollTo<Row>(grid: GridApi<Row>, row: number): void {
  grid.ensureIndexVisible(Math.max(0, row), 'top');
}

/** The same cells, where their rows are now. */
export function followRange<Row>(grid: GridApi<Row>, keeper: RangeKeeper, kept: CellRange, by: number): void {
  const moved: CellRange = {
    anchor: { ...kept.anchor, row: kept.anchor.row + by },
    head: { ...kept.head, row: kept.head.row + by },
  };
  if (document.activeElement?.closest('.ag-root')) grid.setFocusedCell(moved.anchor.row, moved.anchor.column);
  keeper.select(moved);
}
