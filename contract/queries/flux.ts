/** The flux task of a close: each account's month beside the one before, who said why it changed, and what the ledger suggests. */
import { z } from 'zod';
import type { MutationState } from '../events.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const fluxTask = { args: z.strictObject({ task_id: Id }) };

/** Which changes ask for words: those of more than both. */
export interface FluxThresholdView {
  readonly amount_minor: number;
  readonly rate_bp: number;
  /** The company's rule it comes from: since when (null = ever), and who answers for it; null = it has none of its own. */
  readonly rule: { readonly since: string | null; readonly owner: string | null } | null;
}

/** An entry that is part of a likely cause, drilled to in the ledger. */
export interface FluxEntryView {
  readonly entry_id: number;
  readonly name: string;
  readonly booked_on: string;
  /** Document, party or text, as far as the entry says. */
  readonly about: string;
  /** As it adds to the change: one of the month before that did not come again counts the other way round. */
  readonly change_minor: number;
}

export interface FluxCauseView {
  /** 'INV Invoices', 'GEN Legal fees' */
  readonly label: string;
  readonly change_minor: number;
  /** Of the change, in hundredths of a per cent; beyond 10,000 where others go against it. */
  readonly share_bp: number;
  /** Largest first; the rest is in the account. */
  readonly entries: readonly FluxEntryView[];
}

export interface FluxLineView {
  readonly line_id: number;
  /** null = the account is not on this machine. */
  readonly account_id: number | null;
  readonly account: string;
  /** '8000 Sales' */
  readonly ref: string;
  /** Debit positive. Of income and expense the month, of the rest the balance. */
  readonly now_minor: number;
  readonly before_minor: number;
  readonly change_minor: number;
  /** Hundredths of a per cent; null = nothing was there before. */
  readonly rate_bp: number | null;
  readonly asks: boolean;
  readonly words: string | null;
  readonly by: string | null;
  readonly at_ms: number | null;
  /** Of the words; null = there are none. */
  readonly words_state: MutationState | null;
  /** Asks, and nobody said why. */
  readonly needs_words: boolean;
  /** Of a change: what makes most of it, largest first. */
  readonly causes: readonly FluxCauseView[];
}

export interface FluxTaskView {
  /** yyyymm */
  readonly period: number;
  readonly currency: string;
  readonly threshold: FluxThresholdView;
  /** Those that ask first, then the rest; each by the size of the change. */
  readonly lines: readonly FluxLineView[];
  /** Why this user may not say why an account changed; null = may. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
