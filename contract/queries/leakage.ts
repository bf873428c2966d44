/** Where margin leaked in some months, by cause, and the lines of one cause. */
import { z } from 'zod';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import { CompanyIds, Id, Limit, Offset, ReportingCurrency } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { lineFilter } from './lineFilter.ts';
import type { Provenance } from './session.ts';

/** With the filter of a margin: its leakage is that of the same lines. */
export const marginLeakage = {
  args: z.strictObject({ company_ids: CompanyIds, reporting_currency: ReportingCurrency, ...lineFilter }),
};
export interface LeakageRow {
  readonly cause: LeakageCause;
  readonly lines: number;
  /** null: a rate it needs is not here. */
  readonly leak_minor: number | null;
  /** The channel with the largest part of it; null = no channel stands out (costs). */
  readonly channel: string | null;
  readonly channel_kind: string | null;
  /** The customer, or for a cost rise the supplier, with the largest part. */
  readonly party: string | null;
  readonly party_minor: number | null;
  /** Who answers for the largest part of it, and for how many it is: the customer's salesperson, the owner of agreement or list price. */
  readonly owner: string | null;
  readonly owners: number;
  /** Whom its exceptions of Today were given to, by name. */
  readonly given_to: readonly string[];
  /** Whose leaks these are, the largest first. */
  readonly companies: readonly {
    readonly company_id: number;
    readonly lines: number;
    readonly leak_minor: number | null;
  }[];
}
export interface MarginLeakage {
  /** Largest first. */
  readonly rows: readonly LeakageRow[];
  readonly total_minor: number | null;
  /** Beyond a rule and allowed by somebody: in no row and in no total. */
  readonly allowed: readonly {
    readonly cause: LeakageCause;
    readonly lines: number;
    readonly allowed_minor: number | null;
  }[];
  /** Causes that are made of cost, when this user may not see it. */
  readonly not_for_you: readonly LeakageCause[];
  /** Causes that cannot be told apart so far down, and why, in a sentence: they are in no row. */
  readonly left_out: readonly { readonly cause: LeakageCause; readonly reason: string }[];
  readonly currency: string;
  readonly conversion: Conversion | null;
  readonly provenance: Provenance;
}

export const marginLeakageLines = {
  /** Without a cause, of all causes. */
  args: z.strictObject({
    company_id: Id,
    ...lineFilter,
    cause: z.enum(LEAKAGE_CAUSES).optional(),
    /** Those somebody allowed instead of those that leak. */
    allowed: z.boolean().default(false),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};
export interface LeakageLine {
  /** Unique among the rows of an answer; a cost rise is no order line. */
  readonly key: string;
  readonly cause: LeakageCause;
  /** null = an item whose cost rose. */
  readonly order_id: number | null;
  readonly number: string;
  readonly item_id: number | null;
  readonly item: string | null;
  readonly party: string | null;
  readonly channel: string | null;
  readonly channel_kind: string | null;
  readonly on: string;
  /** null = the whole order leaks. */
  readonly qty_milli: number | null;
  readonly uom: string | null;
  /** What the rule allows and what was given, basis points; for a cost rise, by how much it rose. */
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
  readonly approved_by: string | null;
  readonly owner: string | null;
}
export interface MarginLeakageLines extends InEdition {
  readonly lines: readonly LeakageLine[];
  readonly total_lines: number;
  readonly total_minor: number;
  readonly currency: string;
  readonly provenance: Provenance;
}
