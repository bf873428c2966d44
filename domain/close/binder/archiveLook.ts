/** An archive read again: its files, and where a byte of it is not what `writeArchive` makes of them. */
import {
  type ArchiveFile,
  CENTRAL,
  CENTRAL_BYTES,
  END,
  END_BYTES,
  LAST_SIGN,
  LOCAL,
  LOCAL_BYTES,
  writeArchive,
} from './archive.ts';

export interface ArchiveLook {
  /** As far as they can be read, as they lie there. */
  readonly files: readonly ArchiveFile[];
  /** Files whose entry (name, sizes, checksum) is not that of their bytes; a changed byte of a file changes its entry too. */
  readonly entries: readonly string[];
  /** Bytes were changed, added or cut off that belong to no file. */
  readonly frame: boolean;
}

/** null = no archive that `writeArchive` made, or a byte of it differs. */
export function readArchive(archive: Uint8Array): readonly ArchiveFile[] | null {
  const look = lookAt(archive);
  return look !== null && look.entries.length === 0 && !look.frame ? look.files : null;
}

/**
 * Every file stands in an archive twice, before its bytes and in the directory at the end: what one of them cannot tell any
 * more, the other does. null = no archive at all.
 */
export function lookAt(archive: Uint8Array): ArchiveLook | null {
  let best: { readonly look: ArchiveLook; readonly differing: number } | null = null;
  for (const files of [byDirectory(archive), byHeaders(archive)]) {
    if (files === null || files.length === 0) continue;
    const judged = held(archive, files);
    if (judged.differing === 0) return judged.look;
    if (best === null || judged.differing < best.differing) best = judged;
  }
  return best?.look ?? null;
}

/** Against the archive that would be made of these files. */
function held(archive: Uint8Array, files: readonly ArchiveFile[]): { look: ArchiveLook; differing: number } {
  const again = writeArchive(files);
  let at = 0;
  const starts = files.map(({ path, bytes }) => {
    const start = at;
    at += LOCAL_BYTES + path.length + bytes.length;
    return start;
  });
  const central = files.map(({ path }) => {
    const start = at;
    at += CENTRAL_BYTES + path.length;
    return start;
  });
  const end = at;
  let frame = archive.length !== again.length;
  let differing = Math.abs(archive.length - again.length);
  const entries = new Set<string>();
  for (let nth = 0; nth < Math.min(archive.length, again.length); nth++) {
    if (archive[nth] === again[nth]) continue;
    differing += 1;
    // of an archive of another length every byte behind the place differs: nothing is told of those
    const own = frame || nth >= end ? undefined : nth >= (central[0] ?? end) ? of(central, nth) : of(starts, nth);
    const file = own === undefined ? undefined : files[own];
    if (file) entries.add(file.path);
    else frame = true;
  }
  return { look: { files, entries: [...entries], frame }, differing };
}

/** Which of these beginnings lies before a byte: the last one. */
function of(starts: readonly number[], at: number): number {
  return starts.findLastIndex((start) => start <= at);
}

function byHeaders(archive: Uint8Array): readonly ArchiveFile[] {
  const view = viewOf(archive);
  const files: ArchiveFile[] = [];
  for (let at = 0; at + LOCAL_BYTES <= archive.length && view.getUint32(at, true) === LOCAL; ) {
    const bytes = view.getUint32(at + 18, true);
    const name_bytes = view.getUint16(at + 26, true);
    const file = fileAt(archive, at + LOCAL_BYTES, name_bytes, at + LOCAL_BYTES + name_bytes, bytes);
    if (file === null) break;
    files.push(file);
    at += LOCAL_BYTES + name_bytes + bytes;
  }
  return files;
}

function byDirectory(archive: Uint8Array): readonly ArchiveFile[] | null {
  const view = viewOf(archive);
  const end = archive.length - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END) return null;
  const files: ArchiveFile[] = [];
  for (let at = view.getUint32(end + 16, true); at < end; ) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) return null;
    const bytes = view.getUint32(at + 20, true);
    const name_bytes = view.getUint16(at + 28, true);
    const from = view.getUint32(at + 42, true) + LOCAL_BYTES + name_bytes;
    const file = fileAt(archive, at + CENTRAL_BYTES, name_bytes, from, bytes);
    if (file === null) return null;
    files.push(file);
    at += CENTRAL_BYTES + name_bytes;
  }
  return files;
}

function fileAt(
  archive: Uint8Array,
  name_at: number,
  name_bytes: number,
  from: number,
  bytes: number,
): ArchiveFile | null {
  const name = archive.subarray(name_at, name_at + name_bytes);
  if (name.length < name_bytes || from + bytes > archive.length || name.some((byte) => byte > LAST_SIGN)) return null;
  return { path: String.fromCharCode(...name), bytes: archive.subarray(from, from + bytes) };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
