/**
 * Files of evidence as they lie here, opened: sealed part by part under a key made from work.db's. A file's name tells nothing
 * of its bytes. Reads alone, so that any process that has the key may.
 */
import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import { EVIDENCE_PART_BYTES, evidencePartBytes, evidenceParts } from '#contract/wire/evidence.ts';

export const CIPHER = 'aes-256-gcm';
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;
/** Of a file's own, at its beginning: no part fits into another file. */
export const ID_BYTES = 16;

export interface SealedFiles {
  readonly key: Buffer;
  /** Of a file by its hash; the folder need not be there. */
  nameOf(sha256: string): string;
  placeOf(sha256: string): string;
  has(sha256: string): boolean;
  /** Bytes of the file; null when it is not here. */
  size(sha256: string): number | null;
  /** Throws when it is not here or does not open. */
  part(sha256: string, part: number): Buffer;
  /** The whole of it; null when it is not here, does not open, or is not what it is named by any more. */
  whole(sha256: string): Buffer | null;
}

export function sealedFiles(folder: string, work_hex: string): SealedFiles {
  const made = Buffer.from(hkdfSync('sha256', Buffer.from(work_hex, 'hex'), '', 'binnacle evidence', 64));
  const key = made.subarray(0, 32);
  const naming = made.subarray(32);
  const nameOf = (sha256: string): string => createHmac('sha256', naming).update(sha256).digest('hex');
  const placeOf = (sha256: string): string => path.join(folder, nameOf(sha256));

  const size = (sha256: string): number | null => {
    const stat = statSync(placeOf(sha256), { throwIfNoEntry: false });
    if (!stat) return null;
    const sealed = stat.size - ID_BYTES;
    return sealed - SEAL_BYTES * Math.ceil(sealed / (EVIDENCE_PART_BYTES + SEAL_BYTES));
  };

  const part = (sha256: string, nth: number): Buffer => {
    const bytes = size(sha256);
    if (bytes === null || nth >= evidenceParts(bytes)) {
      throw new BinnacleError('not_found', 'That file is not on this machine.');
    }
    const sealed = Buffer.alloc(evidencePartBytes(bytes, nth) + SEAL_BYTES);
    const id = Buffer.alloc(ID_BYTES);
    const file = openSync(placeOf(sha256), 'r');
    try {
      readSync(file, id, 0, ID_BYTES, 0);
      readSync(file, sealed, 0, sealed.length, ID_BYTES + nth * (EVIDENCE_PART_BYTES + SEAL_BYTES));
    } finally {
      closeSync(file);
    }
    return unsealedPart(key, id, nth, sealed);
  };

  const whole = (sha256: string): Buffer | null => {
    const bytes = size(sha256);
    if (bytes === null) return null;
    try {
      const parts = Array.from({ length: evidenceParts(bytes) }, (_, nth) => part(sha256, nth));
      const all = Buffer.concat(parts);
      return createHash('sha256').update(all).digest('hex') === sha256 ? all : null;
    } catch {
      // what does not open is as good as gone
      return null;
    }
  };

  return { key, nameOf, placeOf, has: (sha256) => existsSync(placeOf(sha256)), size, part, whole };
}

/** Throws when it is not this part of this file. */
export function unsealedPart(key: Buffer, id: Buffer, part: number, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(partPlace(id, part))
    .setAuthTag(sealed.subarray(NONCE_BYTES, SEAL_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(SEAL_BYTES)), decipher.final()]);
}

/** What a part is sealed together with: its file and its place in it. */
export function partPlace(id: Buffer, part: number): Buffer {
  return Buffer.from(`${id.toString('hex')} ${part}`);
}
