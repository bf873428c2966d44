/** A file the person chose, read where it lies: CSV plain or gzip, or a workbook's first sheet. It is streamed, never held. */
import { BANK_HEADER, BANK_MAP } from '#domain/imports/bank/statementRecords.ts';
import {
  type BankFormat,
  bankFormatOf,
  createBankFileReader,
  encodingOf,
  HEAD_CHARS,
} from '#domain/imports/bank/readBankFile.ts';
import { UnreadableBankFile } from '#domain/imports/bank/unreadable.ts';
import type { PartialColumnMap } from '#domain/imports/engine/field.ts';
import { distinctHeader } from '#domain/imports/orders/orderMap.ts';
import { createRecordReader, guessDelimiter, type SourceRecord, splitLine } from '#domain/imports/text/records.ts';
import { sheetNames } from './sheetNames.ts';
import { type Unpacked, unpackedSize } from './unpacked.ts';

export interface TableFile {
  readonly name: string;
  readonly bytes: number;
  /** Lines below the header, as far as they can be told without reading records. */
  readonly lines: number;
  readonly header: readonly string[];
  /** Said where it was guessed: 'Latin-1' for a file that is not UTF-8. */
  readonly read_as: string | null;
  /** A bank's own file: what it is, how its columns are to be read, and what a person should know of it. */
  readonly bank: {
    readonly format: BankFormat;
    readonly map: PartialColumnMap;
    readonly notes: readonly string[];
  } | null;
  records(): AsyncGenerator<readonly SourceRecord[]>;
}

/** A sentence for the person who chose the file. */
export class UnreadableFile extends Error {}

const GZIP = [0x1f, 0x8b];
const ZIP = [0x50, 0x4b];
/** A workbook is read into memory whole. */
const MAX_WORKBOOK_BYTES = 30 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
/** A sheet, its drawings and what they refer to are parts. */
const MAX_PARTS = 10_000;
/** Cells may all refer to one long text, which is held once; what is made of them is not. */
const MAX_CHARACTERS = 200_000_000;
/** Empty ones between filled ones counted in: a row says where its last cell stands, however far to the right. */
const MAX_CELLS = 10_000_000;
/** In search of the first that has rows. */
const MAX_SHEETS = 20;
/** All texts of the workbook are read again for each. */
const MAX_READ_BYTES = 600 * 1024 * 1024;
const ENCODING_WORDS: Readonly<Record<string, string>> = {
  'windows-1252': 'Latin-1',
  'iso-8859-15': 'Latin-9',
  'iso-8859-2': 'Latin-2',
  'windows-1250': 'Windows-1250',
};
const LINES_AT_ONCE = 2000;
const LONGEST_LINE = 1_000_000;

