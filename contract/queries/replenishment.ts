/** What to order of an item, site by site, with its working. */
import { z } from 'zod';
import type { LeadTime } from '#domain/planning/replenishment/leadTime.ts';
import type { Refusal, Step, Warning } from '#domain/planning/replenishment/proposal.ts';
import { Id } from './arguments.ts';
import type { Provenance } from './session.ts';

export const orderProposal = { args: z.strictObject({ item_id: Id, site_id: Id.optional() }) };

type Dated<Value> = Value extends { readonly on: number } ? Omit<Value, 'on'> & { readonly on: string } : Value;
/** As in domain/planning/replenishment, its days as ISO text. */
export type ProposalWarning = Dated<Warning>;

export interface ProposedOrder {
  /** 0 = nothing to order now. */
  readonly qty_milli: number;
  /** At the supplier's price of the day; null when it is not known or not for this user. */
  readonly value_minor: number | null;
  readonly receive_on: string;
  /** The day the reorder point is reached at the daily demand; null = never. */
  readonly order_by_on: string | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly ProposalWarning[];
  readonly without: { readonly runs_out_on: string | null; readonly short_qty_milli: number };
}

export interface SiteProposal {
  readonly site_id: number;
  readonly site: string;
  /** Both null: rows it is made of are still loading, as the coverage says. */
  readonly proposal: ProposedOrder | null;
  readonly refusal: Refusal | null;
  /** What it was reckoned with. */
  readonly made_of: {
    /** Thousandths: the mean of the last 90 days, and the deviation of the weeks behind them, a day. */
    readonly daily_demand_qty_milli: number;
    readonly daily_deviation_qty_milli: number;
    readonly lead_time_days: number;
    readonly lead_time_deviation_days: number;
    /** Deliveries it was measured on; null = nothing was measured, it is as agreed with the supplier or set in the policy. */
    readonly lead_time_measured: LeadTime | null;
  };
}

export interface OrderProposal {
  readonly uom: string;
  readonly currency: string;
  readonly supplier: { readonly id: number; readonly name: string } | null;
  readonly sites: readonly SiteProposal[];
  readonly provenance: Provenance;
}
