/** Columns of refused lines that leave for correction: a file's own "invoice" is not mistaken for the line's identity. */

const CLASH_SUFFIX = ' (file)';

export function exportedName(column: string, clashing: ReadonlySet<string>): string {
  return clashing.has(column) || column.endsWith(CLASH_SUFFIX) ? `${column}${CLASH_SUFFIX}` : column;
}

export function importedName(column: string): string {
  return column.endsWith(CLASH_SUFFIX) ? column.slice(0, -CLASH_SUFFIX.length) : column;
}
