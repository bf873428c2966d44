/**
 * An export between being made and being taken away: a file under a key that is only in memory, so that rows never lie
 * on the disk as plain text. AES-256-CTR under a key of its own for each file; any part can be read alone.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CIPHER = 'aes-256-ctr';
const CIPHER_BLOCK_BYTES = 16;

/** Bytes written. The file must not be there yet. */
export async function writeSealed(file: string, key_hex: string, chunks: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(
    Readable.from(counted(), { objectMode: true, highWaterMark: 1 }),
    createCipheriv(CIPHER, Buffer.from(key_hex, 'hex'), Buffer.alloc(CIPHER_BLOCK_BYTES)),
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
  );
  return bytes;
}

/** Up to `length` bytes from `offset`, which is a multiple of 16. */
export async function readSealed(file: string, key_hex: string, offset: number, length: number): Promise<Buffer> {
  if (offset % CIPHER_BLOCK_BYTES !== 0) throw new Error(`a sealed file is not read from byte ${offset}`);
  const counter = Buffer.alloc(CIPHER_BLOCK_BYTES);
  counter.writeBigUInt64BE(BigInt(offset / CIPHER_BLOCK_BYTES), 8);
  const handle = await open(file, 'r');
  try {
    const sealed = Buffer.alloc(length);
    const { bytesRead } = await handle.read(sealed, 0, length, offset);
    return createDecipheriv(CIPHER, Buffer.from(key_hex, 'hex'), counter).update(sealed.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
