/** Asking customers for what they owe. */
import { z } from 'zod';

const Id = z.int().min(1);

export const addFollowUp = {
  args: z.strictObject({
    company_id: Id,
    party_id: Id,
    said: z.string().trim().min(1, 'Say what was said.').max(1000, 'A note holds up to 1,000 characters.'),
    /** The day the customer says it pays by. */
    promised_on: z.iso.date().nullable(),
    /** The day somebody asks again. */
    next_on: z.iso.date().nullable(),
  }),
};
