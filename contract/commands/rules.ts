/** Changes of rules: drafted by one, decided by another, withdrawn by who drafted. */
import { z } from 'zod';
import { MOST_RULE_LINES } from '#domain/governance/change.ts';
import { MOST_CLOSED_DAYS } from '#domain/planning/buyingCalendar.ts';
import { RULE_SUBJECTS } from '#domain/governance/subjects.ts';

const Id = z.int().min(1);
const MutationId = z.string().regex(/^[0-9a-f-]{36}$/, 'a change is named by its id');
const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'a content hash is 64 hex digits');
/** A short text, or a list of as many days as may be closed. */
const DAYS = /^\d{4}-\d{2}-\d{2}( \d{4}-\d{2}-\d{2})*$/;
const Text = z
  .string()
  .max(MOST_CLOSED_DAYS * 11)
  .refine((text) => text.length <= 100 || DAYS.test(text), 'a figure is a short text');
const Values = z
  .record(z.string().regex(/^[a-z_]{1,40}$/), z.union([z.int(), Text, z.null()]))
  .refine((values) => Object.keys(values).length <= 20, 'a rule has a few figures');

export const RuleLineShape = z.strictObject({
  site_id: Id.nullable(),
  channel_id: Id.nullable(),
  item_id: Id.nullable(),
  kpi: z.string().min(1).max(60).nullable(),
  // a change drafted before rules were about customers names none
  party_id: Id.nullable().default(null),
  category: z.string().min(1).max(100).nullable().default(null),
  name: z.string().trim().min(1).max(100).nullable().default(null),
  /** What was seen to hold; null = no such rule. */
  before: Values.nullable(),
  /** null = the rule ends. */
  after: Values.nullable(),
});
export const RuleLines = z.array(RuleLineShape).min(1, 'A change has at least one line.').max(MOST_RULE_LINES);

export const draftRuleChange = {
  args: z.strictObject({
    company_id: Id,
    subject: z.enum(RULE_SUBJECTS),
    title: z.string().trim().min(1, 'Give the change a title.').max(120),
    reason: z.string().trim().min(1, 'Say why: who decides reads it.').max(1000),
    effective_on: z.iso.date(),
    lines: RuleLines,
  }),
};

export const decideRuleChange = {
  args: z
    .strictObject({
      change_id: MutationId,
      verdict: z.enum(['approved', 'refused']),
      /** Of the change as it was looked at. */
      content_hash: Hash,
      reason: z.string().trim().max(1000),
    })
    .refine(
      ({ verdict, reason }) => verdict === 'approved' || reason !== '',
      'Say why it is refused: its author reads it.',
    ),
};

export const withdrawRuleChange = {
  args: z.strictObject({ change_id: MutationId, reason: z.string().trim().max(1000) }),
};
