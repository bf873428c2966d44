/**
 * Files of evidence as they rest here: sealed part by part under a key made from work.db's, so that what was attached
 * without the server waits and what was seen once opens again. A file's name tells nothing of its bytes.
 */
import { createCipheriv, createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { BinnacleError } from '#contract/errors.ts';
import { EVIDENCE_PART_BYTES, evidenceParts } from '#contract/wire/evidence.ts';
import type { RandomSource } from '#db/machine.ts';
import { CIPHER, ID_BYTES, NONCE_BYTES, partPlace, sealedFiles } from './sealedFiles.ts';

const UNFINISHED = '.next';

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
  /** Removes every file but these, and what was taken over since the start and is not named yet: the change that names it comes next. */
  keepOnly(sha256s: ReadonlySet<string>): void;
}

export interface ShelfWriter {
  readonly size: () => number;
  /** Throws `too_large` beyond what a file may hold. */
  add(bytes: Uint8Array): void;
  /** Its SHA-256, once it is on the disk. `expected`: anything else is removed, and null. */
  finish(expected?: string): string | null;
  drop(): void;
}

/** `folder` belongs to this alone. */
export function createEvidenceShelf(folder: string, work_hex: string, random: RandomSource): EvidenceShelf {
  const files = sealedFiles(folder, work_hex);
  const { key, nameOf: fileName, placeOf: fileOf, size, part } = files;
  const unnamed = new Set<string>();
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
      return writerOf({
        folder,
        key,
        random,
        place: fileOf,
        onTakenOver: (sha256) => unnamed.add(fileName(sha256)),
      });
    },
    keepOnly: (sha256s) => {
      if (!existsSync(folder)) return;
      const names = new Set([...sha256s].map(fileName));
      for (const name of names) unnamed.delete(name);
      for (const name of readdirSync(folder)) {
        if (!names.has(name) && !unnamed.has(name) && !name.endsWith(UNFINISHED))
          rmSync(path.join(folder, name), { force: true });
      }
    },
  };
}

interface WriterParts {
  readonly folder: string;
  readonly key: Buffer;
  readonly random: RandomSource;
  readonly place: (sha256: string) => string;
  /** A file of the person's own: nobody said beforehand what it had to be. */
  readonly onTakenOver: (sha256: string) => void;
}

function writerOf({ folder, key, random, place, onTakenOver }: WriterParts): ShelfWriter {
  const unfinished = path.join(folder, `${random.uuid()}${UNFINISHED}`);
  const id = Buffer.from(random.bytes(ID_BYTES));
  const file = openSync(unfinished, 'wx', 0o600);
  writeSync(file, id);
  const hash: Hash = createHash('sha256');
  let open = true;
  let size = 0;
  let part = 0;
  let held = Buffer.alloc(0);
  const write = (bytes: Buffer): void => {
    const nonce = Buffer.from(random.bytes(NONCE_BYTES));
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(partPlace(id, part));
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
    writeSync(file, Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
    part += 1;
  };
  const drop = (): void => {
    if (open) closeSync(file);
    open = false;
    rmSync(unfinished, { force: true });
  };
  return {
    size: () => size,
    add: (bytes) => {
      if (size + bytes.length > MOST_EVIDENCE_BYTES) {
        drop();
        throw new BinnacleError('too_large', `A file holds up to ${MOST_EVIDENCE_BYTES / 1024 / 1024} MB.`);
      }
      hash.update(bytes);
      size += bytes.length;
      held = Buffer.concat([held, bytes]);
      while (held.length >= EVIDENCE_PART_BYTES) {
        write(held.subarray(0, EVIDENCE_PART_BYTES));
        held = Buffer.from(held.subarray(EVIDENCE_PART_BYTES));
      }
    },
    finish: (expected) => {
      if (held.length > 0) write(held);
      fsyncSync(file);
      closeSync(file);
      open = false;
      const sha256 = hash.digest('hex');
      if (expected !== undefined && expected !== sha256) {
        drop();
        return null;
      }
      renameSync(unfinished, place(sha256));
      syncFolder(folder);
      if (expected === undefined) onTakenOver(sha256);
      return sha256;
    },
    drop,
  };
}

/** The file's name is on the disk too: the change that names it may say so. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
