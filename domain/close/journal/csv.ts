/**
 * Approved entries as a file an accountant can post, in the layout this product's own import of ledger entries reads: a line
 * an entry's line, the lines of one number together, an entry that takes another back after it with its own number and day.
 * The reference has to be kept in the ledger: by it the entry is found again (docs/JOURNAL.md).
 */
import { csvText } from '../../csvText.ts';
import { minorText } from '../../money.ts';
import type { JournalLine } from './entry.ts';
import { reversalReference } from './reference.ts';

export const JOURNAL_COLUMNS = [
  'company',
  'currency',
  'journal',
  'entry number',
  'booking date',
  'account',
  'debit',
  'credit',
  'reference',
  'text',
] as const;

export interface ExportedEntry {
  readonly company_code: string;
  readonly currency: string;
  /** The code of the company's journal by hand. */
  readonly journal: string;
  readonly reference: string;
  readonly words: string;
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly lines: readonly JournalLine[];
}

/** With a heading, CR LF at the end of each line; amounts as plain decimals, no separators. */
export function journalCsv(entries: readonly ExportedEntry[]): string {
  const rows: (readonly string[])[] = [JOURNAL_COLUMNS];
  for (const entry of entries) {
    rows.push(...linesOf(entry, entry.reference, entry.booked_on, 1));
    if (entry.reverses_on !== null) {
      rows.push(...linesOf(entry, reversalReference(entry.reference), entry.reverses_on, -1));
    }
  }
  return rows.map((row) => `${row.map(csvText).join(',')}\r\n`).join('');
}

function linesOf(
  { company_code, currency, journal, words, lines }: ExportedEntry,
  reference: string,
  day: string,
  sign: 1 | -1,
): readonly (readonly string[])[] {
  return lines.map(({ account, amount_minor, text }) => {
    const units = BigInt(sign * amount_minor);
    const amount = minorText(units < 0n ? -units : units, currency);
    const [debit, credit] = units > 0n ? [amount, ''] : ['', amount];
    const said = `${sign < 0 ? 'Reversal: ' : ''}${words} (${text})`;
    return [company_code, currency, journal, reference, day, account, debit, credit, reference, said];
  });
}