/** Throws UnreadableFile when it is empty, binary, or has no header. */
export async function openTableFile(file: File): Promise<TableFile> {
  if (file.size === 0) throw new UnreadableFile(`${file.name} is empty.`);
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const beginsWith = (bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  if (beginsWith(ZIP)) return await openWorkbook(file);
  return await openText(file, beginsWith(GZIP));
}

/** Records from all over the file, for guessing the columns. */
export async function sampleOf(table: TableFile, limit: number): Promise<string[][]> {
  const stride = Math.max(1, Math.floor(table.lines / limit));
  const taken: string[][] = [];
  let seen = 0;
  for await (const batch of table.records()) {
    for (const { fields, problem } of batch) {
      if (problem === null && seen++ % stride === 0) taken.push(fields);
      if (taken.length >= limit) return taken;
    }
  }
  return taken;
}

async function openText(file: File, gzip: boolean): Promise<TableFile> {
  const { encoding, lines, head } = await inspect(file, gzip);
  const format = bankFormatOf(head);
  if (format) return await openBankFile(file, gzip, format, encoding);
  const first = await headerLine(file, gzip, encoding);
  const delimiter = guessDelimiter(first.text);
  const cells = splitLine(first.text, delimiter);
  if (!cells) throw new UnreadableFile(`The header of ${file.name} has quotes that do not fit together.`);
  const header = distinctHeader(cells);
  return {
    name: file.name,
    bytes: file.size,
    lines: Math.max(0, lines - first.number),
    header,
    read_as: encoding === 'windows-1252' ? 'Latin-1' : null,
    bank: null,
    records: async function* () {
      const reader = createRecordReader(delimiter, header.length, first.number + 1);
      let toSkip = first.number;
      for await (const batch of textLines(file, gzip, encoding)) {
        const body = toSkip > 0 ? batch.slice(toSkip) : batch;
        toSkip = Math.max(0, toSkip - batch.length);
        yield reader.take(body);
      }
      yield reader.end();
    },
  };
}

/** Its lines are held: their balances are seen only together. */
async function openBankFile(file: File, gzip: boolean, format: BankFormat, encoding: string): Promise<TableFile> {
  const reader = createBankFileReader(format);
  const decoder = new TextDecoder(encoding);
  try {
    for await (const chunk of chunksOf(byteStream(file, gzip), file.name))
      reader.take(decoder.decode(chunk, { stream: true }));
    reader.take(decoder.decode());
    const { records, notes } = reader.end();
    return {
      name: file.name,
      bytes: file.size,
      lines: records.length,
      header: BANK_HEADER,
      read_as: encoding.startsWith('utf-') ? format : `${format}, ${ENCODING_WORDS[encoding] ?? encoding}`,
      bank: { format, map: BANK_MAP, notes },
      records: async function* () {
        for (let at = 0; at < records.length; at += LINES_AT_ONCE) yield records.slice(at, at + LINES_AT_ONCE);
      },
    };
  } catch (error) {
    throw error instanceof UnreadableBankFile ? new UnreadableFile(`${file.name}: ${error.message}`) : error;
  }
}

function byteStream(file: File, gzip: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  return gzip ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
}

async function* chunksOf<T>(stream: ReadableStream<T>, name: string): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`${name} could not be read to its end: it is damaged, or it changed meanwhile.`);
  } finally {
    reader.releaseLock();
    await stream.cancel().catch(() => undefined);
  }
}

/** Reads the whole file once: its encoding, its lines as an editor counts them. */
async function inspect(file: File, gzip: boolean): Promise<{ encoding: string; lines: number; head: string }> {
  let marked: string | null = null;
  let head = '';
  let utf8: TextDecoder | null = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  let lines = 0;
  let last = 0;
  for await (const chunk of chunksOf(byteStream(file, gzip), file.name)) {
    if (first) marked = encodingByMark(chunk);
    if (first && marked === null && looksBinary(chunk))
      throw new UnreadableFile(`${file.name} holds binary data, not a table. Choose a CSV file or a workbook (.xlsx).`);
    if (head.length < HEAD_CHARS)
      head += new TextDecoder(marked ?? 'windows-1252').decode(chunk.subarray(0, HEAD_CHARS));
    first = false;
    for (const byte of chunk) if (byte === 0x0a) lines += 1;
    last = chunk.at(-1) ?? last;
    utf8 = stillUtf8(utf8, chunk);
  }
  if (first) throw new UnreadableFile(`${file.name} is empty.`);
  utf8 = stillUtf8(utf8, null);
  const encoding = marked ?? encodingOf(head, utf8 !== null);
  return { encoding, lines: last === 0x0a ? lines : lines + 1, head };
}

function encodingByMark(chunk: Uint8Array): string | null {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  return chunk[0] === 0xfe && chunk[1] === 0xff ? 'utf-16be' : null;
}

/** Text has no NUL and hardly any control characters. */
function looksBinary(chunk: Uint8Array): boolean {
  const head = chunk.subarray(0, 4096);
  let control = 0;
  for (const byte of head) if (byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) control += 1;
  return control > head.length / 100;
}

function stillUtf8(decoder: TextDecoder | null, chunk: Uint8Array | null): TextDecoder | null {
  try {
    if (chunk) decoder?.decode(chunk, { stream: true });
    else decoder?.decode();
    return decoder;
  } catch {
    return null;
  }
}

async function* textLines(file: File, gzip: boolean, encoding: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(encoding);
  let rest = '';
  for await (const chunk of chunksOf(byteStream(file, gzip), file.name)) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > LONGEST_LINE)
      throw new UnreadableFile(`${file.name} has a line of more than a million characters, so it is no table.`);
    for (let at = 0; at < pieces.length; at += LINES_AT_ONCE)
      yield pieces.slice(at, at + LINES_AT_ONCE).map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function headerLine(file: File, gzip: boolean, encoding: string): Promise<{ text: string; number: number }> {
  let number = 0;
  for await (const batch of textLines(file, gzip, encoding)) {
    for (const text of batch) {
      number += 1;
      if (text.trim() !== '') return { text, number };
    }
  }
  throw new UnreadableFile(`${file.name} holds only blank lines.`);
}

