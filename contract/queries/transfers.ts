/** Transfers between sites: what waits for whom, and which site could give an item. */
import { z } from 'zod';
import type { TransferState, TransferStep } from '#domain/transfers/transfer.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

/** No screen shows more; what is beyond is counted. */
export const TRANSFERS_LIMIT = 500;

export const transfers = {
  args: z.strictObject({
    company_id: Id,
    /** 'open': requested, approved, under way; 'over': arrived, refused, withdrawn, cancelled, expired, the latest first. */
    show: z.enum(['open', 'over']).default('open'),
    item_id: Id.optional(),
  }),
};

/** What a site has of an item, and could do without. */
export interface GivingView {
  readonly on_hand_qty_milli: number;
  /** Open orders, reservations, what is held back for other sites. */
  readonly asked_qty_milli: number;
  readonly on_order_qty_milli: number;
  /** null = it has no policy: only what is asked of it is known to be needed. */
  readonly reorder_qty_milli: number | null;
  readonly spare_qty_milli: number;
}

export interface TransferRow {
  readonly id: string;
  /** null = the server has not numbered it yet. */
  readonly number: string | null;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly from_site_id: number;
  readonly from_site: string;
  readonly to_site_id: number;
  readonly to_site: string;
  readonly state: TransferState;
  readonly asked_qty_milli: number;
  /** null = not that far. */
  readonly given_qty_milli: number | null;
  readonly sent_qty_milli: number | null;
  readonly arrived_qty_milli: number | null;
  /** Of a request wanted by, later expected; null = none is said, or it is over. */
  readonly due_on: string | null;
  /** The last day on which the next step may be taken. */
  readonly until_on: string | null;
  readonly asked_by: string;
  readonly asked_at_ms: number;
  readonly reason: string | null;
  readonly last: {
    readonly step: TransferStep;
    readonly by: string;
    readonly at_ms: number;
    readonly reason: string | null;
  };
  /** A step of this person waits for the server. */
  readonly waiting: boolean;
  /** Of requests: what the giving site can spare now; null = not read for so many, or still loading. */
  readonly giving: GivingView | null;
  /** What this person may do next; a request is answered by somebody else than who asked. */
  readonly may: {
    readonly answer: boolean;
    readonly not_answer_because: 'own' | 'site' | null;
    readonly dispatch: boolean;
    readonly receive: boolean;
    readonly end: boolean;
  };
}

export interface Transfers {
  readonly rows: readonly TransferRow[];
  readonly total_rows: number;
  readonly open: number;
  readonly over: number;
  /** Requests this person may answer. */
  readonly for_you: number;
  readonly as_of_on: string;
  readonly provenance: Provenance;
}

/** Which sites have an item to spare for another, with their figures. */
export const transferOffers = { args: z.strictObject({ company_id: Id, item_id: Id, to_site_id: Id }) };

export interface TransferOffer extends GivingView {
  readonly site_id: number;
  readonly site: string;
  readonly name: string;
  /** Days of the way; assumed where no lane says it. */
  readonly days: number;
  readonly days_known: boolean;
  /** Sent off today it is taken in on this day. */
  readonly arrive_on: string;
  readonly next_in_on: string | null;
  /** A request of the same item the same way that is open. */
  readonly open: { readonly number: string | null; readonly qty_milli: number; readonly by: string } | null;
  /** Goods of the item went or go the other way. */
  readonly leads_back: boolean;
}

export interface TransferOffers {
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly to_site: string;
  /** The most to spare first. */
  readonly sites: readonly TransferOffer[];
  /** Rows it needs are still loading: nothing is said before they are here. */
  readonly waiting: boolean;
  readonly provenance: Provenance;
}
