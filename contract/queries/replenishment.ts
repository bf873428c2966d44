/** What to order of an item, site by site, with its working. */
import type { BelowFill, ContainerLoad } from '#domain/planning/replenishment/containerLoad.ts';
import type { Reason } from '#domain/planning/replenishment/draftOrder.ts';
import { z } from 'zod';
import type { DemandClass } from '#domain/forecast/demandClass.ts';
import type { ForecastMethod } from '#domain/forecast/forecast.ts';
import type { MatrixCell } from '#domain/planning/classMatrix.ts';
import type { DemandBasis } from '#domain/planning/replenishment/demand.ts';
import type { LeadTime } from '#domain/planning/replenishment/leadTime.ts';
import type { Refusal, Step, Warning } from '#domain/planning/replenishment/proposal.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { REPLENISHMENT_FILTER_COLUMNS, REPLENISHMENT_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
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
  /** Today, or the next day the supplier is ordered from. */
  readonly order_on: string;
  readonly receive_on: string;
  /** The day the reorder point is reached at the daily demand, or the next order day; null = never. */
  readonly order_by_on: string | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly ProposalWarning[];
  readonly without: { readonly runs_out_on: string | null; readonly short_qty_milli: number };
}

/** How full the containers of an order are; the supplier sends in such. */
export interface OrderContainers extends ContainerLoad {
  readonly least_fill_bp: number;
  /** Lines that are more than is needed, or there only to fill; 0 = none is. */
  readonly filling_lines: number;
  /** Why the last one is not full enough; null = it is, or nobody tried to fill it. */
  readonly below: BelowFill | null;
}

/** As rules say it: weekdays 'mon thu', dates '2026-12-25 2026-12-26'; null = any day, none closed. */
export interface OrderingDays {
  readonly orders_on: string | null;
  /** The day the rule that says so begins; null = it holds already. */
  readonly orders_from: string | null;
  readonly receives_on: string | null;
  readonly closed_on: string | null;
  readonly receives_from: string | null;
  /** Ordered next on this day, it comes on that one. */
  readonly order_on: string;
  readonly receive_on: string;
}

export interface SiteProposal {
  readonly site_id: number;
  readonly site: string;
  /** Both null: rows it is made of are still loading, as the coverage says. */
  readonly proposal: ProposedOrder | null;
  readonly refusal: Refusal | null;
  /** What it was reckoned with. */
  readonly made_of: {
    /**
     * The forecast over lead time and review, overrides included; or the last 90 days: of what nothing was ordered in whole
     * months, or while forecasts are not made yet.
     */
    readonly demand_by: DemandBasis;
    readonly forecast: {
      readonly method: ForecastMethod;
      readonly demand_class: DemandClass;
      /** A planner's figure stands in place of one of its months. */
      readonly overridden: boolean;
      readonly made_at_ms: number;
    } | null;
    /** Thousandths a day, and how far they may miss: of the 90 days the deviation of the weeks behind them. */
    readonly daily_demand_qty_milli: number;
    readonly daily_deviation_qty_milli: number;
    readonly lead_time_days: number;
    readonly lead_time_deviation_days: number;
    /** Deliveries it was measured on; null = nothing was measured, it is as agreed with the supplier or set in the policy. */
    readonly lead_time_measured: LeadTime | null;
    /** When the supplier is ordered from and the site takes goods in; null = any day. */
    readonly calendar: OrderingDays | null;
  };
}

export interface OrderProposal {
  readonly uom: string;
  readonly currency: string;
  readonly supplier: { readonly id: number; readonly name: string } | null;
  readonly sites: readonly SiteProposal[];
  readonly provenance: Provenance;
}

export const REPLENISHMENT_STATES = [
  'new',
  'accepted',
  'changed',
  'rejected',
  'awaiting_approval',
  'in_draft',
] as const;
export type ReplenishmentState = (typeof REPLENISHMENT_STATES)[number];

/** Why nothing can be proposed of a position: each reason has a list of its own. */
export const REPLENISHMENT_REFUSALS = [
  'no_policy',
  'no_supplier',
  'policy',
  'supplier_terms',
  'days_not_positive',
  'figures',
  'item_inactive',
] as const;
export type ReplenishmentRefusal = (typeof REPLENISHMENT_REFUSALS)[number];

