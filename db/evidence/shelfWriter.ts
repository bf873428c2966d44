/** A file of evidence on its way onto the shelf: sealed part by part as it comes, and nothing before it is whole. */
import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { BinnacleError } from '#contract/errors.ts';
import { EVIDENCE_PART_BYTES } from '#contract/wire/evidence.ts';
import type { RandomSource } from '#db/machine.ts';
import { CIPHER, ID_BYTES, NONCE_BYTES, partPlace } from './sealedFiles.ts';

export const UNFINISHED = '.next';

export interface ShelfWriter {
  readonly size: () => number;
  /** Throws `too_large` beyond what a file may hold. */
  add(bytes: Uint8Array): void;
  /** Its SHA-256, once it is on the disk. */
  finish(): string;
  /** On the disk under a name of its own, for whoever keeps the shelf to take over. */
  leave(): LeftFile;
  drop(): void;
}

/** Written by another process, and not on the shelf yet. */
export interface LeftFile {
  /** In the folder of the shelf. */
  readonly unfinished: string;
  readonly sha256: string;
  readonly size_bytes: number;
}

export interface WriterParts {
  /** Is there. */
  readonly folder: string;
  readonly key: Buffer;
  readonly random: RandomSource;
  readonly placeOf: (sha256: string) => string;
  /** Before it is on the shelf. */
  readonly onTakenOver: (sha256: string) => void;
}

export function sealedPart(key: Buffer, random: RandomSource, id: Buffer, part: number, bytes: Uint8Array): Buffer {
  const nonce = Buffer.from(random.bytes(NONCE_BYTES));
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(partPlace(id, part));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

export function writerOf({ folder, key, random, placeOf, onTakenOver }: WriterParts): ShelfWriter {
  const unfinished = `${random.uuid()}${UNFINISHED}`;
  const place = path.join(folder, unfinished);
  const id = Buffer.from(random.bytes(ID_BYTES));
  const file = openSync(place, 'wx', 0o600);
  writeSync(file, id);
  const hash = createHash('sha256');
  let open = true;
  let size = 0;
  let part = 0;
  let held = Buffer.alloc(0);
  const write = (bytes: Buffer): void => {
    writeSync(file, sealedPart(key, random, id, part, bytes));
    part += 1;
  };
  const drop = (): void => {
    if (open) closeSync(file);
    open = false;
    rmSync(place, { force: true });
  };
  const leave = (): LeftFile => {
    if (held.length > 0) write(held);
    fsyncSync(file);
    closeSync(file);
    open = false;
    return { unfinished, sha256: hash.digest('hex'), size_bytes: size };
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
    finish: () => {
      const { sha256 } = leave();
      onTakenOver(sha256);
      putOnShelf(place, placeOf(sha256));
      return sha256;
    },
    leave,
    drop,
  };
}

/** The file's name is on the disk too: the change that names it may say so. */
export function putOnShelf(from: string, to: string): void {
  renameSync(from, to);
  // Windows has no such call
  if (process.platform === 'win32') return;
  const opened = openSync(path.dirname(to), 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