/** The first sheet that has rows; its first filled row is the header. */
async function openWorkbook(file: File): Promise<TableFile> {
  if (file.size > MAX_WORKBOOK_BYTES)
    throw new UnreadableFile(`${file.name} is larger than 30 MB. Save the sheet as CSV; that is read piece by piece.`);
  const archive = await file.arrayBuffer();
  const unpacked = mayUnpack(file.name, archive);
  const { rows, name, sheets } = await filledSheet(file.name, archive, unpacked);
  const [first, ...others] = rows;
  const header = distinctHeader(first?.cells ?? []);
  const records = others.map(({ line_number, cells }): SourceRecord => {
    if (cells.length > header.length)
      return {
        line_number,
        fields: cells,
        problem: 'The row has cells to the right of the header.',
        raw: cells.join('\t'),
      };
    const fields = [...cells, ...Array.from({ length: header.length - cells.length }, () => '')];
    return { line_number, fields, problem: null };
  });
  return {
    name: file.name,
    bytes: file.size,
    lines: records.length,
    header,
    read_as: sheets > 1 ? `sheet “${name}”` : null,
    bank: null,
    records: async function* () {
      yield records;
    },
  };
}

/** Nothing is unpacked before this was asked. */
function mayUnpack(name: string, archive: ArrayBuffer): Unpacked {
  const unpacked = unpackedSize(archive);
  if (!unpacked || unpacked.silent) throw noWorkbook(name);
  if (unpacked.entries > MAX_PARTS)
    throw new UnreadableFile(`${name} has more than 10,000 parts, which no table needs. Save the sheet as CSV.`);
  if (unpacked.bytes > MAX_UNPACKED_BYTES)
    throw new UnreadableFile(
      `${name} is larger than 200 MB once it is unpacked. Save the sheet as CSV; that is read piece by piece.`,
    );
  return unpacked;
}

const noWorkbook = (name: string): UnreadableFile =>
  new UnreadableFile(`${name} is no workbook that can be read. Save it as .xlsx or CSV.`);

/**
 * Of all that a workbook may hold, only the texts, the formats and one sheet at a time are unpacked: what its drawings,
 * pictures, tables and links refer to, and how often, costs nothing.
 */
async function filledSheet(name: string, archive: ArrayBuffer, unpacked: Unpacked) {
  const names = await sheetNames(archive, unpacked);
  if (!names) throw noWorkbook(name);
  const mayTry = Math.max(1, Math.min(names.length, MAX_SHEETS, Math.floor(MAX_READ_BYTES / unpacked.bytes)));
  for (const [nth, sheet] of names.slice(0, mayTry).entries()) {
    const rows = await filledRows(name, archive, nth);
    if (rows.length > 0) return { rows, name: sheet, sheets: names.length };
  }
  throw new UnreadableFile(
    mayTry < names.length
      ? `The first ${mayTry} sheets of ${name} hold nothing, and no more are looked into. Save the one you mean as CSV.`
      : `${name} holds no filled sheet.`,
  );
}

interface FilledRow {
  readonly line_number: number;
  /** Up to the last that is filled. */
  readonly cells: string[];
}

async function filledRows(name: string, archive: ArrayBuffer, sheet: number): Promise<readonly FilledRow[]> {
  const { streamXlsxRows } = await import('hucre/xlsx');
  const rows: FilledRow[] = [];
  let characters = 0;
  let cells_read = 0;
  try {
    for await (const { index, values } of streamXlsxRows(archive, { sheet })) {
      if (!Number.isInteger(index)) throw noWorkbook(name);
      const cells = trimmedEnd(values.map(cellText));
      cells_read += values.length;
      for (const cell of cells) characters += cell.length;
      if (characters > MAX_CHARACTERS || cells_read > MAX_CELLS)
        throw new UnreadableFile(`${name} holds more than can be read at once. Save the sheet as CSV.`);
      if (cells.length > 0) rows.push({ line_number: index + 1, cells });
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : noWorkbook(name);
  }
  return rows;
}

function trimmedEnd(cells: readonly string[]): string[] {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1);
}

/** As it would stand in a CSV file: dates in ISO, numbers plain. */
function cellText(value: string | number | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) return '';
  // a number that no calendar knows, written as a date
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString().slice(0, 10);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).trim();
}
