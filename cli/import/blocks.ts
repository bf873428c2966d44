/** Records → numbered blocks of lines with their identity. */
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
