/** Where a person is in a grid: kept on the same rows when other rows come above or below them. */
import type { Column, GridApi } from 'ag-grid-community';
import { BLOCK_ROWS, type BlockSource, type Followed } from './blocks.ts';
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

/** The rows in view, those that are only drawn above and below left out; the first screenful before there is a grid. */
export function rowsInView<Row>(grid: GridApi<Row> | null): { readonly top: number; readonly bottom: number } {
  if (grid === null || grid.isDestroyed()) return { top: 0, bottom: 40 };
  const height_px = grid.getGridOption('rowHeight') ?? 26;
  const { top, bottom } = grid.getVerticalPixelRange();
  return { top: Math.ceil(top / height_px), bottom: Math.max(0, Math.floor(bottom / height_px) - 1) };
}

/**
 * Scrolls by whole rows, so that what was in view stands where it stood. Again before the next frames are drawn: the grid
 * puts itself back where it was while its rows and totals are exchanged.
 */
export function scrollByRows<Row>(grid: GridApi<Row>, root: Element | null, rows: number): void {
  const viewport = root?.querySelector('.ag-grid-viewport');
  if (!viewport) return;
  const to_px = viewport.scrollTop + rows * (grid.getGridOption('rowHeight') ?? 26);
  const place = () => {
    if (!grid.isDestroyed()) viewport.scrollTop = to_px;
  };
  place();
  requestAnimationFrame(place);
  afterDrawing(place);
}

/** So many frames a row out of view may take until it is drawn. */
const MOST_FRAMES = 60;

/** The page's focus goes to a cell. A row out of view is drawn some frames later: only then can it take the focus. */
export function focusCell<Row>(grid: GridApi<Row>, row: number, column: string | Column): void {
  grid.setFocusedCell(row, column);
  let frames = 0;
  const look = () => {
    if (grid.isDestroyed()) return;
    const at = grid.getFocusedCell();
    // somebody went elsewhere meanwhile
    if (at && at.rowIndex !== row) return;
    if (nothingFocused()) grid.setFocusedCell(row, column);
    frames += 1;
    // the focus may rest on a row that is about to go: a second look tells
    if (frames < 3 || (nothingFocused() && frames < MOST_FRAMES)) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function afterDrawing(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(run));
}

function nothingFocused(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** The same cells, where their rows are now; `has_focus`: the page's focus was on them. */
export function followRange<Row>(
  grid: GridApi<Row>,
  keeper: RangeKeeper,
  kept: CellRange,
  by: number,
  has_focus: boolean,
): void {
  const moved: CellRange = {
    anchor: { ...kept.anchor, row: kept.anchor.row + by },
    head: { ...kept.head, row: kept.head.row + by },
  };
  if (has_focus) focusCell(grid, moved.anchor.row, moved.anchor.column);
  keeper.select(moved);
}

/** A row that was focused before it was read is drawn anew when it comes, and the page's focus would go with the old one. */
export function keepFocus<Row>(grid: GridApi<Row> | null, startRow: number): void {
  if (grid === null || grid.isDestroyed()) return;
  const at = grid.getFocusedCell();
  // none at all before the first rows were drawn
  if (!at || at.rowPinned) return;
  if (at.rowIndex >= startRow && at.rowIndex < startRow + BLOCK_ROWS) {
    afterDrawing(() => {
      if (!grid.isDestroyed() && nothingFocused()) grid.setFocusedCell(at.rowIndex, at.column);
    });
  }
}
