/** Open orders somebody has to allow: what they break, by which rule, and what was said about them. */
import { z } from 'zod';
import {
  APPROVAL_KINDS,
  type ApprovalDecision,
  type ApprovalKind,
  type ApprovalState,
} from '#domain/orders/approval.ts';
import type { MutationState } from '../events.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

/** No screen shows more; what is beyond is counted. */
export const APPROVALS_LIMIT = 500;

export const orderApprovals = {
  args: z.strictObject({
    company_id: Id,
    /** 'waiting': what nobody decided; 'decided': allowed and refused orders that are still open. */
    show: z.enum(['waiting', 'decided']).default('waiting'),
    kind: z.enum(APPROVAL_KINDS).optional(),
    limit: z.int().min(1).max(APPROVALS_LIMIT).default(200),
  }),
};

export interface ApprovalRow {
  /** 'discount:88' */
  readonly key: string;
  readonly kind: ApprovalKind;
  readonly order_id: number;
  readonly number: string;
  readonly party_id: number | null;
  readonly party: string | null;
  readonly salesperson: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly site: string | null;
  readonly ordered_on: string;
  /** Net of the order's lines. */
  readonly net_minor: number;
  /** Money beyond the rule; of credit, beyond the limit. */
  readonly beyond_minor: number;
  /** Lines that break it; 0 of credit, which is of the customer. */
  readonly lines: number;
  /** Largest discount given and what was allowed there; null for other kinds. */
  readonly given_bp: number | null;
  readonly allowed_bp: number | null;
  readonly state: ApprovalState;
  /** It was decided before and changed since. */
  readonly changed: boolean;
  readonly decided_by: string | null;
  readonly asked_by: string | null;
  readonly reason: string | null;
  /** Of the order's lines as they are: what a decision is bound to. */
  readonly content_hash: string;
  /** This person may decide it; else why not. */
  readonly may_decide: boolean;
  readonly may_not: 'role' | 'own' | null;
  /** State of this person's own undecided decision; null when none waits. */
  readonly decision_state: MutationState | null;
}
export interface OrderApprovals {
  /** The most money beyond its rule first. */
  readonly rows: readonly ApprovalRow[];
  readonly total_rows: number;
  readonly waiting: number;
  readonly decided: number;
  /** Of all of them; a customer is beyond the limit once. */
  readonly beyond_minor: number;
  /** Kinds made of what is not for this user. */
  readonly not_for_you: readonly ApprovalKind[];
  /** Kinds not looked for yet: rows they need are still loading. */
  readonly still_loading: readonly ApprovalKind[];
  readonly currency: string;
  readonly provenance: Provenance;
}

/** How the prices of an order came to be: which rule, which override, what a decision would leave. */
export const orderApproval = { args: z.strictObject({ company_id: Id, order_id: Id, kind: z.enum(APPROVAL_KINDS) }) };
export interface OrderApproval {
  /** null = it breaks no such rule any more. */
  readonly row: ApprovalRow | null;
  readonly lines: readonly ExplainedLine[];
  readonly total_lines: number;
  /** The parts of the exposure; null for other kinds. */
  readonly credit: {
    readonly limit_minor: number;
    readonly receivables_minor: number;
    readonly shipped_unbilled_minor: number;
    readonly open_orders_minor: number;
    readonly deposits_minor: number;
    readonly exposure_minor: number;
  } | null;
  /** Of the order's goods if it is allowed as it is; null = not for this user, or a cost is not known. */
  readonly margin: { readonly net_minor: number; readonly cost_minor: number; readonly rate_bp: number | null } | null;
  readonly cost_visible: boolean;
  /** The newest first. */
  readonly said: readonly {
    readonly id: string;
    readonly decision: ApprovalDecision;
    readonly reason: string;
    readonly author: string;
    readonly written_at_ms: number;
    /** About the lines as they are now. */
    readonly current: boolean;
    readonly rules: number;
    readonly state: MutationState;
  }[];
  readonly currency: string;
  readonly provenance: Provenance;
}
export interface ExplainedLine {
  readonly order_line_id: number;
  readonly ordinal: number;
  readonly item_code: string | null;
  readonly item: string | null;
  readonly uom: string | null;
  readonly qty_milli: number;
  /** What the price list says on the day of the order; null = it says nothing of the item. */
  readonly list_price_micro: number | null;
  readonly list_rule_id: number | null;
  readonly unit_price_micro: number;
  readonly discount_bp: number;
  readonly net_price_micro: number;
  /** The rule that limits the discount: a price rule, else the channel's. */
  readonly limit: {
    readonly rule: 'price_rule' | 'channel_rule';
    readonly id: number;
    readonly ver: number;
    readonly of: readonly ('customer' | 'item' | 'category' | 'channel')[];
    readonly allowed_bp: number;
    readonly valid_from: string | null;
    readonly valid_to: string | null;
  } | null;
  /** Who allowed more on the line before; an override of the rule. */
  readonly approved_by: string | null;
  /** Only for who sees cost. */
  readonly floor: {
    readonly id: number;
    readonly ver: number;
    readonly floor_price_micro: number;
    readonly valid_from: string;
    readonly valid_to: string | null;
  } | null;
  readonly cost_minor: number | null;
  readonly margin_bp: number | null;
  readonly beyond_minor: number;
}
