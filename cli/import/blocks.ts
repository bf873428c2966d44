/** Records → numbered blocks of lines with their identity: invoice, and ordinal within it in file order. */
import { invoiceOf } from '#domain/imports/orders/orderLine.ts';
import { type ImportLine, MAX_IMPORT_BLOCK_LINES, type OrderImportBlock } from '#contract/wire/imports.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';

/** A block closes early at this size, so that long texts cannot outgrow the server's limit. */
const MAX_BLOCK_CHARS = 8 * 1024 * 1024;

/** `toLine` gives a record its identity. */
export async function* blocksOf(
  records: AsyncIterable<readonly SourceRecord[]>,
  toLine: (record: SourceRecord) => ImportLine,
): AsyncGenerator<OrderImportBlock> {
  let lines: ImportLine[] = [];
  let chars = 0;
  let block = 1;
  for await (const batch of records) {
    for (const record of batch) {
      const line = toLine(record);
      lines.push(line);
      for (const field of line.fields) chars += field.length;
      if (lines.length < MAX_IMPORT_BLOCK_LINES && chars < MAX_BLOCK_CHARS) continue;
      yield { block: block++, lines };
      lines = [];
      chars = 0;
    }
  }
  if (lines.length > 0) yield { block, lines };
}

/** Counts lines per invoice; refused lines count, so that a later correction finds its place. */
export function lineNumberer(invoicePosition: number): (record: SourceRecord) => ImportLine {
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

export function importLine(record: SourceRecord, invoice: string, ordinal: number): ImportLine {
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

function tooLong(record: SourceRecord, invoice: string, ordinal: number): ImportLine {
  return {
    line_number: record.line_number,
    invoice,
    ordinal,
    fields: record.fields.slice(0, MAX_BROKEN_FIELDS).map((field) => field.slice(0, 200)),
    raw: record.fields.join('\t').slice(0, MAX_RAW_CHARS),
    problem: `The line is longer than ${MAX_LINE_CHARS.toLocaleString('en-GB')} characters.`,
  };
}
