/** Mouse and keyboard on the grid: one range of cells, folding, drilling. The focused cell is the range's anchor. */
import type { CellFocusedEvent, GridApi } from 'ag-grid-community';
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import type { GridProps } from './GridSurface.tsx';
import { focusCell } from './keepingPlace.ts';
import type { CellPosition, CellRange } from './range.ts';

interface Latest<Row> extends GridProps<Row> {
  readonly rowCount: () => number;
}

export function useGridRange<Row>({
  api,
  box,
  latest,
  onChange,
  onGoTo,
  onCopyWithHeaders,
  onType,
}: {
  readonly api: GridApi<Row> | null;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly latest: RefObject<Latest<Row>>;
  /** `select` takes other cells instead. */
  readonly onChange: (range: CellRange | null, select: (range: CellRange) => void) => void;
  readonly onGoTo: () => void;
  readonly onCopyWithHeaders: () => void;
  /** A digit, or F2 (null), on a row; true = it is taken. */
  readonly onType: (row: number, digit: string | null) => boolean;
}) {
  const range = useRef<CellRange | null>(null);
  const dragging = useRef(false);
  /** Of which the grid has still to tell that the focus came to it. */
  const ahead = useRef<CellPosition | null>(null);
  /** The row the screen believes to have the focus. */
  const told = useRef<Row | undefined>(undefined);

  const set = (next: CellRange | null): void => {
    range.current = next;
    onChange(next, set);
  };
  const extendTo = (head: CellPosition): void => {
    const anchor = range.current?.anchor;
    if (!anchor) return;
    if (range.current && isSame(range.current.head, head)) return;
    set({ anchor, head });
    api?.ensureIndexVisible(head.row);
    api?.ensureColumnVisible(head.column);
  };

  useEffect(() => {
    const stop = (): void => {
      dragging.current = false;
    };
    window.addEventListener('mouseup', stop);
    return () => window.removeEventListener('mouseup', stop);
  }, []);

  /**
   * The row that is seen there, undefined while it is not read. The screen may know newer rows already: what is done is done to
   * what stands under the hand.
   */
  const rowSeen = (index: number): Row | undefined => api?.getDisplayedRowAtIndex(index)?.data;

  const onCellFocused = (event: CellFocusedEvent<Row>): void => {
    const column = typeof event.column === 'string' ? event.column : event.column?.getColId();
    if (event.rowIndex === null || column === undefined || event.rowPinned) {
      set(null);
      return;
    }
    const position = { row: event.rowIndex, column };
    const isKnown = ahead.current !== null && isSame(ahead.current, position);
    ahead.current = null;
    // what was done since the focus came there stays
    if (!isKnown || range.current === null || !isSame(range.current.anchor, position)) {
      set({ anchor: position, head: position });
    }
    if (!isKnown) told.current = undefined;
    tell(position);
  };

  /** Other rows may stand there than when the focus came. */
  const tell = ({ row: index }: CellPosition): void => {
    const row = rowSeen(index);
    if (row === undefined || row === told.current) return;
    told.current = row;
    latest.current.onFocusRow?.(row);
  };

  const fold = (position: CellPosition, key: string): boolean => {
    const { tree, columns } = latest.current;
    const row = rowSeen(position.row);
    if (!tree || row === undefined || position.column !== columns[0]?.id) return false;
    const foldable = tree.foldable(row);
    if (key === 'ArrowRight') {
      if (!foldable || tree.open(row)) return false;
      tree.onFold(row, true);
      return true;
    }
    if (foldable && tree.open(row)) {
      tree.onFold(row, false);
      return true;
    }
    for (let index = position.row - 1; index >= 0; index--) {
      const above = rowSeen(index);
      if (above === undefined) return true;
      if (tree.level(above) < tree.level(row)) {
        api?.ensureIndexVisible(index);
        api?.setFocusedCell(index, position.column);
        return true;
      }
    }
    return true;
  };

  /**
   * The grid tells of a new focus a moment later, on a busy machine much later: what is done before that, a key or a
   * paste, is meant for the cell it was done on, and not for the one before.
   */
  const caughtUp = (target: EventTarget): CellRange | null => {
    const at = cellAt(target);
    if (at && !(range.current && isSame(range.current.anchor, at))) {
      ahead.current = at;
      set({ anchor: at, head: at });
    }
    if (at) tell(at);
    return range.current;
  };

  const onFocus = (event: FocusEvent<HTMLDivElement>): void => {
    if (isCell(event.target)) caughtUp(event.target);
  };

  const onKeyDownCapture = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (!api || event.altKey) return;
    if (!isCell(event.target)) {
      // on a tick box or a link in a cell letters are the screen's too
      if (/^[a-z]$/i.test(event.key)) flushSync(() => caughtUp(event.target));
      return;
    }
    // the screen's own keys hear of this press after us: by then they know the row
    const current = flushSync(() => caughtUp(event.target));
    if (!current) return;
    if (act(event, current)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const act = (event: KeyboardEvent<HTMLDivElement>, current: CellRange): boolean => {
    if (!api) return false;
    const { rowCount, onDrill, onTogether, onWorking, tree } = latest.current;
    const ids = api.getAllDisplayedColumns().map((column) => column.getColId());
    const row = rowSeen(current.anchor.row);
    const held = event.ctrlKey || event.metaKey;
    if (event.shiftKey) {
      const screenful = Math.max(1, api.getLastDisplayedRowIndex() - api.getFirstDisplayedRowIndex() - 1);
      const head = stepped(current.head, { key: event.key, held, screenful }, ids, rowCount());
      if (head) {
        extendTo(head);
        return true;
      }
    }
    const lastColumn = ids.at(-1);
    const firstColumn = ids[0];
    if (held && lastColumn !== undefined && firstColumn !== undefined) {
      switch (event.key.toLowerCase()) {
        case 'a':
          set({ anchor: { row: 0, column: firstColumn }, head: { row: rowCount() - 1, column: lastColumn } });
          return true;
        case 'c':
          if (!event.shiftKey) return false;
          onCopyWithHeaders();
          return true;
        case 'g':
          onGoTo();
          return true;
        case ' ':
          set({ anchor: { ...current.anchor, row: 0 }, head: { ...current.anchor, row: rowCount() - 1 } });
          return true;
      }
    }
    if (!held && (/^[0-9]$/.test(event.key) || event.key === 'F2')) {
      return onType(current.anchor.row, event.key === 'F2' ? null : event.key);
    }
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        return !held && fold(current.anchor, event.key);
      case 'Enter':
        if (event.shiftKey && onTogether) {
          onTogether();
          return true;
        }
        if (row === undefined) return false;
        if (tree?.foldable(row) && !onDrill) tree.onFold(row, !tree.open(row));
        else onDrill?.(row, current.anchor.column);
        return true;
      case ' ':
        if (event.shiftKey && firstColumn !== undefined && lastColumn !== undefined) {
          set({ anchor: { ...current.anchor, column: firstColumn }, head: { ...current.anchor, column: lastColumn } });
          return true;
        }
        if (row !== undefined) onWorking?.(row, current.anchor.column);
        return true;
      case 'Home':
      case 'End': {
        const last = event.key === 'End';
        const to = held ? (last ? rowCount() - 1 : 0) : current.anchor.row;
        const column = held ? current.anchor.column : last ? ids.at(-1) : ids[0];
        if (column === undefined) return false;
        api.ensureIndexVisible(to);
        api.ensureColumnVisible(column);
        focusCell(api, to, column);
        return true;
      }
      case 'Escape':
        if (current.anchor.row === current.head.row && current.anchor.column === current.head.column) return false;
        set({ anchor: current.anchor, head: current.anchor });
        return true;
      default:
        return false;
    }
  };

  const onMouseDownCapture = (event: MouseEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    if (event.target instanceof Element && event.target.closest('[data-fold], a, button')) return;
    const position = cellAt(event.target);
    if (!position) return;
    if (event.shiftKey && range.current) {
      event.preventDefault();
      event.stopPropagation();
      extendTo(position);
    }
    dragging.current = true;
  };

  /** Told here and now: the grid tells of it a moment later, and a key in between would come first. */
  const onDoubleClick = (event: MouseEvent<HTMLDivElement>): void => {
    // twice on a tick box is ticked twice
    if (event.target instanceof Element && event.target.closest('[data-fold], a, button, input')) return;
    const position = cellAt(event.target);
    const row = position && rowSeen(position.row);
    if (position && row) latest.current.onDrill?.(row, position.column);
  };

  const onMouseOver = (event: MouseEvent<HTMLDivElement>): void => {
    if (!dragging.current || event.buttons !== 1) return;
    const position = cellAt(event.target);
    if (position) extendTo(position);
  };

  return {
    onCellFocused,
    caughtUp,
    rowSeen,
    handlers: { onDoubleClick, onFocus, onKeyDownCapture, onMouseDownCapture, onMouseOver },
    focusFirst: () => {
      const first = api?.getAllDisplayedColumns()[0];
      if (first) api?.setFocusedCell(0, first);
    },
    goTo: (row: number) => {
      const column = api?.getFocusedCell()?.column ?? api?.getAllDisplayedColumns()[0];
      if (!api || !column) return;
      api.ensureIndexVisible(row, 'middle');
      focusCell(api, row, column);
    },
    box,
  };
}

