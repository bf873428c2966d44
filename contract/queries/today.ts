/** What needs a decision today, ranked by money at stake, and the working behind one of them. */
import { z } from 'zod';
import {
  EXCEPTION_GROUPS,
  type ExceptionFacts,
  type ExceptionGroup,
  type Severity,
  type StakePart,
} from '#domain/exceptions/exception.ts';
import type { Escalation } from '#domain/exceptions/marks.ts';
import type { MutationState } from '../events.ts';
import { CompanyIds, Id, ReportingCurrency } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import type { Provenance } from './session.ts';

/** No screen shows more; what is beyond is counted and its money added up. */
export const TODAY_LIMIT = 500;

export const today = {
  args: z.strictObject({
    company_ids: CompanyIds,
    reporting_currency: ReportingCurrency,
    group: z.enum(EXCEPTION_GROUPS).optional(),
    /** 'mine': assigned to or owned by the asker. */
    whose: z.enum(['all', 'mine']).default('all'),
    snoozed: z.boolean().default(false),
    /** Only what rose: slept over, or given to someone and not solved. */
    escalated: z.boolean().default(false),
    /** Without what takes seconds to find, unless it was found before: its groups count as waiting. */
    at_once: z.boolean().default(false),
    limit: z.int().min(1).max(TODAY_LIMIT).default(200),
  }),
};
export interface TodayRow {
  readonly key: string;
  readonly group: ExceptionGroup;
  readonly severity: Severity;
  readonly facts: ExceptionFacts;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  /** Minor units of the company's currency: the sum of the parts. */
  readonly stake_minor: number;
  readonly currency: string;
  /** The stake in the currency of the answer, which ranks it; null: a rate it needs is not here. */
  readonly shown_minor: number | null;
  readonly parts: readonly StakePart[];
  readonly due_on: string | null;
  readonly since_on: string | null;
  readonly owner: string | null;
  readonly assigned_to: string | null;
  readonly snoozed_until_on: string | null;
  /** It was slept over or given to someone, and still stands; null = not (yet). */
  readonly escalated: {
    readonly why: Escalation['why'];
    readonly since_on: string;
    /** Who is told; null = everyone who sees it. */
    readonly to: string | null;
  } | null;
  /** State of this user's newest undecided mark on it; null when none waits. */
  readonly mark_state: MutationState | null;
}
export interface Today {
  readonly rows: readonly TodayRow[];
  /** After the filters, the rows beyond `limit` included. */
  readonly total_rows: number;
  /** Of what is shown, each decision converted by itself. */
  readonly total_stake_minor: number | null;
  /** Of everything awake, whatever group is asked for. */
  readonly counts: Readonly<Record<ExceptionGroup, number>>;
  readonly awake: number;
  readonly snoozed: number;
  /** Of those awake, what rose. */
  readonly escalated: number;
  /** Groups that are not for this user. */
  readonly not_for_you: readonly ExceptionGroup[];
  /** Groups of which something was not looked for yet: rows it needs are still loading, or it takes longer than at once. */
  readonly waiting: readonly ExceptionGroup[];
  /** Some of those only because it was to be at once: the same question without haste finds them. */
  readonly still_looking: boolean;
  /** Names an exception may be assigned to, as far as this copy knows any. */
  readonly people: readonly string[];
  readonly currency: string;
  readonly conversion: Conversion | null;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

export const exceptionDetail = {
  args: z.strictObject({ company_id: Id, key: z.string().min(1).max(120), limit: z.int().min(1).max(200).default(50) }),
};
export type StakePartName = StakePart['part'];
/** A row behind the stake: an order line, an invoice, a count line. */
export interface ExceptionLine {
  readonly part: StakePart['part'];
  readonly order_id: number | null;
  /** The document: order, invoice, claim, purchase order. */
  readonly number: string;
  readonly party: string | null;
  readonly channel_kind: string | null;
  readonly on: string | null;
  readonly qty_milli: number | null;
  readonly uom: string | null;
  readonly amount_minor: number;
}
export interface ExceptionEvent {
  readonly on: string;
  readonly what: 'promised' | 'moved' | 'assigned' | 'snoozed' | 'reopened';
  readonly who: string;
  /** The purchase order, or the person it was given to. */
  readonly number: string | null;
  readonly to_on: string | null;
}
export interface ExceptionDetail {
  /** null = it cleared itself meanwhile. */
  readonly row: TodayRow | null;
  readonly lines: readonly ExceptionLine[];
  readonly total_lines: number;
  /** Newest first. */
  readonly events: readonly ExceptionEvent[];
  readonly currency: string;
  readonly provenance: Provenance;
}
