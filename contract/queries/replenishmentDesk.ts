/** What was decided about a company's replenishment: by line, what waits for approval, what can be ordered, and drafts. */
import type { OrderContainers } from './replenishment.ts';
import { z } from 'zod';
import type { ApprovalReason } from '#domain/planning/replenishment/approval.ts';
import type { DecisionInputs, DecisionState } from '#domain/planning/replenishment/decision.ts';
import type { OrderApprovalState } from '#domain/planning/replenishment/orderApproval.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const replenishmentDesk = { args: z.strictObject({ company_id: Id }) };

/** One draft order as a file for the supplier. */
export const DraftOrderFile = z.strictObject({ company_id: Id, draft_order_id: z.string().min(1).max(60) });

export interface StandingDecision {
  readonly id: string;
  /** As a line of the proposals: 'buy:840:3', 'transfer:840:3:5'. */
  readonly key: string;
  readonly state: DecisionState;
  readonly verdict: 'accepted' | 'changed' | 'rejected' | 'withdrawn';
  readonly qty_milli: number;
  readonly proposed_qty_milli: number;
  readonly value_minor: number | null;
  readonly by: string;
  readonly at_ms: number;
  readonly reason: string | null;
  /** Who refused or approved it, and why. */
  readonly answered: {
    readonly verdict: 'approved' | 'refused';
    readonly by: string;
    readonly reason: string | null;
  } | null;
  /** It waits for the server. */
  readonly waiting: boolean;
  readonly draft_number: string | null;
}

export interface DecidedItem {
  readonly decision_id: string;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly qty_milli: number;
  readonly unit_price_micro: number | null;
  readonly value_minor: number | null;
}

export interface WaitingApproval extends DecidedItem {
  readonly site_id: number;
  readonly site: string;
  readonly supplier: string | null;
  readonly from_site: string | null;
  readonly proposed_qty_milli: number;
  readonly by: string;
  readonly at_ms: number;
  readonly reason: string | null;
  readonly why: readonly ApprovalReason[];
  /** What the server's own facts proposed when it took the decision; null = it has not yet, or did not say. */
  readonly own_qty_milli: number | null;
  readonly waiting: boolean;
  /** Null: this user may approve it; else why not. */
  readonly not_mine: 'own' | 'role' | null;
}

export interface ReadyLine extends DecidedItem {
  readonly because: DecisionInputs['because'];
  readonly order_by_on: string | null;
  readonly receive_on: string;
  readonly waiting: boolean;
}

/** Lines of one supplier and site that can be ordered. */
export interface ReadyOrder {
  /** '12:3': supplier and site. */
  readonly key: string;
  readonly supplier_id: number;
  readonly supplier: string;
  readonly site_id: number;
  readonly site: string;
  readonly lines: readonly ReadyLine[];
  readonly value_minor: number;
  readonly without_price: number;
  readonly minimum_minor: number;
  readonly freight_minor: number;
  readonly free_freight_from_minor: number | null;
  /** Of these lines; null = the supplier sends in none, or no item says its size. */
  readonly container: OrderContainers | null;
  /** Lines of the same supplier and site that wait for approval. */
  readonly for_approval: number;
}

/** An accepted transfer nobody asked the giving site for. */
export interface ReadyTransfer {
  readonly decision_id: string;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly from_site_id: number;
  readonly from_site: string;
  readonly site_id: number;
  readonly site: string;
  readonly qty_milli: number;
  readonly receive_on: string;
  readonly waiting: boolean;
}

/** What nobody else saw of a draft, and of what goes to its supplier with it, as far as this copy knows. */
export interface DraftApproval {
  /** `none`: it may be sent without. */
  readonly state: OrderApprovalState;
  readonly unseen_minor: number;
  /** Of other drafts to the supplier, and their numbers. */
  readonly others_minor: number;
  readonly others: readonly string[];
  readonly unpriced: number;
  readonly limit_minor: number;
  readonly answered: {
    readonly by: string;
    readonly at_ms: number;
    readonly reason: string | null;
    readonly waiting: boolean;
  } | null;
  /** Null: this user may answer it; else why not. */
  readonly not_mine: 'own_order' | 'own_decision' | 'role' | null;
}

interface DraftLineView extends DecidedItem {
  /** Who decided it, and whether somebody else approved that. */
  readonly by: string;
  readonly seen: boolean;
}

export interface DraftOrderView {
  readonly id: string;
  /** Null: the server has not numbered it yet. */
  readonly number: string | null;
  readonly state: 'draft' | 'sent' | 'cancelled';
  readonly supplier: string;
  readonly site: string;
  readonly value_minor: number;
  readonly freight_minor: number;
  readonly minimum_reason: string | null;
  readonly by: string;
  readonly at_ms: number;
  readonly ended: { readonly by: string; readonly at_ms: number; readonly reason: string | null } | null;
  /** Sent: the purchase order it became; null until the server made it. */
  readonly purchase_order_id: number | null;
  readonly waiting: boolean;
  /** Of its lines, in what the supplier sends in now; null = in none, or no item says its size. */
  readonly container: OrderContainers | null;
  readonly approval: DraftApproval;
  readonly lines: readonly DraftLineView[];
}

export interface ReplenishmentDesk {
  readonly currency: string;
  readonly decisions: readonly StandingDecision[];
  readonly approvals: readonly WaitingApproval[];
  readonly ready: readonly ReadyOrder[];
  readonly transfers: readonly ReadyTransfer[];
  /** The newest first. */
  readonly drafts: readonly DraftOrderView[];
  readonly drafts_total: number;
  readonly provenance: Provenance;
}
