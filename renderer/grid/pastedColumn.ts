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

/** The first column of what was copied; its empty cells are kept, for they belong to rows too. */
export function pastedColumn(text: string): readonly string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines.slice(0, MOST_PASTED).map((line) => (line.split('\t')[0] ?? '').trim());
}

/** One value for each row that can be typed over, from the selection on; of several selected rows to the last of them. */
export async function pasteOnto<Row>(
  grid: {
    readonly columns: readonly GridColumn<Row>[];
    readonly readRows: (most: number) => Promise<readonly Row[]>;
    readonly onPaste?: (pasted: readonly Pasted<Row>[]) => void;
  },
  bounds: RangeBounds | null,
  values: readonly string[],
): Promise<void> {
  const edit = grid.columns.find((each) => each.edit !== undefined)?.edit;
  if (edit === undefined || bounds === null) return;
  const { top, bottom } = bounds;
  const rows = await grid.readRows(top === bottom ? top + values.length + ROWS_BETWEEN : bottom + 1);
  const taking = rows.slice(top).filter((row) => edit.start(row) !== null);
  const pasted = taking.slice(0, values.length).map((row, at) => ({ row, text: values[at] ?? '' }));
  grid.onPaste?.(pasted.filter(({ text }) => text !== ''));
}
