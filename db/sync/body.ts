/** Bodies as they arrive: zstd or plain, in lines, never waiting for ever. */
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createZstdDecompress } from 'node:zlib';
import { WireFailure } from './failure.ts';

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** One line holds one row or one block of columns; a longer one is none of ours. */
const MAX_LINE_CHARACTERS = 32 * 1024 * 1024;

/** The body's bytes, decompressed. Some fetches decompress by themselves, so the bytes decide, not the header. */
async function* plainChunks(response: Response): AsyncGenerator<Buffer> {
  if (!response.body) return;
  const source = Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>);
  const iterator: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (head.length < ZSTD_MAGIC.length && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  };
  if (head.length >= ZSTD_MAGIC.length && head.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC)) {
    const incoming = Readable.from(rest());
    const unpacked = createZstdDecompress();
    incoming.on('error', (error) => unpacked.destroy(error));
    incoming.pipe(unpacked);
    try {
      for await (const chunk of unpacked) yield chunk as Buffer;
    } finally {
      incoming.destroy();
    }
  } else {
    yield* rest();
  }
}

/**
 * Complete lines, a block at a time, without their line ends. An unfinished last line is a broken answer; so is more than
 * `max_bytes` unpacked, however little it was on its way.
 */
export async function* bodyLines(response: Response, max_bytes: number): AsyncGenerator<string[]> {
  let size = 0;
  // an unfinished line stays in pieces: adding each chunk to it would copy a long line over and over
  let left: string[] = [];
  let left_characters = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of plainChunks(response)) {
    size += chunk.length;
    if (size > max_bytes) throw new WireFailure('broken_answer', 'The answer is too large.');
    const text = decoder.decode(chunk, { stream: true });
    const last = text.lastIndexOf('\n');
    if (last < 0) {
      left.push(text);
      left_characters += text.length;
    } else {
      const lines = (left.join('') + text.slice(0, last)).split('\n');
      left = [text.slice(last + 1)];
      left_characters = text.length - last - 1;
      yield lines;
    }
    if (left_characters > MAX_LINE_CHARACTERS)
      throw new WireFailure('broken_answer', 'A line of the answer is too long.');
  }
  if (left.join('').trim() !== '') throw new WireFailure('unreachable', 'The answer was cut short.');
}

/** The whole body as JSON; `max_bytes` bounds what is kept. */
export async function bodyJson(response: Response, max_bytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of plainChunks(response)) {
    size += chunk.length;
    if (size > max_bytes) throw new WireFailure('broken_answer', 'The answer is too large.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new WireFailure('broken_answer', 'The answer is no JSON.');
  }
}

/** The whole body as it is: bytes of a file may look packed and are not unpacked. */
export async function bodyBytes(response: Response, most: number): Promise<Buffer> {
  if (!response.body) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>)) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > most) throw new WireFailure('broken_answer', 'The answer is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
