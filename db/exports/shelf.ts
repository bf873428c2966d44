/** Exports that wait to be taken away, part by part, once each. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import type { RandomSource } from '#db/machine.ts';
import { readSealed } from './sealedFile.ts';

/** A part as base64 stays well below what one message holds. */
export const PART_BYTES = 1024 * 1024;
const MOST_WAITING = 4;

export interface ExportTarget {
  readonly id: string;
  readonly file: string;
  readonly key_hex: string;
}

export interface ExportPart {
  readonly base64: string;
  /** null = that was the last part, and the export is gone. */
  readonly next_offset: number | null;
}

export interface ExportShelf {
  /** Where an export may be written. */
  target(): ExportTarget;
  /** It is there; the oldest beyond a few make room. */
  keep(target: ExportTarget, bytes: number): void;
  /** Throws `not_found` for what was taken away, made room, or never was. */
  part(id: string, offset: number): Promise<ExportPart>;
  drop(id: string): void;
  /** Everything that waits goes, and what an earlier run left behind. */
  clear(): void;
}

/** `folder` belongs to this alone. */
export function createExportShelf(folder: string, random: RandomSource): ExportShelf {
  const waiting = new Map<string, ExportTarget & { readonly bytes: number }>();
  const remove = (id: string): void => {
    waiting.delete(id);
    try {
      rmSync(path.join(folder, id), { force: true });
    } catch {
      // A file somebody still writes cannot go on some systems; it is sealed, and the next start clears the folder.
    }
  };
  const clear = (): void => {
    waiting.clear();
    rmSync(folder, { recursive: true, force: true });
  };
  clear();
  return {
    target: () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const id = random.uuid();
      return { id, file: path.join(folder, id), key_hex: Buffer.from(random.bytes(32)).toString('hex') };
    },
    keep: (target, bytes) => {
      waiting.set(target.id, { ...target, bytes });
      for (const oldest of waiting.keys()) {
        if (waiting.size <= MOST_WAITING) break;
        remove(oldest);
      }
    },
    part: async (id, offset) => {
      const held = waiting.get(id);
      if (!held) throw new BinnacleError('not_found', 'That export is not here any more. Make it again.');
      if (offset % PART_BYTES !== 0 || offset > held.bytes) {
        throw new BinnacleError('bad_arguments', 'Parts of an export are read one after the other.');
      }
      const part = await readSealed(held.file, held.key_hex, offset, PART_BYTES);
      const next_offset = offset + part.length < held.bytes ? offset + part.length : null;
      if (next_offset === null) remove(id);
      return { base64: part.toString('base64'), next_offset };
    },
    drop: remove,
    clear,
  };
}
