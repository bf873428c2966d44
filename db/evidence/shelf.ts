/**
 * Files of evidence as they rest here: sealed part by part under a key made from work.db's, so that what was attached
 * without the server waits and what was seen once opens again. A file's name tells nothing of its bytes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { evidenceParts } from '#contract/wire/evidence.ts';
import type { RandomSource } from '#db/machine.ts';
import { type Arrival, ARRIVING, arrivalOf } from './arrival.ts';
import { sealedFiles } from './sealedFiles.ts';
import { type LeftFile, putOnShelf, type ShelfWriter, UNFINISHED, writerOf } from './shelfWriter.ts';

export interface EvidenceShelf {
  has(sha256: string): boolean;
  /** Bytes of the file; null when it is not here. */
  size(sha256: string): number | null;
  /** Every byte is there and they are what they are named by; one that is not is removed. */
  check(sha256: string): boolean;
  /** Throws when it is not here or does not open. */
  part(sha256: string, part: number): Buffer;
  /** A file that is being written; it counts once it is finished. */
  begin(): ShelfWriter;
  /** A file of the server's: goes on where it was cut. */
  arrive(sha256: string, size_bytes: number): Arrival;
  /** A file another process of this person's wrote and left. */
  takeOver(left: LeftFile): void;
  /** Removes every file but these, and what was taken over since the start and is not named yet: the change that names it comes next. */
  keepOnly(sha256s: ReadonlySet<string>): void;
}

/** `folder` belongs to this alone. */
export function createEvidenceShelf(folder: string, work_hex: string, random: RandomSource): EvidenceShelf {
  const files = sealedFiles(folder, work_hex);
  const { nameOf: fileName, placeOf: fileOf, size, part } = files;
  const unnamed = new Set<string>();
  const onTakenOver = (sha256: string): void => void unnamed.add(fileName(sha256));
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name.endsWith(UNFINISHED)) rmSync(path.join(folder, name), { force: true });
  }

  const check = (sha256: string): boolean => {
    const bytes = size(sha256);
    if (bytes === null) return false;
    try {
      const hash = createHash('sha256');
      for (let nth = 0; nth < evidenceParts(bytes); nth += 1) hash.update(part(sha256, nth));
      if (hash.digest('hex') === sha256) return true;
    } catch {
      // what does not open is as good as gone
    }
    rmSync(fileOf(sha256), { force: true });
    return false;
  };

  return {
    has: files.has,
    size,
    check,
    part,
    begin: () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return writerOf({ folder, key: files.key, random, placeOf: fileOf, onTakenOver });
    },
    arrive: (sha256, size_bytes) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return arrivalOf(files, random, sha256, size_bytes);
    },
    takeOver: ({ unfinished, sha256 }) => {
      onTakenOver(sha256);
      putOnShelf(path.join(folder, unfinished), fileOf(sha256));
    },
    keepOnly: (sha256s) => {
      if (!existsSync(folder)) return;
      const names = new Set([...sha256s].map(fileName));
      for (const name of names) unnamed.delete(name);
      for (const name of readdirSync(folder)) {
        const of = name.endsWith(ARRIVING) ? name.slice(0, -ARRIVING.length) : name;
        if (!names.has(of) && !unnamed.has(of) && !name.endsWith(UNFINISHED))
          rmSync(path.join(folder, name), { force: true });
      }
    },
  };
}
