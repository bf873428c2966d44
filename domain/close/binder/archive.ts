/**
 * A ZIP archive whose bytes follow from its files alone: stored, not packed (packing differs between processors and
 * versions of the packer), every time 1 January 1980. Whoever reads one writes it again and compares: no byte, not even of a
 * header, can differ unseen.
 */
export interface ArchiveFile {
  /** ASCII, with '/' between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export const LOCAL = 0x0403_4b50;
export const CENTRAL = 0x0201_4b50;
export const END = 0x0605_4b50;
const VERSION = 20;
/** Names are ASCII: nothing has to be said about them. */
const FLAGS = 0;
const DOS_DATE = 0x0021;
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
const MOST_BYTES = 0xffff_ffff;
const MOST_FILES = 0xffff;
export const LAST_SIGN = 0x7e;

/** Throws RangeError beyond 4 GB or 65,535 files. */
export function writeArchive(files: readonly ArchiveFile[]): Uint8Array<ArrayBuffer> {
  const named = files.map(({ path, bytes }) => ({ name: nameBytes(path), bytes, crc: crc32(bytes) }));
  const size = named.reduce(
    (sum, { name, bytes }) => sum + LOCAL_BYTES + CENTRAL_BYTES + 2 * name.length + bytes.length,
    END_BYTES,
  );
  if (size > MOST_BYTES || files.length > MOST_FILES) throw new RangeError('more than one archive holds');
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  const starts = named.map(({ name, bytes, crc }) => {
    const start = at;
    view.setUint32(at, LOCAL, true);
    common(view, at + 4, name.length, bytes.length, crc);
    out.set(name, at + LOCAL_BYTES);
    out.set(bytes, at + LOCAL_BYTES + name.length);
    at += LOCAL_BYTES + name.length + bytes.length;
    return start;
  });
  const directory = at;
  for (const [nth, { name, bytes, crc }] of named.entries()) {
    view.setUint32(at, CENTRAL, true);
    view.setUint16(at + 4, VERSION, true);
    common(view, at + 6, name.length, bytes.length, crc);
    view.setUint32(at + 42, starts[nth] ?? 0, true);
    out.set(name, at + CENTRAL_BYTES);
    at += CENTRAL_BYTES + name.length;
  }
  view.setUint32(at, END, true);
  view.setUint16(at + 8, named.length, true);
  view.setUint16(at + 10, named.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return out;
}

/** Version, flags, method, time, date, crc and sizes lie alike in both headers. */
function common(view: DataView, at: number, name_bytes: number, bytes: number, crc: number): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, FLAGS, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, bytes, true);
  view.setUint32(at + 18, bytes, true);
  view.setUint16(at + 22, name_bytes, true);
}

function nameBytes(path: string): Uint8Array {
  return Uint8Array.from(path, (sign) => {
    const code = sign.charCodeAt(0);
    if (code > LAST_SIGN) throw new RangeError(`'${path}' is no name for a file of an archive`);
    return code;
  });
}

const TABLE = Uint32Array.from({ length: 256 }, (_, nth) => {
  let value = nth;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}
