/** Text as a field of a CSV file that people open in a spreadsheet. */

/** Text that a spreadsheet takes for a formula. */
export function runsInSpreadsheet(value: string): boolean {
  return /^[=+\-@\t\r]/.test(value);
}

const NEEDS_QUOTES = /[",\r\n\t']/;

/** With an apostrophe before what a spreadsheet would run, and in quotes where it has to be. */
export function csvText(text: string): string {
  const safe = runsInSpreadsheet(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
