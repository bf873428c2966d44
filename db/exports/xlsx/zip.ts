/** A ZIP archive written as it grows: sizes follow each entry, so nothing has to be held until it is known. */
import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { BinnacleError } from '#contract/errors.ts';

export interface ZipEntry {
  readonly path: string;
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

interface Written {
  readonly path: Buffer;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

const METHOD_DEFLATE = 8;
/** Sizes follow the data; names are UTF-8. */
const FLAGS = 0x0008 | 0x0800;
const VERSION = 20;
/** 1 January 1980, the first day a ZIP knows: the same rows make the same file. */
const DOS_DATE = 0x0021;
const MAX_BYTES = 0xffff_ffff;

/** Each entry is written to its end before the next is asked for. */
export async function* zipChunks(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let at = 0;
  const out = (buffer: Buffer): Buffer => {
    at += buffer.length;
    if (at > MAX_BYTES) {
      throw new BinnacleError('too_large', 'That is more than one Excel file holds. Narrow the filter, or take CSV.');
    }
    return buffer;
  };
  for await (const entry of entries) {
    const path = Buffer.from(entry.path);
    const start = at;
    yield out(localHeader(path));
    const sums = { crc: 0, size: 0 };
    const packedFrom = at;
    for await (const packed of deflated(entry.chunks, sums)) yield out(packed);
    const one = { path, crc: sums.crc, packed: at - packedFrom, size: sums.size, at: start };
    yield out(descriptor(one));
    written.push(one);
  }
  const directoryAt = at;
  for (const one of written) yield out(directoryEntry(one));
  yield out(endOfDirectory(written.length, directoryAt, at - directoryAt));
}

async function* deflated(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  sums: { crc: number; size: number },
): AsyncGenerator<Buffer> {
  async function* measured() {
    for await (const chunk of chunks) {
      sums.crc = crc32(chunk, sums.crc);
      sums.size += chunk.length;
      if (sums.size > MAX_BYTES) {
        throw new BinnacleError('too_large', 'That is more than one Excel file holds. Narrow the filter, or take CSV.');
      }
      yield chunk;
    }
  }
  const packing = createDeflateRaw({ level: 4 });
  // A failure of the source destroys the packer, and the loop below throws it.
  pipeline(Readable.from(measured(), { objectMode: true, highWaterMark: 1 }), packing, () => undefined);
  for await (const packed of packing as AsyncIterable<Buffer>) yield packed;
}

function localHeader(path: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(METHOD_DEFLATE, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt16LE(path.length, 26);
  return Buffer.concat([header, path]);
}

function descriptor(one: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x0807_4b50, 0);
  bytes.writeUInt32LE(one.crc, 4);
  bytes.writeUInt32LE(one.packed, 8);
  bytes.writeUInt32LE(one.size, 12);
  return bytes;
}

function directoryEntry(one: Written): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x0201_4b50, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(FLAGS, 8);
  entry.writeUInt16LE(METHOD_DEFLATE, 10);
  entry.writeUInt16LE(DOS_DATE, 14);
  entry.writeUInt32LE(one.crc, 16);
  entry.writeUInt32LE(one.packed, 20);
  entry.writeUInt32LE(one.size, 24);
  entry.writeUInt16LE(one.path.length, 28);
  entry.writeUInt32LE(one.at, 42);
  return Buffer.concat([entry, one.path]);
}

function endOfDirectory(entries: number, at: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return end;
}
