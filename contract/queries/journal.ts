/** Entries proposed for what a month's reconciliations found: how each stands, and what one for chosen items would be. */
import { z } from 'zod';
import type { Allocation } from '#domain/close/journal/allocation.ts';
import type { JournalLine } from '#domain/close/journal/entry.ts';
import type { JournalState } from '#domain/close/journal/steps.ts';
import type { Cause } from '#domain/close/reconcile/causes.ts';
import type { MutationState } from '../events.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const closeJournal = { args: z.strictObject({ period_id: Id }) };

export interface JournalItemView {
  readonly line_id: number;
  readonly ref: string;
  readonly cause: Cause;
  /** Ledger less subledger when it was proposed, debit positive. */
  readonly amount_minor: number;
}

export interface JournalRow {
  readonly id: string;
  readonly reference: string;
  readonly words: string;
  readonly state: JournalState;
  /** Of the newest thing said of it: 'accepted', or this person's own on its way. */
  readonly mutation_state: MutationState;
  /** Sum of its debits. */
  readonly amount_minor: number;
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly lines: readonly JournalLine[];
  readonly items: readonly JournalItemView[];
  readonly authors: readonly string[];
  readonly proposed_at_ms: number;
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly reason: string | null;
  readonly exported: { readonly by: string; readonly at_ms: number } | null;
  /** The ledger's entry with its reference, and what took it back. */
  readonly posted_as: string | null;
  readonly reversed_as: string | null;
  /** One of them is not what was proposed. */
  readonly posted_otherwise: boolean;
  /** What of its items is otherwise now, in a sentence: it cannot be approved until it is renewed. */
  readonly changed: string | null;
  /** Its items as they are now, for one that renews it; null where it cannot be. */
  readonly renewed_from: readonly { readonly line_id: number; readonly amount_minor: number }[] | null;
  /** Why this person cannot do it now; null = they can. */
  readonly approve_why_not: string | null;
  readonly refuse_why_not: string | null;
  readonly reword_why_not: string | null;
  readonly withdraw_why_not: string | null;
  readonly export_why_not: string | null;
  /** The same for one that left already: asked for again on purpose. */
  readonly again_why_not: string | null;
}

export interface CloseJournal {
  readonly period: number;
  readonly currency: string;
  /** Newest first. */
  readonly rows: readonly JournalRow[];
  readonly to_approve: number;
  readonly to_export: number;
  /** Why this person proposes nothing here; null = they may. */
  readonly propose_why_not: string | null;
  readonly provenance: Provenance;
}

export const journalDraft = {
  args: z.strictObject({
    period_id: Id,
    items: z
      .array(z.strictObject({ line_id: Id, amount_minor: z.int() }))
      .min(1)
      .max(50),
    /** null = as such items usually are. */
    reverses: z.boolean().nullable(),
    renews_id: z.uuid().nullable(),
  }),
};

/** The entry as it would be proposed, worked out on this machine. */
export interface JournalDraft {
  readonly currency: string;
  readonly reverses: boolean;
  /** What it says until somebody words it otherwise. */
  readonly words: string;
  readonly booked_on: string;
  readonly reverses_on: string | null;
  readonly lines: readonly JournalLine[];
  readonly amount_minor: number;
  /** Entries by hand among the items: their own lines the other way round. */
  readonly taken_back_whole: readonly string[];
  /** Of items that are costs no goods bear yet: the working. */
  readonly allocations: readonly { readonly ref: string; readonly allocation: Allocation }[];
  /** Why there is none, in a sentence; null = it can be proposed. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
