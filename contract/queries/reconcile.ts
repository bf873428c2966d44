/** What makes up the difference of a close task's account, item by item, and what changed since it was signed. */
import { z } from 'zod';
import type { ChangedSides } from '#domain/close/changedSides.ts';
import type { JournalState } from '#domain/close/journal/steps.ts';
import type { Cause } from '#domain/close/reconcile/causes.ts';
import type { RebateThresholds } from '#domain/close/reconcile/thresholdWords.ts';
import type { UnknownCosts } from '#domain/close/reconcile/unknownCosts.ts';
import type { MutationState } from '../events.ts';
import { Id } from './arguments.ts';
import type { OwnAmount } from './credit.ts';
import type { Provenance } from './session.ts';

export const reconciliation = { args: z.strictObject({ task_id: Id }) };

/** A document or entry behind an item, as far as this machine has it. */
export interface ItemDocument {
  readonly kind: string;
  readonly id: number;
  readonly ref: string;
  readonly on: string | null;
  /** Party, or what an entry says. */
  readonly about: string | null;
  readonly amount_minor: number | null;
  /** In the currency it is made out in, where that is not the company's. */
  readonly own: OwnAmount | null;
  readonly order_id: number | null;
  readonly purchase_order_id: number | null;
}

export interface RecItemView {
  readonly line_id: number;
  readonly ref: string;
  readonly account: string | null;
  readonly cause: Cause;
  readonly amount_minor: number;
  /** Of a cost no goods bear yet: what is to be allocated. It is no part of the difference. Null = nothing is. */
  readonly to_allocate_minor: number | null;
  readonly arose_on: string;
  readonly origin_period: number;
  readonly age_days: number;
  /** The day it stands in the ledger after all. */
  readonly settles_on: string | null;
  readonly documents: readonly ItemDocument[];
  readonly explanation: string | null;
  readonly explained_by: string | null;
  /** Of the explanation; null = there is none. */
  readonly explanation_state: MutationState | null;
  /** Not explained, and not below its account's threshold. */
  readonly needs_explanation: boolean;
  /** The entry that stands for it, of whatever month; null = none does. */
  readonly entry: ItemEntry | null;
}

export interface ItemEntry {
  readonly reference: string;
  readonly state: JournalState;
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly exported_at_ms: number | null;
  /** The ledger's entry with its reference. */
  readonly posted_as: string | null;
}

export interface LineChange {
  readonly id: number;
  readonly side: string;
  readonly ref: string;
  readonly change: string;
  readonly before_minor: number | null;
  readonly after_minor: number | null;
  readonly changed_by: string;
  readonly changed_at_ms: number;
}

export interface ReconciliationView {
  /** null = nothing is computed for this task. */
  readonly computed: {
    readonly ledger_minor: number;
    readonly subledger_minor: number;
    readonly difference_minor: number;
    readonly threshold_minor: number;
    readonly computed_at_ms: number;
  } | null;
  readonly currency: string;
  /** Codes on its accounts that have no kind: their entries count as by hand. */
  readonly unmapped_journals: readonly string[];
  /** Of which goods delivered in the month nothing says the cost or what is owed; null = it counts by none, or the user sees none. */
  readonly unknown_costs: UnknownCosts | null;
  /** Of the task of rebates, where the user sees costs. */
  readonly rebate_thresholds: RebateThresholds | null;
  readonly items: readonly RecItemView[];
  /** Since the newest signature the content no longer bears; newest first. */
  readonly changes: readonly LineChange[];
  /** All of them together, and what brought them; null = none. */
  readonly changed: (ChangedSides & { readonly by: readonly string[] }) | null;
  /** Why this user may not explain items now; null = may. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
