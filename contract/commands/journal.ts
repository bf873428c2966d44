/** Entries proposed for what reconciliations found: proposing, wording, withdrawing, and a second person's answer. */
import { z } from 'zod';
import { MOST_ITEMS } from '#domain/close/journal/entry.ts';
import { MOST_REASON, MOST_TEXT } from '#domain/close/journal/steps.ts';

const Id = z.int().min(1);
const ProposalId = z.uuid('that is no proposed entry');
const Words = z
  .string()
  .trim()
  .min(1, 'Say what the entry is for.')
  .max(MOST_TEXT, `The text of an entry holds up to ${MOST_TEXT} characters.`);
const SeenWords = z.string().max(MOST_TEXT);
const Reason = z.string().trim().min(1, 'Say why.').max(MOST_REASON, `A reason holds up to ${MOST_REASON} characters.`);

/** The entry itself is made from the items by the rule both sides share. */
export const proposeJournal = {
  args: z.strictObject({
    period_id: Id,
    items: z
      .array(
        z.strictObject({
          line_id: Id,
          /** As the task shows it; the server refuses if it is another by then. */
          amount_minor: z.int(),
        }),
      )
      .min(1, 'Choose an item first.')
      .max(MOST_ITEMS, `An entry clears up to ${MOST_ITEMS} items.`)
      .refine((items) => new Set(items.map(({ line_id }) => line_id)).size === items.length, 'each item once'),
    /** Taken back on the first day of the next period. */
    reverses: z.boolean(),
    words: Words,
    /** The one it stands in for from now on; null = none. */
    renews_id: ProposalId.nullable(),
  }),
};

export const changeJournal = {
  args: z
    .strictObject({
      period_id: Id,
      proposal_id: ProposalId,
      step: z.enum(['reworded', 'withdrawn']),
      /** The new text, or why it is withdrawn. */
      words: z.string().trim().min(1, 'Say why.').max(MOST_REASON).nullable(),
      /** The text it had; the server refuses if somebody worded it otherwise meanwhile. */
      seen_words: SeenWords,
    })
    .refine(
      ({ step, words }) => step === 'withdrawn' || Words.safeParse(words).success,
      `The text of an entry has 1 to ${MOST_TEXT} characters.`,
    ),
};

export const decideJournal = {
  args: z
    .strictObject({
      period_id: Id,
      proposal_id: ProposalId,
      verdict: z.enum(['approved', 'refused']),
      reason: Reason.nullable(),
      seen_words: SeenWords,
    })
    .refine(({ verdict, reason }) => verdict === 'approved' || reason !== null, 'Say why it is refused.'),
};
