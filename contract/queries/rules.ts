/** Rules in force, changes of them, and what a file would change. Values are as domain/governance keeps them. */
import { z } from 'zod';
import type { RuleChangeState } from '#domain/governance/change.ts';
import { MOST_RULE_FILE_CHARS } from '#domain/governance/ruleFile.ts';
import { RULE_SUBJECTS, type RuleKey, type RuleSubject, type RuleValues } from '#domain/governance/subjects.ts';
import type { RuleProblem } from '#domain/governance/validate.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { RULE_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import type { Provenance } from './session.ts';

const Subject = z.enum(RULE_SUBJECTS);

/** What a rule is about, in words; null where its kind has no such part, or holds for all. */
export interface NamedRule extends RuleKey {
  readonly site: string | null;
  readonly channel: string | null;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly uom: string | null;
  readonly customer_code: string | null;
  readonly customer_name: string | null;
}

export const rulesInForce = {
  args: z.strictObject({
    company_id: Id,
    subject: Subject,
    /** ISO date; today without it. */
    on: z.iso.date().optional(),
    /** In the item's code or name, the channel, the KPI or the owner. */
    text: Text.optional(),
    site_id: Id.optional(),
    ...editionArguments,
    sort: z.object({ column: z.enum(RULE_SORTS), descending: z.boolean().default(false) }).optional(),
    offset: Offset,
    limit: Limit,
  }),
};
export interface RuleView extends NamedRule {
  readonly key: string;
  readonly values: RuleValues;
  /** ISO dates; null = since ever, until further notice. */
  readonly since: string | null;
  readonly until: string | null;
  /** Who drafted and who approved the change it came with; null = it was there before there were changes. */
  readonly changed_by: string | null;
  readonly approved_by: string | null;
  /** A change of it that is not decided or not yet in effect. */
  readonly waits: { readonly change_id: string; readonly state: 'draft' | 'approved' } | null;
}
export interface RulesInForce extends InEdition {
  readonly rows: readonly RuleView[];
  readonly total_rows: number;
  readonly on: string;
  readonly currency: string;
  /** Rules nobody answers for, of all shown. */
  readonly without_owner: number;
  readonly provenance: Provenance;
}

export interface RuleVerdictView {
  readonly verdict: RuleChangeState;
  readonly reason: string;
  /** null = the server, when the day had come. */
  readonly author: string | null;
  readonly at_ms: number;
  /** Predicted: not yet decided by the server. */
  readonly predicted: boolean;
}
export interface RuleChangeView {
  readonly id: string;
  readonly subject: RuleSubject;
  readonly title: string;
  readonly reason: string;
  readonly effective_on: string;
  readonly author: string;
  readonly written_at_ms: number;
  readonly predicted: boolean;
  readonly state: RuleChangeState;
  readonly lines: number;
  readonly content_hash: string;
  readonly verdicts: readonly RuleVerdictView[];
  /** What this user may do with it; null = allowed, else why not, in a sentence. */
  readonly may_approve: string | null;
  readonly may_refuse: string | null;
  readonly may_withdraw: string | null;
}
/** Newest first, up to 300; those that wait come first. */
export const ruleChanges = { args: z.strictObject({ company_id: Id, subject: Subject.optional() }) };
export interface RuleChanges {
  readonly changes: readonly RuleChangeView[];
  readonly waiting: number;
  readonly provenance: Provenance;
}

export interface RuleLineView extends NamedRule {
  readonly key: string;
  readonly before: RuleValues | null;
  readonly after: RuleValues | null;
  readonly differs: readonly string[];
  readonly problems: readonly RuleProblem[];
  /** What it replaces is not what was drafted against. */
  readonly overtaken: boolean;
}
export const ruleChange = { args: z.strictObject({ company_id: Id, change_id: z.string().max(36) }) };
export interface RuleChangeDetail {
  readonly change: RuleChangeView;
  readonly lines: readonly RuleLineView[];
  readonly currency: string;
  readonly provenance: Provenance;
}

/** Versions of one rule, newest first. */
export const ruleHistory = {
  args: z.strictObject({
    company_id: Id,
    subject: Subject,
    site_id: Id.nullable(),
    channel_id: Id.nullable(),
    item_id: Id.nullable(),
    kpi: z.string().max(60).nullable(),
    party_id: Id.nullable().default(null),
    category: z.string().max(100).nullable().default(null),
    name: z.string().max(100).nullable().default(null),
  }),
};
export interface RuleHistory {
  readonly rule: NamedRule;
  readonly versions: readonly {
    readonly since: string | null;
    readonly until: string | null;
    readonly values: RuleValues | null;
    /** What it came with; null = it was there before there were changes. */
    readonly change: RuleChangeView | null;
  }[];
  /** Drafts and approved changes of it, and those that came to nothing. */
  readonly other: readonly RuleChangeView[];
  readonly currency: string;
  readonly provenance: Provenance;
}

/** What a rule that is not there yet would be about, and what holds of it on the day it would begin. */
export const ruleAbout = {
  args: z.strictObject({
    company_id: Id,
    subject: Subject,
    effective_on: z.iso.date(),
    site_id: Id.nullable().default(null),
    channel_id: Id.nullable().default(null),
    item_id: Id.nullable().default(null),
    kpi: z.string().max(60).nullable().default(null),
    party_id: Id.nullable().default(null),
    category: z.string().max(100).nullable().default(null),
    name: z.string().max(100).nullable().default(null),
  }),
};
export interface RuleAbout {
  readonly rule: NamedRule;
  /** null = no such rule holds that day. */
  readonly held: RuleValues | null;
  /** A change of it waits to be decided or to take effect. */
  readonly waits: boolean;
  /** Cost of one base unit of the item, for who may see it. */
  readonly unit_cost_micro: number | null;
  /** What there is to choose from, by name; only what its kind of rule names. */
  readonly sites: readonly { readonly id: number; readonly name: string }[];
  readonly channels: readonly { readonly id: number; readonly name: string }[];
  readonly categories: readonly string[];
  readonly currency: string;
  readonly provenance: Provenance;
}

/** Nothing is written. */
export const ruleDiff = {
  args: z.strictObject({
    company_id: Id,
    subject: Subject,
    effective_on: z.iso.date(),
    text: z.string().max(MOST_RULE_FILE_CHARS, 'The file is too large to compare at once. Split it.'),
  }),
};
/** What a change that came to nothing would change if it were drafted again for the day. */
export const ruleAgain = {
  args: z.strictObject({ company_id: Id, change_id: Text, effective_on: z.iso.date() }),
};
export interface RuleDiff {
  /** Why nothing of it can be compared; null = it was. */
  readonly problem: string | null;
  readonly day_problem: string | null;
  /** Columns that mean nothing here. */
  readonly not_read: readonly string[];
  readonly counts: {
    readonly lines: number;
    readonly added: number;
    readonly changed: number;
    readonly ended: number;
    readonly unchanged: number;
    readonly refused: number;
  };
  /** What would change, up to 5,000; more cannot be drafted from one file. */
  readonly lines: readonly (RuleLineView & { readonly line_number: number })[];
  /** Up to 500. */
  readonly refused: readonly {
    readonly line_number: number;
    readonly label: string;
    readonly reason: string;
  }[];
  readonly currency: string;
  readonly provenance: Provenance;
}
