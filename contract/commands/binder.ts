/**
 * That a binder was made: its manifest's hash, kept for whoever holds a binder against it later. The parts of a month's first
 * final one are kept too; they travel before the command, as a file of evidence does (../wire/evidence.ts).
 */
import { z } from 'zod';
import { LAST_MS } from '../auditWords.ts';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { Sha256 } from './evidence.ts';

export const recordBinder = {
  args: z.strictObject({
    period_id: z.int().min(1),
    manifest_hash: Sha256,
    final: z.boolean(),
    /** Of the newest entry of the close in it. */
    moment_ms: z.int().min(0).max(LAST_MS),
    /** Of the copy it was made from. */
    checkpoint: z.int().min(0),
    checkpoint_id: z.string().max(100),
    /** Its parts without the files of evidence, packed; null = nothing of it is to be kept. */
    archive: z
      .strictObject({ sha256: Sha256, size_bytes: z.int().min(1).max(MOST_EVIDENCE_BYTES) })
      .nullable()
      .default(null),
  }),
};
