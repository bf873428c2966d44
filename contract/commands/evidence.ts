/** Files on close tasks. The command names the bytes by their hash; they travel before it, by contract/wire/evidence.ts. */
import { z } from 'zod';
import { evidenceName, evidenceType, MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';

const Id = z.int().min(1);

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hex digits');

export const attachEvidence = {
  args: z.strictObject({
    task_id: Id,
    /** The item of the task it belongs to, as its line is referred to; null = the whole task. */
    item_ref: z.string().min(1).max(200).nullable(),
    sha256: Sha256,
    name: z.string().refine((name) => name === evidenceName(name), 'a file has a plain name'),
    media_type: z.string().refine((type) => type === evidenceType(type), 'a type is written as type/subtype'),
    size_bytes: z
      .int()
      .min(1, 'An empty file proves nothing.')
      .max(MOST_EVIDENCE_BYTES, `A file holds up to ${MOST_EVIDENCE_BYTES / 1024 / 1024} MB.`),
  }),
};

export const removeEvidence = {
  args: z.strictObject({
    task_id: Id,
    /** The id it was attached under. */
    evidence_id: z.uuid(),
    reason: z.string().trim().min(1, 'Say why.').max(500, 'A reason holds up to 500 characters.'),
  }),
};
