/** What makes an order line of a file the same line when the file comes again: its invoice, and its place within it. */
import { invoiceOf } from './orderLine.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';

/** A line as it travels. `problem` = the record could not be split into the header's columns; `raw` is then its text. */
export interface OrderSourceLine {
  readonly line_number: number;
  /** The invoice cell as it was read, '' when there is none. */
  readonly invoice: string;
  readonly ordinal: number;
  readonly fields: readonly string[];
  readonly raw?: string | undefined;
  readonly problem?: string | undefined;
}

/** Counts lines per invoice; refused lines count, so that a later correction finds its place. */
export function lineNumberer(invoicePosition: number): (record: SourceRecord) => OrderSourceLine {
  const counts = new Map<string, number>();
  return (record) => {
    const named = invoiceOf(record.fields, invoicePosition);
    // The cells of a line with broken quotes may hold half a quoted text: such a number is not trusted.
    const invoice = record.problem !== null && named.includes('"') ? '' : named;
    const ordinal = (counts.get(invoice) ?? 0) + 1;
    counts.set(invoice, ordinal);
    return importLine(record, invoice, ordinal);
  };
}

/** The server refuses any field this long; the line travels cut, so that it cannot block the ones around it. */
const MAX_LINE_CHARS = 1_000_000;
const MAX_RAW_CHARS = 100_000;
const MAX_BROKEN_FIELDS = 1000;

export function importLine(record: SourceRecord, invoice: string, ordinal: number): OrderSourceLine {
  const { line_number, fields } = record;
  const chars = fields.reduce((sum, field) => sum + field.length, 0);
  if (chars > MAX_LINE_CHARS) return tooLong(record, invoice, ordinal);
  if (record.problem === null) return { line_number, invoice, ordinal, fields };
  return {
    line_number,
    invoice,
    ordinal,
    fields: fields.slice(0, MAX_BROKEN_FIELDS),
    raw: record.raw.slice(0, MAX_RAW_CHARS),
    problem: record.problem,
  };
}

function tooLong(record: SourceRecord, invoice: string, ordinal: number): OrderSourceLine {
  return {
    line_number: record.line_number,
    invoice,
    ordinal,
    fields: record.fields.slice(0, MAX_BROKEN_FIELDS).map((field) => field.slice(0, 200)),
    raw: record.fields.join('\t').slice(0, MAX_RAW_CHARS),
    problem: `The line is longer than ${MAX_LINE_CHARS.toLocaleString('en-GB')} characters.`,
  };
}
