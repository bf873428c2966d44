/** Reconciliations of a month: computing them anew, and saying why an item stands there. */
import { z } from 'zod';
import { MOST_EXPLANATION } from '#domain/close/reconcile/explaining.ts';

const Id = z.int().min(1);
const Words = z
  .string()
  .trim()
  .min(1, 'Say why.')
  .max(MOST_EXPLANATION, `An explanation holds up to ${MOST_EXPLANATION} characters.`);

/** Compares every account of an open period with its documents as the server has them when it arrives. */
export const reconcile = { args: z.strictObject({ period_id: Id }) };

export const explainItem = {
  args: z.strictObject({
    task_id: Id,
    line_id: Id,
    explanation: Words,
    /** What stood there when it was written; the server refuses if somebody else explained it meanwhile. */
    seen_explanation: z.string().max(MOST_EXPLANATION).nullable(),
  }),
};
