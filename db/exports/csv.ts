/**
 * A table as CSV for a spreadsheet: amounts and quantities as exact decimals, dates as ISO text, rates in percent, and
 * text that a spreadsheet would run as a formula with an apostrophe before it.
 */
import { csvText } from '#domain/csvText.ts';
import { formatDecimal } from '#domain/decimal.ts';
import type { Cell, CellKind, Table } from './table.ts';

export async function* csvChunks(table: Table): AsyncGenerator<Buffer> {
  yield Buffer.from(`${table.columns.map(({ title, kind }) => csvText(titleOf(title, kind))).join(',')}\r\n`);
  for await (const block of table.blocks) {
    let lines = '';
    for (const row of block) {
      lines += `${table.columns.map(({ kind }, at) => csvCell(row[at] ?? null, kind)).join(',')}\r\n`;
    }
    yield Buffer.from(lines);
  }
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
