/** An order file opened for reading: its header, a sample for guessing, and all its records from the start. */
import { basename } from 'node:path';
import { looksLikeHeader } from '#domain/imports/orders/guessMap.ts';
import { distinctHeader } from '#domain/imports/orders/orderMap.ts';
import { BinnacleError } from '#contract/errors.ts';
import {
  createRecordReader,
  type Delimiter,
  guessDelimiter,
  type SourceRecord,
  splitLine,
} from '#domain/imports/text/records.ts';
import { fileLines, inspectFile, type InspectedFile } from './source.ts';

export interface OrderFile {
  readonly name: string;
  readonly inspected: InspectedFile;
  readonly delimiter: Delimiter;
  /** Distinct column names. */
  readonly header: readonly string[];
  records(): AsyncGenerator<SourceRecord[]>;
  /** Well-formed records, one in `stride`, at most `limit`. */
  sample(limit: number, stride: number): Promise<string[][]>;
}

/** What makes the first line a header, and an example of what it would name. */
export interface HeaderRule {
  readonly isHeader: (cells: readonly string[]) => boolean;
  readonly example: string;
}
const ORDER_HEADER: HeaderRule = {
  isHeader: looksLikeHeader,
  example: 'no column of an order file, such as InvoiceNo, Quantity or Price',
};

/** Throws BinnacleError when the file is unreadable, empty, binary, or has no header. */
export async function openOrderFile(path: string, rule: HeaderRule = ORDER_HEADER): Promise<OrderFile> {
  const inspected = await inspectFile(path);
  const name = basename(path);
  const { line, number } = await headerLine(inspected);
  const delimiter = guessDelimiter(line);
  const cells = splitLine(line, delimiter);
  if (!cells) throw new BinnacleError('bad_arguments', `The header of ${name} has quotes that do not fit together.`);
  const header = distinctHeader(cells);
  if (!rule.isHeader(header)) {
    throw new BinnacleError('bad_arguments', `${name} has no header: its first line names ${rule.example}.`);
  }
  const records = async function* (): AsyncGenerator<SourceRecord[]> {
    const reader = createRecordReader(delimiter, header.length, number + 1);
    let toSkip = number;
    for await (const lines of fileLines(inspected)) {
      const body = toSkip > 0 ? lines.slice(toSkip) : lines;
      toSkip = Math.max(0, toSkip - lines.length);
      yield reader.take(body);
    }
    yield reader.end();
  };
  return {
    name,
    inspected,
    delimiter,
    header,
    records,
    sample: async (limit, stride) => await sampleOf(records, limit, stride),
  };
}

export async function sampleOf(records: OrderFile['records'], limit: number, stride: number): Promise<string[][]> {
  const taken: string[][] = [];
  let seen = 0;
  for await (const batch of records()) {
    for (const { fields, problem } of batch) {
      if (problem === null && seen++ % stride === 0) taken.push(fields);
      if (taken.length >= limit) return taken;
    }
  }
  return taken;
}

async function headerLine(file: InspectedFile): Promise<{ line: string; number: number }> {
  let number = 0;
  for await (const lines of fileLines(file)) {
    for (const line of lines) {
      number += 1;
      if (line.trim() !== '') return { line, number };
    }
  }
  throw new BinnacleError('bad_arguments', `Cannot read ${file.path}: it holds only blank lines.`);
}
