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