function isCell(target: EventTarget): boolean {
  return target instanceof Element && target.classList.contains('ag-cell');
}

function isSame(one: CellPosition, other: CellPosition): boolean {
  return one.row === other.row && one.column === other.column;
}

/** Row and column of the body cell under an element; null elsewhere. */
function cellAt(target: EventTarget): CellPosition | null {
  if (!(target instanceof Element)) return null;
  const cell = target.closest('.ag-cell');
  const row = cell?.closest('.ag-row');
  const column = cell?.getAttribute('col-id');
  const index = Number(row?.getAttribute('row-index'));
  if (!column || !row || !Number.isInteger(index) || row.classList.contains('ag-row-pinned')) return null;
  return { row: index, column };
}

/** Where a key with Shift takes the range's moving corner; null for keys that move nothing. */
export function stepped(
  from: CellPosition,
  { key, held, screenful }: { readonly key: string; readonly held: boolean; readonly screenful: number },
  ids: readonly string[],
  rows: number,
): CellPosition | null {
  const column = ids.indexOf(from.column);
  const toRow = (row: number): CellPosition => ({ ...from, row: Math.max(0, Math.min(rows - 1, row)) });
  const toColumn = (at: number): CellPosition => ({
    ...from,
    column: ids[Math.max(0, Math.min(ids.length - 1, at))] ?? from.column,
  });
  switch (key) {
    case 'ArrowUp':
      return toRow(held ? 0 : from.row - 1);
    case 'ArrowDown':
      return toRow(held ? rows - 1 : from.row + 1);
    case 'ArrowLeft':
      return toColumn(held ? 0 : column - 1);
    case 'ArrowRight':
      return toColumn(held ? ids.length - 1 : column + 1);
    case 'PageUp':
      return toRow(from.row - screenful);
    case 'PageDown':
      return toRow(from.row + screenful);
    case 'Home':
      return held ? { row: 0, column: ids[0] ?? from.column } : toColumn(0);
    case 'End':
      return held ? { row: rows - 1, column: ids.at(-1) ?? from.column } : toColumn(ids.length - 1);
    default:
      return null;
  }
}
