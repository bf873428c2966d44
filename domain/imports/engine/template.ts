/** The file a person may start from: one column a field, named by the field, with a few example rows. */
import type { ImportKind } from './kind.ts';

export function templateCsv(kind: Pick<ImportKind, 'fields' | 'examples'>): string {
  return [kind.fields.map((field) => field.name), ...kind.examples].map((cells) => `${csvRow(cells)}\n`).join('');
}

/** Only cells that need it stand in quotes. */
export function csvRow(cells: readonly string[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(text: string): string {
  return /["\r\n,]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A cell that a spreadsheet would run as a formula leaves with an apostrophe before it; numbers leave as they are. */
export function spreadsheetSafe(text: string): string {
  return /^[=@\t\r]|^[+-](?![\d.,' ]*$)/.test(text) ? `'${text}` : text;
}

/** What left by spreadsheetSafe, as it was. */
export function fromSpreadsheet(text: string): string {
  return text.startsWith("'") && spreadsheetSafe(text.slice(1)) === text ? text.slice(1) : text;
}
