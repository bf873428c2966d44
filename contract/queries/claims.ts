/** Customers' claims: whom each waits for, how long, what was asked for and allowed, and what it took from the margin. */
import { z } from 'zod';
import type { ClaimState } from '#domain/claims/claim.ts';
import type { MutationState } from '../events.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { CLAIM_FILTER_COLUMNS, CLAIM_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { OrderLineView } from './orders.ts';
import type { Provenance } from './session.ts';
import type { NoteView } from './stock.ts';

/** 'too_long': open beyond domain/claims' target, as the exception counts them. */
export const CLAIM_VIEWS = ['open', 'too_long', 'resolved', 'all'] as const;
export const CLAIM_GROUPS = ['none', 'customer', 'item', 'reason', 'owner'] as const;

export const claims = {
  args: z.strictObject({
    company_id: Id,
    view: z.enum(CLAIM_VIEWS).default('open'),
    group_by: z.enum(CLAIM_GROUPS).default('none'),
    /** Keys of the open nodes, as rows name them. */
    expanded: z.array(z.string().max(120)).max(2000).default([]),
    /** Part of a claim's or an order's number, a customer's name, an item's code or name. */
    text: Text.optional(),
    site_id: Id.optional(),
    /** 0 = claims of no channel. */
    channel_id: z.int().min(0).optional(),
    party_id: Id.optional(),
    sort: Sorts(CLAIM_SORTS),
    filters: ColumnFilters(CLAIM_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export interface ClaimRow {
  /** 'c:345' a claim; 'g:…' a group; 'total' */
  readonly key: string;
  readonly kind: 'group' | 'claim';
  readonly level: number;
  readonly label: string;
  readonly expanded: boolean;
  /** Claims below a group, and how many of them are open and open too long; of a claim 1 or 0. */
  readonly claims: number;
  readonly open: number;
  readonly too_long: number;
  /** How long it may be open: the target of its channel or its company; null = a group. */
  readonly target_days: number | null;
  /** Below: null on groups. */
  readonly claim_id: number | null;
  readonly number: string | null;
  readonly party_id: number | null;
  readonly party: string | null;
  readonly order_id: number | null;
  readonly order_line_id: number | null;
  readonly order_number: string | null;
  /** Of the claimed line: the day its last part was shipped. */
  readonly shipped_on: string | null;
  readonly item_id: number | null;
  readonly item_code: string | null;
  readonly item: string | null;
  readonly site_id: number | null;
  readonly site: string | null;
  readonly channel_id: number | null;
  readonly channel: string | null;
  readonly channel_kind: string | null;
  /** As the system of record says it: 'short delivery'. */
  readonly reason: string | null;
  readonly state: ClaimState | null;
  readonly opened_on: string | null;
  readonly resolved_on: string | null;
  /** Calendar days until it was resolved or until today; of a group the oldest open one. */
  readonly age_days: number | null;
  /** The clock of claim resolution time, thousandths of a day: without waiting on the customer; null = no event tells. */
  readonly clock_milli_days: number | null;
  readonly claimed_minor: number;
  /** Σ of its credit notes. */
  readonly allowed_minor: number;
  /** What it cost beside them, and what both did to GM3 (0 or below); null = not for this person. */
  readonly cost_minor: number | null;
  readonly margin_minor: number | null;
  /** The customer's salesperson. */
  readonly owner: string | null;
  /** Who was asked to see to it, and until when it sleeps among the exceptions. */
  readonly assigned_to: string | null;
  readonly snoozed_until_on: string | null;
  /** State of this person's newest undecided mark on it; null when none waits. */
  readonly mark_state: MutationState | null;
}

export interface Claims extends InEdition {
  readonly rows: readonly ClaimRow[];
  /** Groups and what is unfolded of them. */
  readonly total_rows: number;
  /** Of the rows, after every filter. */
  readonly totals: ClaimRow;
  /** Of the whole company, before any filter; `claimed_minor` is of those open. */
  readonly counts: {
    readonly open: number;
    readonly too_long: number;
    readonly customer: number;
    readonly resolved: number;
    readonly all: number;
    readonly claimed_minor: number;
    readonly too_long_minor: number;
  };
  /** How long claims may be open; null = not all channels say the same. */
  readonly target_days: number | null;
  /** Whether what claims cost is for this person, at some of their places at least. */
  readonly cost_visible: boolean;
  /** Whom a claim may be given to. */
  readonly people: readonly string[];
  readonly currency: string;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

export const claimDetail = { args: z.strictObject({ company_id: Id, claim_id: Id }) };
export interface ClaimDetail {
  /** null = it is not here any more. */
  readonly row: ClaimRow | null;
  /** The oldest first. kind: 'opened' | 'waiting' | 'resumed' | 'resolved' | 'reopened' */
  readonly events: readonly { readonly kind: string; readonly happened_at_ms: number }[];
  /** Credit notes that name it. */
  readonly credits: readonly {
    readonly number: string;
    readonly issued_on: string;
    readonly amount_minor: number;
    readonly reason: string;
  }[];
  /** null = not for this person. */
  readonly costs: readonly { readonly booked_on: string; readonly amount_minor: number }[] | null;
  /** The line that is complained of; null = the claim names none, or it is not here. */
  readonly line: OrderLineView | null;
  readonly shipments: readonly {
    readonly number: string;
    readonly shipped_on: string;
    readonly delivered_on: string | null;
    readonly qty_milli: number;
  }[];
  /** The customer's other claims, the newest first, at most 12. */
  readonly others: readonly ClaimRow[];
  /** All claims of the customer that are here, this one too. */
  readonly of_customer: {
    readonly claims: number;
    readonly open: number;
    readonly claimed_minor: number;
    readonly allowed_minor: number;
  };
  /** Notes on the order it is about, the newest first. */
  readonly notes: readonly NoteView[];
  readonly currency: string;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}
