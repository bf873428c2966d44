/** Our own cell range: where it lies, what it adds up to, how it is copied. Pure; positions are display indexes. */
import { integer, plainNumber, scaled } from '#renderer/format/numbers.ts';
import type { Figure, GridColumn } from './columns.ts';

export interface CellPosition {
  readonly row: number;
  /** Column id. */
  readonly column: string;
}
export interface CellRange {
  readonly anchor: CellPosition;
  readonly head: CellPosition;
}
export interface RangeBounds {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The rectangle of a range over the displayed columns; null when one of its columns is gone. */
export function rangeBounds(range: CellRange, columnIds: readonly string[]): RangeBounds | null {
  const a = columnIds.indexOf(range.anchor.column);
  const b = columnIds.indexOf(range.head.column);
  if (a < 0 || b < 0) return null;
  return {
    top: Math.min(range.anchor.row, range.head.row),
    bottom: Math.max(range.anchor.row, range.head.row),
    left: Math.min(a, b),
    right: Math.max(a, b),
  };
}

export function isSingleCell(range: CellRange): boolean {
  return range.anchor.row === range.head.row && range.anchor.column === range.head.column;
}

/** What the foot bar says about a selection. */
export interface RangeSummary {
  readonly cells: number;
  /** Cells that hold a figure. */
  readonly figures: number;
  readonly sum: string | null;
  readonly average: string | null;
  readonly least: string | null;
  readonly most: string | null;
  /** The common unit; 'mixed' when pieces would be added to kilos, then there is no sum. */
  readonly unit: string | null;
  /** Rows of the range that are not on the screen yet; then there is no sum. */
  readonly unread: number;
}

export function summarise<Row>(rows: readonly (Row | undefined)[], columns: readonly GridColumn<Row>[]): RangeSummary {
  let total = 0n;
  let figures = 0;
  let places = 0;
  let unread = 0;
  let least: Figure | null = null;
  let most: Figure | null = null;
  const units = new Set<string>();
  for (const row of rows) {
    if (row === undefined) {
      unread += 1;
      continue;
    }
    for (const column of columns) {
      const figure = column.figure?.(row);
      if (!figure) continue;
      units.add(figure.unit);
      if (figure.places > places) {
        total *= 10n ** BigInt(figure.places - places);
        places = figure.places;
      }
      total += BigInt(Math.round(figure.value)) * 10n ** BigInt(places - figure.places);
      figures += 1;
      if (!least || majorOf(figure) < majorOf(least)) least = figure;
      if (!most || majorOf(figure) > majorOf(most)) most = figure;
    }
  }
  const unit = units.size > 1 ? 'mixed' : ([...units][0] ?? null);
  const cells = rows.length * columns.length;
  if (figures === 0 || unit === 'mixed' || unread > 0)
    return { cells, figures, sum: null, average: null, least: null, most: null, unit, unread };
  const sum = Number(total);
  return {
    cells,
    figures,
    sum: Number.isSafeInteger(sum) ? shownSum(sum, places) : null,
    average: shownAverage(sum / figures, places),
    least: shownFigure(least),
    most: shownFigure(most),
    unit,
    unread,
  };
}

function majorOf(figure: Figure): number {
  return figure.value / 10 ** figure.places;
}

function shownFigure(figure: Figure | null): string | null {
  return figure ? shownSum(Math.round(figure.value), figure.places) : null;
}

function shownSum(value: number, places: number): string {
  let shown = places;
  while (shown > 0 && value % 10 ** (places - shown + 1) === 0) shown -= 1;
  return scaled(value, places, shown);
}

function shownAverage(value: number, places: number): string {
  const major = value / 10 ** places;
  return Math.abs(major) >= 100 || Number.isInteger(major) ? integer(major) : scaled(Math.round(major * 100), 2, 2);
}

/**
 * Tab-separated text of the range: figures as plain numbers, other text guarded against being run as a formula.
 * `headers` puts the columns' headers above.
 */
export function asTabSeparated<Row>(
  rows: readonly (Row | undefined)[],
  columns: readonly GridColumn<Row>[],
  headers = false,
): string {
  const lines = rows
    .filter((row) => row !== undefined)
    .map((row) => columns.map((column) => cellText(row, column)).join('\t'));
  return (headers ? [columns.map((column) => plainText(column.header)).join('\t'), ...lines] : lines).join('\r\n');
}

function cellText<Row>(row: Row, column: GridColumn<Row>): string {
  const figure = column.figure?.(row);
  if (figure) return plainNumber(figure.value, figure.places);
  return plainText(column.text(row));
}

function plainText(shown: string): string {
  const text = shown
    .replaceAll('\u00A0', ' ')
    .replace(/[\t\r\n]+/g, ' ')
    .trim();
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}
