/**
 * A table as CSV for a spreadsheet: amounts and quantities as exact decimals, dates as ISO text, rates in percent, and
 * text that a spreadsheet would run as a formula with an apostrophe before it.
 */
import { csvText } from '../csvText.ts';
import { formatDecimal } from '../decimal.ts';
import type { Cell, CellKind, Column, TableColumn } from './table.ts';

/** Titles, with the end of the line. */
export function csvHead(columns: readonly TableColumn[]): string {
  return `${columns.map(({ title, kind }) => csvText(titleOf(title, kind))).join(',')}\r\n`;
}

/** One row, with the end of the line. */
export function csvLine(columns: readonly TableColumn[], row: readonly Cell[]): string {
  return `${columns.map(({ kind }, at) => csvCell(row[at] ?? null, kind)).join(',')}\r\n`;
}

export function csvOfRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    csvLine(
      columns,
      columns.map(({ value }) => value(row)),
    ),
  );
  return csvHead(columns) + lines.join('');
}

/** A plain number does not say that it is a percentage. */
function titleOf(title: string, { kind }: CellKind): string {
  return kind === 'percent' && !title.includes('%') ? `${title}, %` : title;
}

export function csvCell(value: Cell, kind: CellKind): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return csvText(value);
  switch (kind.kind) {
    case 'decimal':
      return formatDecimal({ units: BigInt(value), places: kind.places });
    case 'percent':
      return formatDecimal({ units: BigInt(value), places: 2 });
    case 'moment':
      return new Date(value).toISOString();
    default:
      return String(value);
  }
}
