/** Records of a file as they travel: in blocks well below the request limit of the service, none of them held longer. */
import type { SourceRecord } from '#domain/imports/text/records.ts';
import type { TableFile } from './tableFile.ts';

const BLOCK_CHARS = 120_000;
const BLOCK_LINES = 2000;
const MAX_FIELD_CHARS = 50_000;

export interface SentLine {
  readonly line_number: number;
  readonly fields: readonly string[];
  readonly raw?: string | undefined;
  readonly problem?: string | undefined;
  readonly whole?: boolean | undefined;
}

export async function* blocksOf<L extends SentLine>(
  table: TableFile,
  lineOf: (record: SourceRecord) => L,
): AsyncGenerator<L[]> {
  let lines: L[] = [];
  let chars = 0;
  for await (const batch of table.records()) {
    for (const record of batch) {
      const line = lineOf(record);
      const size = line.fields.reduce((sum, field) => sum + field.length + 3, 40);
      if (lines.length > 0 && (lines.length >= BLOCK_LINES || chars + size > BLOCK_CHARS)) {
        yield lines;
        lines = [];
        chars = 0;
      }
      lines.push(line);
      chars += size;
    }
  }
  if (lines.length > 0) yield lines;
}

/** A line too long for a message travels cut and is refused; it takes no other with it. */
export function sentLine(record: SourceRecord): SentLine {
  const { line_number, fields } = record;
  const chars = fields.reduce((sum, field) => sum + field.length, 0);
  if (chars > MAX_FIELD_CHARS) {
    const cut = fields.slice(0, 100).map((field) => field.slice(0, 100));
    return { line_number, fields: cut, raw: cut.join('\t'), problem: 'The line is longer than 50,000 characters.' };
  }
  if (record.problem === null) return { line_number, fields };
  const { problem, whole } = record;
  return {
    line_number,
    fields: fields.slice(0, 1000),
    raw: record.raw.slice(0, 20_000),
    problem,
    ...(whole ? { whole } : {}),
  };
}
