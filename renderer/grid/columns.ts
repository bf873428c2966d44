/** What a column is, and how a person's arrangement of a view is laid over its definition. */
import type { ReactNode } from 'react';
import type { ColumnArrangement } from '#renderer/shell/preferences.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

/** A value that can be added up: an integer scaled by 10^places, with its unit ('pcs', 'EUR'). */
export interface Figure {
  readonly value: number;
  readonly places: number;
  readonly unit: string;
}

export interface GridColumn<Row> {
  readonly id: string;
  /** With its unit: 'Value, €'. */
  readonly header: string;
  /** What the column says, where the header is too short for it. */
  readonly help?: string;
  readonly width: number;
  readonly align?: 'left' | 'right';
  /** The query's name for sorting by this column; absent = not sortable. */
  readonly sort?: string;
  /** Figures are looked at from the largest: the first click sorts descending. */
  readonly sortDescendingFirst?: boolean;
  /**
   * The cell as text: shown where there is no `cell`, copied, and compared to decide whether to paint again, so it
   * must change whenever what `cell` draws changes.
   */
  readonly text: (row: Row) => string;
  /** For sums and for pasting numbers; null where this row has none. */
  readonly figure?: (row: Row) => Figure | null;
  readonly cell?: (row: Row) => ReactNode;
  readonly tone?: (row: Row) => 'quiet' | 'bad' | 'strong' | undefined;
  /** A figure that is typed in its cell: one column of a grid at the most. */
  readonly edit?: CellEdit<Row>;
  /** The column the eye starts from, such as the chosen month. */
  readonly tinted?: boolean;
  /** Not shown until chosen. */
  readonly hidden?: boolean;
  /** How rows are narrowed by this column; absent = not at all, or as the rows at hand suggest (MemoryGrid). */
  readonly filter?: ColumnFilterKind;
  /** False for a drawing whose text would say nothing on paper. */
  readonly onPaper?: false;
  /** The role whose column this is, when this user may not see it: 'Finance'. */
  readonly lockedFor?: string;
}

/** What typing over a cell does. What would be kept is said before it is. */
export interface CellEdit<Row> {
  /** What the field begins with; null: nothing is typed over this row. */
  readonly start: (row: Row) => string | null;
  readonly look: (row: Row, text: string) => EditLook;
  /** `reason` is '' where none was asked for. */
  readonly keep: (row: Row, text: string, reason: string) => void;
}

export type EditLook = {
  readonly says: readonly { readonly shape?: MarkShape; readonly words: string }[];
} & ({ readonly kind: 'wrong' } | { readonly kind: 'kept'; readonly asks_reason: boolean });

/** What a column's filter asks for. The filter's column is the grid's, unless `column` names the query's. */
export type ColumnFilterKind = { readonly column?: string } & (
  | { readonly kind: 'text' | 'date' }
  | {
      readonly kind: 'number';
      /** A typed 1.5 is asked as 1.5 × 10^places. */
      readonly places: number;
    }
  | { readonly kind: 'set'; readonly options: readonly { readonly value: string; readonly label: string }[] }
);

/** The part of a column that sorting needs; independent of its rows. */
export type SortableColumn = Pick<GridColumn<never>, 'sort' | 'sortDescendingFirst' | 'align'>;

export interface GridSort {
  readonly column: string;
  readonly descending: boolean;
}

export const NO_ARRANGEMENT: ColumnArrangement = { order: [], widths: {}, shown: {}, pinned: [] };

/** Columns as this person arranged them, hidden ones left out. The first column stays first, pinned ones follow it. */
export function arrangedColumns<Row>(
  columns: readonly GridColumn<Row>[],
  arrangement: ColumnArrangement,
): readonly GridColumn<Row>[] {
  const position = new Map(arrangement.order.map((id, index) => [id, index]));
  const [first, ...rest] = columns;
  if (!first) return [];
  const sorted = rest
    .map((column, index) => ({
      column,
      pinned: arrangement.pinned.includes(column.id),
      at: position.get(column.id) ?? index + 0.5,
    }))
    .toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || a.at - b.at)
    .map(({ column }) => column);
  return [first, ...sorted].filter((column) => column === first || isShown(column, arrangement));
}

export function isShown<Row>(column: GridColumn<Row>, arrangement: ColumnArrangement): boolean {
  return arrangement.shown[column.id] ?? !column.hidden;
}

export function columnWidth<Row>(column: GridColumn<Row>, arrangement: ColumnArrangement): number {
  return arrangement.widths[column.id] ?? column.width;
}

/** Orders that a grid keeps below the first. */
const MOST_SORTS = 4;

/**
 * The orders a click on a header leads to: its natural order, the other one, none. `add` keeps the other columns'
 * orders and puts this one below them.
 */
export function nextSorts(column: SortableColumn, sorts: readonly GridSort[], add: boolean): readonly GridSort[] {
  const name = column.sort;
  if (name === undefined) return sorts;
  const first = column.sortDescendingFirst ?? column.align === 'right';
  const held = sorts.find((sort) => sort.column === name);
  const next: GridSort | null =
    held && (add || sorts.length === 1)
      ? held.descending === first
        ? { column: name, descending: !first }
        : null
      : { column: name, descending: first };
  if (!add) return next ? [next] : [];
  if (held) return sorts.flatMap((sort) => (sort === held ? (next ? [next] : []) : [sort]));
  return next ? [...sorts, next].slice(-MOST_SORTS) : sorts;
}
