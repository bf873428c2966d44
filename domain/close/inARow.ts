/** Titles of tasks in a sentence: some hold commas themselves ('Billed, not received'), so they are parted by semicolons. */
export function inARow(titles: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const rest = titles.length > most ? ` and ${titles.length - most} more` : '';
  return `${titles.slice(0, most).join('; ')}${rest}`;
}
