/** Who is asking, which companies there are, and where an answer comes from. */
import { z } from 'zod';
import type { GrantView } from '../wire/protocol.ts';

export const session = { args: z.strictObject({}) };
export interface Session {
  readonly user_name: string;
  readonly display_name: string;
  readonly initials: string;
  readonly server_url: string;
  readonly device: string;
  readonly grants: readonly GrantView[];
  /** What this user may do anywhere; see domain/access. */
  readonly may: {
    readonly see_cost: boolean;
    readonly see_finance: boolean;
    readonly write_notes: boolean;
    readonly prepare_close: boolean;
    readonly review_close: boolean;
    readonly make_binder: boolean;
    readonly import_data: boolean;
    /** Decides on replenishment, overrides, fulfilment. */
    readonly plan: boolean;
    /** Give goods of a site to another, send them off, take them in. */
    readonly move_goods: boolean;
    readonly approve_purchases: boolean;
    readonly approve_orders: boolean;
    readonly administer: boolean;
    readonly draft_rules: boolean;
    readonly approve_rules: boolean;
    /** Of the close: finance drafts, a controller approves. */
    readonly draft_thresholds: boolean;
    readonly approve_thresholds: boolean;
    /** Over all companies: the trail tells of everybody. */
    readonly read_audit: boolean;
  };
}

export const companies = { args: z.strictObject({}) };
export interface CompanyView {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
  /** 1–12 */
  readonly fiscal_year_start_month: number;
  readonly sites: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly kind: string;
  }[];
  readonly channels: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly kind: string;
  }[];
  /** Months with order lines, ascending; empty when none. */
  readonly months: readonly number[];
  readonly has_finance: boolean;
}

/** Where an answer comes from; shown with every figure. */
export interface Provenance {
  readonly checkpoint: number;
  readonly as_of_ms: number | null;
  /** Rows of the needed tables still loading: 'complete', or what is there so far in words. */
  readonly coverage: string;
  readonly elapsed_ms: number;
}
