/** An order file's bytes as decoded lines: plain or gzip (told by its first bytes), UTF-8, UTF-16 or else Latin-1. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { encodingOf, HEAD_CHARS, type SaidEncoding } from '#domain/imports/bank/readBankFile.ts';
import { BinnacleError } from '#contract/errors.ts';

export type Encoding = SaidEncoding | 'utf-16le' | 'utf-16be';

export interface InspectedFile {
  readonly path: string;
  readonly gzip: boolean;
  readonly encoding: Encoding;
  /** Lines as a text editor counts them. */
  readonly lines: number;
  /** Its beginning, by which a bank's file is known. */
  readonly head: string;
}

/** How many lines are handed on at once, at most: bounds memory and the time between two looks at the network. */
const LINES_AT_ONCE = 2000;
/** No line of text is longer; what is would be read again with every chunk, into all of memory. */
const LONGEST_LINE = 16_000_000;
const PREFIX_BYTES = 4096;

/** Reads the whole file once. Throws BinnacleError when it is missing, empty or no text: before anything is sent. */
export async function inspectFile(path: string): Promise<InspectedFile> {
  const gzip = await isGzip(path);
  let encoding: Encoding | null = null;
  let utf8: TextDecoder | null = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let head = '';
  let lines = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of byteStream(path, gzip)) {
    if (bytes === 0) {
      encoding = encodingByMark(chunk);
      if (encoding === null && looksBinary(chunk)) throw unreadable(path, 'it holds binary data, not text');
    }
    if (head.length < HEAD_CHARS)
      head += new TextDecoder(encoding ?? 'windows-1252').decode(chunk.subarray(0, HEAD_CHARS));
    bytes += chunk.length;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
    tail = Buffer.concat([tail, chunk.subarray(-2)]).subarray(-2);
    if (utf8) utf8 = stillUtf8(utf8, chunk);
  }
  if (bytes === 0) throw unreadable(path, 'it is empty');
  if (utf8) utf8 = stillUtf8(utf8, null);
  if (!tail.includes(0x0a)) lines += 1;
  return { path, gzip, encoding: encoding ?? encodingOf(head, utf8 !== null), lines, head };
}

/** The file as decoded text, in pieces that end anywhere. */
export async function* fileText(file: InspectedFile): AsyncGenerator<string> {
  const decoder = new TextDecoder(file.encoding);
  for await (const chunk of byteStream(file.path, file.gzip)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** The file's lines without their ends, in batches. */
export async function* fileLines(file: InspectedFile): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(file.encoding);
  let rest = '';
  for await (const chunk of byteStream(file.path, file.gzip)) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw unreadable(file.path, 'it has a line of more than 16 million characters');
    for (let at = 0; at < pieces.length; at += LINES_AT_ONCE) {
      yield pieces.slice(at, at + LINES_AT_ONCE).map(withoutCarriageReturn);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutCarriageReturn(rest)];
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'r');
    try {
      if (!(await handle.stat()).isFile()) throw unreadable(path, 'it is not a file');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof BinnacleError) throw error;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

async function* byteStream(path: string, gzip: boolean): AsyncGenerator<Buffer> {
  const bytes = createReadStream(path, { highWaterMark: 256 * 1024 });
  let stream: Readable = bytes;
  if (gzip) {
    const unpacked = createGunzip({ chunkSize: 256 * 1024 });
    bytes.on('error', (error) => unpacked.destroy(error));
    stream = bytes.pipe(unpacked);
  }
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  } finally {
    bytes.destroy();
  }
}

function encodingByMark(chunk: Buffer): Encoding | null {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  return null;
}

/** Text has no NUL and hardly any control characters. A single odd byte further on is one line's problem, not the file's. */
function looksBinary(chunk: Buffer): boolean {
  const prefix = chunk.subarray(0, PREFIX_BYTES);
  let control = 0;
  for (const byte of prefix) if (byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) control += 1;
  return control > prefix.length / 100;
}

function stillUtf8(decoder: TextDecoder, chunk: Buffer | null): TextDecoder | null {
  try {
    if (chunk) decoder.decode(chunk, { stream: true });
    else decoder.decode();
    return decoder;
  } catch {
    return null;
  }
}

function unreadable(path: string, why: string): BinnacleError {
  return new BinnacleError('bad_arguments', `Cannot read ${path}: ${why}.`);
}
