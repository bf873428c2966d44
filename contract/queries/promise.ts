/** When could so many of an item be promised, at a site or wherever it is soonest? */
import type { OverdueWait } from '#domain/planning/overdueWaits.ts';
import { z } from 'zod';
import { MOST_QTY_MILLI } from '#domain/planning/orderQuantity.ts';
import type { NoOrder } from '#domain/planning/promiseDate.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

/** More sites are counted, not said. */
export const PROMISE_SITES = 50;
/** So many receipts of one day are named. */
export const PROMISE_RECEIPTS = 5;

export const promiseDate = {
  args: z.strictObject({
    item_id: Id,
    /** Left out: each site by itself. */
    site_id: Id.optional(),
    qty_milli: z.int().min(1).max(MOST_QTY_MILLI),
  }),
};

/** What comes on the day and makes it possible. */
export interface PromiseReceipt {
  readonly kind: 'purchase' | 'transfer';
  readonly number: string;
  /** null = a transfer. */
  readonly purchase_order_id: number | null;
  /** The supplier, or the site it comes from. */
  readonly from: string;
  /** When it is expected; one that is overdue is taken to come later. */
  readonly expected_on: string;
  /** Of one that is overdue: why it is taken to come when it is; null = it is expected on the day. */
  readonly wait: OverdueWait | null;
  readonly qty_milli: number;
}

export type PromiseWay =
  | {
      readonly way: 'here';
      readonly on: string;
      /** The largest first; empty = what lies there. */
      readonly receipts: readonly PromiseReceipt[];
      readonly receipts_total: number;
    }
  | {
      readonly way: 'transfer';
      readonly on: string;
      /** Earlier where only what comes here afterwards makes it enough. */
      readonly arrive_on: string;
      readonly from_site_id: number;
      readonly from_site: string;
      /** What is missing, which that site can spare. */
      readonly qty_milli: number;
      readonly days: number;
      readonly days_known: boolean;
    }
  | {
      readonly way: 'purchase';
      readonly on: string;
      /** The next day the supplier is ordered from. */
      readonly order_on: string;
      readonly supplier: string;
      /** What is missing, in what the supplier sells. */
      readonly qty_milli: number;
      readonly lead_time_days: number;
      /** From deliveries; otherwise as agreed. */
      readonly measured: boolean;
    };

export interface SitePromise {
  readonly site_id: number;
  readonly site: string;
  readonly name: string;
  /** What could be promised for today. */
  readonly today_qty_milli: number;
  /** One of each kind at most, the earliest first; empty = by nothing that is known. */
  readonly ways: readonly PromiseWay[];
  /** The first week of the item's table that shows as much; null = none of its weeks. Never after `ways` of kind 'here'. */
  readonly first_week: string | null;
  /** Why an order placed today says nothing; null = it could be placed. */
  readonly no_order: NoOrder | null;
}

export interface PromiseDate {
  readonly code: string;
  readonly uom: string;
  readonly qty_milli: number;
  readonly as_of_on: string;
  /** The site with the earliest day first. Only sites this person may see. */
  readonly sites: readonly SitePromise[];
  readonly sites_total: number;
  /** Rows it needs are still loading: nothing is said before they are here. */
  readonly waiting: boolean;
  readonly provenance: Provenance;
}
