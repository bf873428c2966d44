/**
 * A file that comes from the server, part by part. What came of it stays when the way is cut, also over a restart, so that the
 * next time only the rest comes; each part is opened again before it counts.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { EVIDENCE_PART_BYTES, evidencePartBytes } from '#contract/wire/evidence.ts';
import type { RandomSource } from '#db/machine.ts';
import { ID_BYTES, SEAL_BYTES, type SealedFiles, unsealedPart } from './sealedFiles.ts';
import { putOnShelf, sealedPart } from './shelfWriter.ts';

/** Behind the name of a file that has not come whole. */
export const ARRIVING = '.part';

export interface Arrival {
  /** Parts that came before, from the first on. */
  readonly parts: number;
  /** The next one; as long as the wire says. */
  add(bytes: Uint8Array): void;
  /** On the shelf when it is what it is named by; else everything of it is removed, and false. */
  finish(): boolean;
  /** What came of it stays. */
  close(): void;
}

export function arrivalOf(
  { key, placeOf }: SealedFiles,
  random: RandomSource,
  sha256: string,
  size_bytes: number,
): Arrival {
  const place = `${placeOf(sha256)}${ARRIVING}`;
  const file = openOrMake(place);
  let open = true;
  const hash = createHash('sha256');
  let id = Buffer.alloc(ID_BYTES);
  let parts = 0;
  if (readSync(file, id, 0, ID_BYTES, 0) === ID_BYTES) parts = partsIn(file, key, id, size_bytes, hash);
  else {
    id = Buffer.from(random.bytes(ID_BYTES));
    writeSync(file, id, 0, ID_BYTES, 0);
  }
  let at = placeOfPart(parts);
  // half a part, or one that does not open
  ftruncateSync(file, at);
  const close = (): void => {
    if (open) closeSync(file);
    open = false;
  };
  let next = parts;
  return {
    parts,
    add: (bytes) => {
      at += writeSync(file, sealedPart(key, random, id, next, bytes), 0, undefined, at);
      hash.update(bytes);
      next += 1;
    },
    finish: () => {
      fsyncSync(file);
      close();
      if (hash.digest('hex') === sha256) {
        putOnShelf(place, placeOf(sha256));
        return true;
      }
      rmSync(place, { force: true });
      return false;
    },
    close,
  };
}

function openOrMake(place: string): number {
  try {
    return openSync(place, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return openSync(place, 'wx+', 0o600);
  }
}

function placeOfPart(part: number): number {
  return ID_BYTES + part * (EVIDENCE_PART_BYTES + SEAL_BYTES);
}

/** Whole ones from the first on, added to the hash. */
function partsIn(file: number, key: Buffer, id: Buffer, size_bytes: number, hash: Hash): number {
  for (let part = 0; ; part += 1) {
    const bytes = evidencePartBytes(size_bytes, part);
    if (bytes <= 0) return part;
    const sealed = Buffer.alloc(bytes + SEAL_BYTES);
    if (readSync(file, sealed, 0, sealed.length, placeOfPart(part)) < sealed.length) return part;
    try {
      hash.update(unsealedPart(key, id, part, sealed));
    } catch {
      // it is as good as not there
      return part;
    }
  }
}
