/**
 * What a zip archive says it unpacks to, read before any of it is unpacked: some kilobytes may become gigabytes. The
 * directory is found and read as the reader of workbooks does it, so that none of its entries is passed over.
 */
export interface Unpacked {
  readonly entries: number;
  readonly bytes: number;
  /** An entry does not say how much it unpacks to, so nothing would end its unpacking early. */
  readonly silent: boolean;
  /** By name; of several with one name the last, which is the one that is read. */
  readonly parts: ReadonlyMap<string, ArchivePart>;
}

export interface ArchivePart {
  /** Where its own header begins. */
  readonly at: number;
  readonly packed_bytes: number;
  readonly bytes: number;
  readonly deflated: boolean;
}

const SIGNATURES = {
  part: 0x04034b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const ENTRY_BYTES = 46;
const PART_HEADER_BYTES = 30;
const EXTRA_64 = 1;
/** These stand for a number in the part for large archives. */
const LARGE = { two: 0xffff, four: 0xffffffff } as const;
/** Packed, nothing at all is a few bytes. */
const NOTHING_PACKED_BYTES = 16;
const DEFLATED = 8;
/** A flag: the sizes stand with the packed bytes. */
const SIZE_FOLLOWS = 8;

interface Directory {
  readonly at: number;
  readonly entries: number;
}

/** undefined = no archive, or one whose directory does not fit together. */
export function unpackedSize(archive: ArrayBuffer): Unpacked | undefined {
  const view = new DataView(archive);
  try {
    const directory = directoryOf(view);
    return directory && sumOf(view, directory);
  } catch (error) {
    // an offset that lies outside of the file
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function directoryOf(view: DataView): Directory | undefined {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== SIGNATURES.end) continue;
    const entries = view.getUint16(at + 10, true);
    const bytes = view.getUint32(at + 12, true);
    const begins_at = view.getUint32(at + 16, true);
    const large = entries === LARGE.two || bytes === LARGE.four || begins_at === LARGE.four;
    return large ? largeDirectoryOf(view, at) : { at: begins_at, entries };
  }
  return undefined;
}

function largeDirectoryOf(view: DataView, end_at: number): Directory | undefined {
  if (view.getUint32(end_at - 20, true) !== SIGNATURES.locator64) return undefined;
  const at = Number(view.getBigUint64(end_at - 12, true));
  if (view.getUint32(at, true) !== SIGNATURES.end64) return undefined;
  return { entries: Number(view.getBigUint64(at + 32, true)), at: Number(view.getBigUint64(at + 48, true)) };
}

function sumOf(view: DataView, directory: Directory): Unpacked | undefined {
  let { at } = directory;
  let bytes = 0;
  let silent = false;
  const parts = new Map<string, ArchivePart>();
  // each entry takes some bytes of the file, so their number is bounded by its size, whatever it says
  for (let entry = 0; entry < directory.entries; entry++) {
    if (view.getUint32(at, true) !== SIGNATURES.entry) return undefined;
    const packed = view.getUint32(at + 20, true);
    const name_bytes = view.getUint16(at + 28, true);
    const extra_bytes = view.getUint16(at + 30, true);
    const said = view.getUint32(at + 24, true);
    const unpacked = said === LARGE.four ? largeSizeOf(view, at + ENTRY_BYTES + name_bytes, extra_bytes) : said;
    if (unpacked === undefined) return undefined;
    bytes += unpacked;
    const size_follows = (view.getUint16(at + 8, true) & SIZE_FOLLOWS) !== 0;
    const is_empty = packed === 0 ? !size_follows : packed <= NOTHING_PACKED_BYTES;
    const deflated = view.getUint16(at + 10, true) === DEFLATED;
    if (deflated && unpacked === 0 && !is_empty) silent = true;
    parts.set(textAt(view, at + ENTRY_BYTES, name_bytes), {
      at: view.getUint32(at + 42, true),
      packed_bytes: packed,
      bytes: unpacked,
      deflated,
    });
    at += ENTRY_BYTES + name_bytes + extra_bytes + view.getUint16(at + 32, true);
  }
  return { entries: directory.entries, bytes, silent, parts };
}

function textAt(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) throw new RangeError('a name ends beyond the file');
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

/** The text of a part that says it is no longer than `most_bytes`; undefined for one that is, or cannot be read. */
export async function partText(
  archive: ArrayBuffer,
  part: ArchivePart,
  most_bytes: number,
): Promise<string | undefined> {
  const view = new DataView(archive);
  if (part.bytes > most_bytes || part.at + PART_HEADER_BYTES > view.byteLength) return undefined;
  if (view.getUint32(part.at, true) !== SIGNATURES.part) return undefined;
  const from = part.at + PART_HEADER_BYTES + view.getUint16(part.at + 26, true) + view.getUint16(part.at + 28, true);
  const packed = new Blob([archive.slice(from, from + part.packed_bytes)]);
  if (!part.deflated) return packed.size > most_bytes ? undefined : await packed.text();
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.length;
      if (bytes > most_bytes) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return undefined;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The size that did not fit into four bytes stands first in the part for large archives. */
function largeSizeOf(view: DataView, from: number, length: number): number | undefined {
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === EXTRA_64) return Number(view.getBigUint64(at + 4, true));
  }
  return undefined;
}
