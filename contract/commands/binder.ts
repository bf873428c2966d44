/** That a binder was made: its manifest's hash, kept for whoever holds a binder against it later. */
import { z } from 'zod';
import { LAST_MS } from '../auditWords.ts';
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
  }),
};