/** What to order and to move now, of every position of a company. */
export const replenishment = {
  args: z.strictObject({
    company_id: Id,
    /** Transfers are groups of their own by supplier: one a site they come from. */
    group_by: z.enum(['supplier', 'site', 'category']).default('supplier'),
    /** Keys of the closed groups, as rows name them; the others are open. */
    folded: z.array(z.string().max(120)).max(2000).default([]),
    text: Text.optional(),
    supplier_id: Id.optional(),
    site_id: Id.optional(),
    category: Text.optional(),
    /** Whose positions: the owner of their policies. */
    owner: Text.optional(),
    /** To be ordered by this day at the latest. */
    order_by_until: z.iso.date().optional(),
    kind: z.enum(['buy', 'transfer']).optional(),
    states: z.array(z.enum(REPLENISHMENT_STATES)).min(1).max(REPLENISHMENT_STATES.length).optional(),
    /** Lines within their groups; groups follow with what is summed of them. */
    sort: Sorts(REPLENISHMENT_SORTS),
    filters: ColumnFilters(REPLENISHMENT_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

interface SummedLines {
  readonly lines: number;
  readonly transfers: number;
  /** Of what is bought, at the prices of the day; null = not for this user. Lines without a price are not in it. */
  readonly value_minor: number | null;
  readonly without_price: number;
  /** The earliest of each. */
  readonly order_by_on: string | null;
  readonly order_on: string | null;
  readonly receive_on: string | null;
  /** Rejected lines count in none of the figures above. */
  readonly by_state: Readonly<Record<ReplenishmentState, number>>;
  /** Orders to suppliers these lines fall into, a supplier and a site each; what is said of them is of the whole order. */
  readonly drafts: number;
  readonly drafts_below_minimum: number;
  /** What is missing to the minimum, of all those orders; null = not for this user. */
  readonly below_minimum_minor: number | null;
  /** Charged on those orders and on transfers; null = not for this user. */
  readonly freight_minor: number | null;
}

export interface ReplenishmentGroup extends SummedLines {
  readonly kind: 'group';
  /** 'p:12' (supplier), 's:3' (site), 'c:Fasteners', 't:3' (transfers from a site). */
  readonly key: string;
  readonly level: 0;
  readonly label: string;
  readonly folded: boolean;
  readonly supplier_id: number | null;
  readonly site_id: number | null;
  /** Mean of its lines, days; null without lines that are bought. */
  readonly lead_time_days: number | null;
}

export interface ReplenishmentLine {
  readonly kind: 'buy' | 'transfer';
  /** 'buy:840:3' (item, site), 'transfer:840:3:5' (item, site it goes to, site it comes from). */
  readonly key: string;
  readonly level: 1;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly uom: string;
  /** Where it is needed. */
  readonly site_id: number;
  readonly site: string;
  readonly supplier_id: number | null;
  readonly supplier: string | null;
  readonly from_site_id: number | null;
  readonly from_site: string | null;
  readonly owner: string | null;
  /** On hand and on order less what is owed and promised ahead; of what is bought with the transfers proposed beside it. */
  readonly position_qty_milli: number;
  /** At the daily demand it was reckoned with, and what that goes by. */
  readonly week_qty_milli: number;
  readonly demand_by: DemandBasis;
  readonly reorder_qty_milli: number;
  /** null: whole lots, as far as the last one takes it. */
  readonly up_to_qty_milli: number | null;
  /** What the policy asks for of that position, before supplier and shelf are asked. */
  readonly need_qty_milli: number;
  /** Proposed; of a decided line what was decided. */
  readonly qty_milli: number;
  /** What the engine proposes; differs from `qty_milli` where a person changed it. */
  readonly proposed_qty_milli: number;
  /** What the supplier sells: no less than, and in multiples of; 0 = no such rule, or a transfer. */
  readonly minimum_qty_milli: number;
  readonly multiple_qty_milli: number;
  /** Days it lasts from arrival on at the daily demand; null = nothing is asked for. */
  readonly lasts_days: number | null;
  readonly unit_price_micro: number | null;
  /** Of what is bought, at the supplier's price of the day; null = not known, or not for this user, or a transfer. */
  readonly value_minor: number | null;
  /** What a transfer costs; null = not for this user, or bought. */
  readonly cost_minor: number | null;
  readonly order_by_on: string | null;
  /** The next day its supplier is ordered from, or today; a transfer is asked for today. */
  readonly order_on: string;
  /** Ordered or sent off then, it is taken in on this day. */
  readonly receive_on: string;
  /** Without it. */
  readonly runs_out_on: string | null;
  readonly short_qty_milli: number;
  readonly warnings: number;
  /** Why it is ordered now. */
  readonly reason: Reason;
  /** Of the quantity, what only fills the container of its order. */
  readonly fill_qty_milli: number;
  /** Ordered so many days before it must be. */
  readonly days_early: number;
  /** The order to a supplier it falls into: supplier and site; null = a transfer. */
  readonly draft: string | null;
  /** Missing to that order's minimum; 0 = met or none; null = a transfer, or not for this user. */
  readonly below_minimum_minor: number | null;
  readonly state: ReplenishmentState;
  /** Who decided, when and why; null = nobody has. */
  readonly decided: {
    readonly by: string;
    readonly at_ms: number;
    readonly reason: string | null;
    /** The decision waits for the server. */
    readonly waiting: boolean;
    /** Number of the draft order, once there is one. */
    readonly draft_order: string | null;
  } | null;
  /** Accepted before and not yet a purchase order: counted as on order; `qty_milli` is needed besides. */
  readonly accepted_before_qty_milli: number;
}

export type ReplenishmentRow = ReplenishmentGroup | ReplenishmentLine;

export interface Replenishment extends InEdition {
  readonly rows: readonly ReplenishmentRow[];
  readonly total_rows: number;
  /** Of the lines the filters let through. */
  readonly totals: SummedLines;
  /** Of all, whatever the filters. */
  readonly all: SummedLines;
  readonly positions_checked: number;
  /** Positions of which nothing can be proposed, most frequent first. */
  readonly refusals: readonly { readonly reason: ReplenishmentRefusal; readonly positions: number }[];
  /** What checking all positions took when this edition was made. */
  readonly took_ms: number;
  readonly cost_visible: boolean;
  readonly currency: string;
  /** Rows it is made of are still loading: nothing is proposed until they are here. */
  readonly waiting: boolean;
  /** When the forecasts it goes by were made; null = not yet: all of it goes by the last 90 days. */
  readonly forecast_at_ms: number | null;
  /** The day it is of. */
  readonly as_of_on: string;
  readonly provenance: Provenance;
}

/** Positions of which nothing can be proposed, and why. */
export const replenishmentRefusals = {
  args: z.strictObject({
    company_id: Id,
    reason: z.enum(REPLENISHMENT_REFUSALS).optional(),
    site_id: Id.optional(),
    text: Text.optional(),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};
export interface RefusedPosition {
  /** 'refused:840:3' */
  readonly key: string;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly site_id: number;
  readonly site: string;
  readonly refusal: Refusal;
  readonly position_qty_milli: number;
  readonly week_qty_milli: number;
}
export interface ReplenishmentRefusals extends InEdition {
  readonly rows: readonly RefusedPosition[];
  readonly total_rows: number;
  readonly counts: readonly { readonly reason: ReplenishmentRefusal; readonly positions: number }[];
  readonly waiting: boolean;
  readonly provenance: Provenance;
}

/** How one line of the proposals came to be: its steps and inputs, what was checked, and what it was measured on. */
export const replenishmentWorking = {
  args: z.strictObject({ company_id: Id, key: z.string().max(120), edition: z.string().max(40).optional() }),
};
export interface ReplenishmentWorking {
  /** null: there is no such line (any more). */
  readonly line: ReplenishmentLine | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly ProposalWarning[];
  readonly made_of: SiteProposal['made_of'] | null;
  readonly policy: {
    readonly kind: 'min_max' | 'lots' | 'service';
    readonly measure: 'cycle' | 'fill' | null;
    readonly target_bp: number | null;
    readonly review_days: number | null;
    /** What one order brings, where the policy says it. */
    readonly order_qty_milli: number | null;
  } | null;
  /** Its place in the matrix of all items of the company; null = it has none, or rows that tell it are still loading. */
  readonly cell: MatrixCell | null;
  readonly checks: {
    /** Days the position lasts after arrival, and the most it may; null = no such limit. */
    readonly lasts_days: number | null;
    readonly most_days: number | null;
    readonly shelf_life_days: number | null;
    /** The order it falls into; money null = not for this user. */
    readonly order: {
      readonly supplier: string;
      readonly site: string;
      readonly lines: number;
      readonly value_minor: number | null;
      readonly minimum_minor: number | null;
      readonly below_minimum_minor: number | null;
      readonly freight_minor: number | null;
      readonly free_freight_from_minor: number | null;
      readonly container: OrderContainers | null;
    } | null;
    /** What comes from other sites, or why nothing does. */
    readonly transfer: {
      readonly from: readonly { readonly site: string; readonly qty_milli: number; readonly arrive_on: string }[];
      readonly none_because:
        | 'no_surplus'
        | 'no_lane'
        | 'no_cost'
        | 'costs_more'
        | 'came_from_here'
        | 'not_visible'
        | null;
    };
    /** Without it. */
    readonly runs_out_on: string | null;
    readonly short_qty_milli: number;
    readonly short_value_minor: number | null;
  } | null;
  /** Ordered, a week each, oldest first; the last ends on the day of the proposal. */
  readonly weeks_qty_milli: readonly number[];
  /** The latest receipts the lead time is measured on, newest first. */
  readonly receipts: readonly {
    readonly received_on: string;
    readonly days: number;
    readonly number: string;
    readonly purchase_order_id: number;
  }[];
  readonly cost_visible: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}
