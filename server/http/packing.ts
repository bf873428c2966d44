/**
 * Text that many receive between a beginning and an end of their own, packed once for all of them. A zstd frame is a head
 * and blocks; a block that was the first of its own frame refers to nothing before it, so blocks packed once may follow
 * another, unpacked, block in any frame. What is the receiver's own travels unpacked: a few hundred bytes.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

const compress = promisify(zstdCompress);

export interface SharedPiece {
  readonly text: string;
  /** The same in bytes; kept as long as this is. */
  bytes(): Buffer;
  /** Its blocks, none of them the last of a frame; packed at the first call and kept. */
  blocks(): Promise<Buffer>;
}

/** What one receives: its own beginning and end, and what many receive between. */
export interface SharedText {
  readonly before: string;
  readonly middle: SharedPiece;
  readonly after: string;
}

export function sharedPiece(text: string): SharedPiece {
  let bytes: Buffer | undefined;
  let blocks: Promise<Buffer> | undefined;
  const inBytes = (): Buffer => (bytes ??= Buffer.from(text));
  return { text, bytes: inBytes, blocks: async () => await (blocks ??= packedBlocks(inBytes())) };
}

/** What is put together of several pieces is kept at most so often, and as so many characters. */
const MOST_JOINED = 16;
const MOST_JOINED_CHARACTERS = 4_000_000;

/**
 * Puts pieces together, once for all who receive the same ones: the very same, so that nobody gets another's. The newest few
 * are kept, for whoever comes at the same time.
 */
export function pieceJoiner(): (pieces: readonly SharedPiece[]) => SharedPiece {
  const kept: { readonly of: readonly SharedPiece[]; readonly whole: SharedPiece }[] = [];
  let characters = 0;
  return (pieces) => {
    const [only] = pieces;
    if (only && pieces.length === 1) return only;
    const same = kept.find(({ of }) => of.length === pieces.length && of.every((piece, at) => piece === pieces[at]));
    if (same) return same.whole;
    const whole = sharedPiece(pieces.map(({ text }) => text).join(''));
    kept.push({ of: pieces, whole });
    characters += whole.text.length;
    while (kept.length > MOST_JOINED || characters > MOST_JOINED_CHARACTERS) {
      characters -= kept.shift()?.whole.text.length ?? 0;
    }
    return whole;
  };
}

/** The frame of one receiver, in the parts it is written in. */
export async function packedFrame({ before, middle, after }: SharedText): Promise<readonly Buffer[]> {
  return [FRAME_HEAD, ...rawBlocks(Buffer.from(before)), await middle.blocks(), ...rawBlocks(Buffer.from(after), true)];
}

const WINDOW_LOG = 21;
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** No size, no checksum, a window of 2 MB: ((log − 10) << 3). */
const FRAME_HEAD = Buffer.from([...MAGIC, 0, (WINDOW_LOG - 10) << 3]);
const BLOCK_HEAD_BYTES = 3;
const MOST_BLOCK_BYTES = 128 * 1024;
const RAW = 0;
const RLE = 1;

function blockHead(bytes: number, type: number, last: boolean): Buffer {
  const head = Buffer.alloc(BLOCK_HEAD_BYTES);
  head.writeUIntLE((bytes << 3) | (type << 1) | Number(last), 0, BLOCK_HEAD_BYTES);
  return head;
}

function rawBlocks(bytes: Buffer, end = false): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length || (end && at === 0); at += MOST_BLOCK_BYTES) {
    const part = bytes.subarray(at, at + MOST_BLOCK_BYTES);
    parts.push(blockHead(part.length, RAW, end && at + MOST_BLOCK_BYTES >= bytes.length), part);
  }
  return parts;
}

async function packedBlocks(bytes: Buffer): Promise<Buffer> {
  if (bytes.length === 0) return bytes;
  const frame = await compress(bytes, {
    params: {
      [constants.ZSTD_c_windowLog]: WINDOW_LOG,
      [constants.ZSTD_c_contentSizeFlag]: 0,
      [constants.ZSTD_c_checksumFlag]: 0,
    },
  });
  if (frame[4] !== 0) throw new Error('a zstd frame with a head of another form');
  const blocks = Buffer.from(frame.subarray(FRAME_HEAD.length));
  for (let at = 0; at < blocks.length; ) {
    const head = blocks.readUIntLE(at, BLOCK_HEAD_BYTES);
    const [size, type] = [head >> 3, (head >> 1) & 3];
    blockHead(size, type, false).copy(blocks, at);
    at += BLOCK_HEAD_BYTES + (type === RLE ? 1 : size);
  }
  return blocks;
}
