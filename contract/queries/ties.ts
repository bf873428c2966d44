/** Whether the margin of a month ties to the general ledger, by component, and what does not down to the documents. */
import { z } from 'zod';
import { TIE_COMPONENTS, type TieComponent } from '#domain/close/marginTie.ts';
import { Id, Month } from './arguments.ts';
import type { Provenance } from './session.ts';

const ofMonth = { company_id: Id, month: Month };

export const marginTies = { args: z.strictObject(ofMonth) };
/** Amounts in the company's currency, as they add to the margin. */
export interface MarginTie {
  readonly component: TieComponent;
  /** The role of its accounts, and those that have it: none = nothing can tie, the account map lacks it. */
  readonly role: string;
  readonly accounts: readonly { readonly code: string; readonly name: string }[];
  /** What Margin shows of the month; null = not known of every line. */
  readonly margin_minor: number | null;
  /** Of it: ordered and not yet delivered when the month ended. */
  readonly undelivered_minor: number | null;
  /** Ordered in earlier months, delivered in this one. */
  readonly earlier_minor: number;
  /** What the documents of the month come to. */
  readonly documents_minor: number;
  /** null = no account has the role. */
  readonly ledger_minor: number | null;
  /** Ledger less documents. */
  readonly difference_minor: number | null;
  /** Days and channels on which they differ, whatever the month comes to; a day the ledger books without channels is one. */
  readonly differing_days: number;
  /** Customers whose documents of the month come to exactly the difference. */
  readonly same_amount: readonly string[];
}
export interface MarginTies {
  readonly ties: readonly MarginTie[];
  readonly currency: string;
  readonly provenance: Provenance;
}

export const marginTieLines = {
  args: z.strictObject({
    ...ofMonth,
    component: z.enum(TIE_COMPONENTS),
    /** Days that differ first; all of them without. */
    limit: z.int().min(1).max(2000).default(1000),
  }),
};
/** A day of a channel that differs, followed by what was booked and what the documents are. */
export interface TieLine {
  readonly key: string;
  readonly kind: 'day' | 'entry' | 'document';
  readonly on: string;
  readonly channel: string | null;
  readonly channel_kind: string | null;
  /** Of an entry its number, of a document its own. */
  readonly number: string | null;
  /** Of an entry what it says; of a document whose it is. */
  readonly about: string | null;
  /** 0 = of no order. */
  readonly order_id: number;
  readonly documents_minor: number | null;
  readonly ledger_minor: number | null;
  /** Of a day. */
  readonly difference_minor: number | null;
}
export interface MarginTieLines {
  readonly lines: readonly TieLine[];
  /** Days and channels that differ, and how many of them are not among the lines, or not with all of their own. */
  readonly days: number;
  readonly days_left_out: number;
  readonly tie: MarginTie;
  readonly currency: string;
  readonly provenance: Provenance;
}
