/** A column of a spreadsheet, pasted onto the rows of a grid. */
import type { GridColumn } from './columns.ts';
import type { RangeBounds } from './range.ts';

export interface Pasted<Row> {
  readonly row: Row;
  readonly text: string;
}

const MOST_PASTED = 2000;
/** Group rows stand between the rows that take a value. */
const ROWS_BETWEEN = 200;

/**
 * The first column of what was copied; its empty cells are kept, for they belong to rows too. A cell that holds a line break or a
 * tab comes in quotes from spreadsheets: it is one value, or all below it would land a row too low. The break becomes a space.
 */
export function pastedColumn(text: string): readonly string[] {
  const values: string[] = [];
  let rest = text.replaceAll('\r\n', '\n');
  while (rest !== '' && values.length < MOST_PASTED) {
    const quoted = QUOTED.exec(rest);
    const cell = quoted?.[0] ?? /^[^\t\n]*/.exec(rest)?.[0] ?? '';
    const value = quoted ? (quoted[1] ?? '').replaceAll('""', '"').replace(/[\t\n]+/g, ' ') : cell;
    values.push(value.trim());
    rest = rest.slice(cell.length);
    // cells to the right are passed over, those that hold a break as well
    while (rest.startsWith('\t')) {
      const right = rest.slice(1);
      rest = right.slice((QUOTED.exec(right)?.[0] ?? /^[^\t\n]*/.exec(right)?.[0] ?? '').length);
    }
    rest = rest.slice(1);
  }
  while (values.at(-1) === '') values.pop();
  return values;
}

/** A cell in quotes with a break or a tab in it; quotes around anything else are the cell's own. */
const QUOTED = /^"((?:[^"]|"")*[\t\n](?:[^"]|"")*)"(?=[\t\n]|$)/;

/** One value for each row that can be typed over, from the selection on; of several selected rows to the last of them. */
export async function pasteOnto<Row>(
  grid: {
    readonly columns: readonly GridColumn<Row>[];
    readonly rowKey: (row: Row) => string;
    readonly readRows: (most: number) => Promise<readonly Row[]>;
    readonly onPaste?: (pasted: readonly Pasted<Row>[]) => void;
  },
  bounds: RangeBounds | null,
  /** The first row it is pasted on, as it is seen: by the time the rows are read newer ones may have put it elsewhere. */
  on: Row | undefined,
  values: readonly string[],
): Promise<void> {
  const edit = grid.columns.find((each) => each.edit !== undefined)?.edit;
  if (edit === undefined || bounds === null) return;
  const { top, bottom } = bounds;
  const rows = await grid.readRows(top === bottom ? top + values.length + ROWS_BETWEEN : bottom + 1);
  const from = on === undefined ? top : rows.findIndex((row) => grid.rowKey(row) === grid.rowKey(on));
  if (from < 0) return;
  const to = top === bottom ? rows.length : from + bottom - top + 1;
  const taking = rows.slice(from, to).filter((row) => edit.start(row) !== null);
  const pasted = taking.slice(0, values.length).map((row, at) => ({ row, text: values[at] ?? '' }));
  grid.onPaste?.(pasted.filter(({ text }) => text !== ''));
}
