/** Months in a file: 2026-10, 2026/10, 10.2026, 202610, or a day of the month. */

/** Column names that say a month, in normalised form. */
export const MONTH_NAMES = [
  'month',
  'period',
  'yearmonth',
  'postingperiod',
  'monat',
  'periode',
  'buchungsperiode',
  'mois',
  'maand',
  'mes',
  'mese',
  'periodo',
] as const;

/** yyyymm; null = it is no month. */
export function monthOfText(text: string): number | null {
  const trimmed = text.trim();
  const first =
    /^(?<year>\d{4})[-/.]?(?<month>\d{2})(?:[-/.]\d{2})?$/.exec(trimmed) ??
    /^(?:\d{1,2}[-/.])?(?<month>\d{1,2})[-/.](?<year>\d{4})$/.exec(trimmed);
  const month = Number(first?.groups?.['month']);
  const year = Number(first?.groups?.['year']);
  if (!(month >= 1 && month <= 12 && year >= 1900 && year <= 2999)) return null;
  return year * 100 + month;
}

export function monthProblem(text: string): string | null {
  return monthOfText(text) === null ? `“${text.slice(0, 40)}” is no month. Write it as 2026-10.` : null;
}
