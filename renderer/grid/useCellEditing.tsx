/** Editing in the grid: a digit typed on a row, F2 or a pasted column; the one column with an `edit` takes it. */
import type { GridApi } from 'ag-grid-community';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { CellEditor, type CellPlace } from './CellEditor.tsx';
import type { GridColumn } from './columns.ts';
import type { GridProps } from './GridSurface.tsx';
import { focusCell } from './keepingPlace.ts';

interface Editable<Row> extends GridProps<Row> {
  readonly rowCount: () => number;
}

interface Editing<Row> {
  readonly index: number;
  readonly row: Row;
  readonly column: GridColumn<Row>;
  readonly start: { readonly text: string; readonly typed: boolean };
  readonly place: CellPlace;
}

/** What is said of a figure needs so much room below it. */
const SAID_PX = 150;

export function useCellEditing<Row>(
  api: GridApi<Row> | null,
  box: RefObject<HTMLDivElement | null>,
  latest: RefObject<Editable<Row>>,
) {
  const [editing, setEditing] = useState<Editing<Row> | null>(null);
  const reason = useRef('');

  /** False: this row has nothing to type over. */
  const begin = (index: number, typed: string | null): boolean => {
    const column = latest.current.columns.find((each) => each.edit !== undefined);
    const row = api?.getDisplayedRowAtIndex(index)?.data;
    const text = row === undefined ? null : (column?.edit?.start(row) ?? null);
    if (!api || !box.current || column === undefined || row === undefined || text === null) return false;
    if (!api.getColumn(column.id)?.isVisible()) return false;
    api.ensureIndexVisible(index);
    api.ensureColumnVisible(column.id);
    const cell = box.current.querySelector(`.ag-row[row-index="${index}"] .ag-cell[col-id="${column.id}"]`);
    if (!cell) return false;
    const [at, around] = [cell.getBoundingClientRect(), box.current.getBoundingClientRect()];
    setEditing({
      index,
      row,
      column,
      start: { text: typed ?? text, typed: typed !== null },
      place: {
        left: at.left - around.left,
        top: at.top - around.top,
        width: at.width,
        height: at.height,
        above: around.bottom - at.bottom < SAID_PX,
      },
    });
    return true;
  };
  const leave = (to: number): void => {
    if (editing !== null && api) {
      api.ensureIndexVisible(to);
      focusCell(api, to, editing.column.id);
    }
    setEditing(null);
  };
  /** The next row that can be edited; the same where there is none. */
  const below = (index: number): number => {
    const { rowCount, columns } = latest.current;
    const edit = columns.find((each) => each.edit !== undefined)?.edit;
    for (let next = index + 1; next < rowCount(); next++) {
      const row = api?.getDisplayedRowAtIndex(next)?.data;
      if (row === undefined) break;
      if (edit && edit.start(row) !== null) return next;
    }
    return index;
  };
  // the cell moves away under the field
  useEffect(() => {
    const element = box.current;
    if (editing === null || !element) return;
    const close = (): void => setEditing(null);
    element.addEventListener('wheel', close, { passive: true });
    return () => element.removeEventListener('wheel', close);
  }, [editing, box]);

  const editor =
    editing === null || editing.column.edit === undefined ? null : (
      <CellEditor<Row>
        key={editing.index}
        row={editing.row}
        edit={editing.column.edit}
        label={editing.column.header}
        start={editing.start}
        reason={reason.current}
        place={editing.place}
        onKeep={(text, why) => {
          if (why !== '') reason.current = why;
          editing.column.edit?.keep(editing.row, text, why);
          leave(below(editing.index));
        }}
        onLeave={() => leave(editing.index)}
        onGone={() => setEditing(null)}
      />
    );
  return { begin, editor };
}
