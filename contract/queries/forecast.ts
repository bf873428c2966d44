/** Demand and what is expected of it, by item and site. Quantities are thousandths of the base unit. */
import { z } from 'zod';
import type { LeadTime } from '#domain/planning/replenishment/leadTime.ts';
import type { BreakKind } from '#domain/forecast/breaks.ts';
import type { DemandClass } from '#domain/forecast/demandClass.ts';
import type { ForecastMethod } from '#domain/forecast/forecast.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { FORECAST_FILTER_COLUMNS, FORECAST_FLAGS, FORECAST_SORTS, type ForecastFlag } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { Provenance } from './session.ts';

export const forecasts = {
  args: z.strictObject({
    company_id: Id,
    text: Text.optional(),
    site_id: Id.optional(),
    category: Text.optional(),
    /** Rows with one of these. */
    flags: z.array(z.enum(FORECAST_FLAGS)).max(FORECAST_FLAGS.length).optional(),
    sort: Sorts(FORECAST_SORTS),
    filters: ColumnFilters(FORECAST_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export interface ForecastRow {
  /** 'item:site' */
  readonly key: string;
  readonly item_id: number;
  readonly site_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly uom: string;
  readonly site: string;
  readonly demand_class: DemandClass;
  readonly method: ForecastMethod;
  /** null = the history is too short to look back on. */
  readonly beats_naive: boolean | null;
  /** Basis points; null = no demand to compare with. */
  readonly wape_bp: number | null;
  /** Thousandths. */
  readonly mase_milli: number | null;
  readonly bias_bp: number | null;
  /** Of the last whole month. */
  readonly last_qty_milli: number;
  /** Of the running month and the two after it, overrides in force included. */
  readonly next_qty_milli: readonly [number, number, number];
  /** Of the running month, against what was expected of it a month ago; null = nothing was. */
  readonly change_bp: number | null;
  readonly flags: readonly ForecastFlag[];
}

export interface Forecasts extends InEdition {
  readonly rows: readonly ForecastRow[];
  readonly total_rows: number;
  /** Positions with a flag, of those shown. */
  readonly flagged: Readonly<Record<ForecastFlag, number>>;
  /** yyyymm of the months ahead. */
  readonly months: readonly number[];
  /** Whole months looked back on. */
  readonly history_months: number;
  readonly provenance: Provenance;
}

export const itemForecast = { args: z.strictObject({ item_id: Id, site_id: Id }) };

export interface ForecastPeriod {
  readonly month: number;
  /** As ordered; null = the month has not begun. Of the running month what has come so far. */
  readonly demand_qty_milli: number | null;
  readonly days_out: number;
  readonly censored: boolean;
  /** What the forecast was fed with, where that is not what was ordered. */
  readonly fed_qty_milli: number | null;
  /** null = a month of the past. */
  readonly expected_qty_milli: number | null;
  readonly low_qty_milli: number | null;
  readonly high_qty_milli: number | null;
  readonly naive_qty_milli: number | null;
  /** What a planner put in the forecast’s place; of a month of the past what stood when it began. */
  readonly override_qty_milli: number | null;
  /** What a planner’s file expected of the month, as said last before it began; null = nothing. */
  readonly planned_qty_milli: number | null;
}

export interface ForecastOverride {
  readonly id: string;
  readonly state: 'in_force' | 'expired' | 'replaced' | 'withdrawn';
  readonly from_month: number;
  readonly to_month: number;
  readonly qty_milli: number | null;
  readonly factor_bp: number | null;
  readonly reason: string;
  readonly author: string;
  readonly written_at_ms: number;
  readonly expires_on: string;
  /** Not decided by the server yet. */
  readonly waiting: boolean;
  /** Of its months that are over: errors without and with it; null = none is. */
  readonly value: {
    readonly months: number;
    readonly error_without_qty_milli: number;
    readonly error_with_qty_milli: number;
  } | null;
}

/** Older ones are counted and not listed. */
export const MOST_OVERRIDES_SHOWN = 500;

/** All overrides of a company, the newest first, and what those were worth whose months are over. */
export const forecastOverrides = { args: z.strictObject({ company_id: Id }) };
export interface OverriddenForecast extends ForecastOverride {
  readonly item_id: number;
  readonly site_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly site: string;
  /** The forecast’s error less the override’s, of its months that are over: above zero it helped; null = none is. */
  readonly better_qty_milli: number | null;
  /** The same at cost; null = not for this user, or not known. */
  readonly better_minor: number | null;
}
export interface OverridesBy {
  readonly author: string;
  readonly overrides: number;
  /** Of them with months that are over, and how many of these came nearer than the forecast, or less near. */
  readonly over: number;
  readonly helped: number;
  readonly hurt: number;
  readonly better_minor: number | null;
}
export interface ForecastOverrides {
  readonly rows: readonly OverriddenForecast[];
  readonly total_rows: number;
  readonly by: readonly OverridesBy[];
  readonly cost_visible: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}

/** What demand may have answered to. `on` is an ISO date; null = of the month as a whole. */
export type DemandEvent = { readonly month: number; readonly on: string | null } & (
  | {
      readonly kind: 'list_price';
      /** null = of every channel. */
      readonly channel: string | null;
      readonly before_micro: number;
      readonly after_micro: number;
    }
  | {
      /** A discount that was allowed, of the item, its category or a whole channel. */
      readonly kind: 'discount';
      readonly channel: string | null;
      readonly reach: 'item' | 'category' | 'channel';
      /** null = no rule was there, or is from then on. */
      readonly before_bp: number | null;
      readonly after_bp: number | null;
    }
  | {
      readonly kind: 'supplier_price';
      readonly supplier: string;
      readonly before_micro: number;
      readonly after_micro: number;
    }
  | {
      readonly kind: 'break';
      readonly break: BreakKind;
      readonly actual_qty_milli: number;
      readonly expected_qty_milli: number;
    }
  | {
      /** A planner's override: a promotion is one, for its months, with the reason why. */
      readonly kind: 'override';
      readonly to_month: number;
      readonly reason: string;
      readonly author: string;
    }
);
export type DemandEventKind = DemandEvent['kind'];

export interface ForecastAccuracy {
  readonly origins: number;
  readonly wape_bp: number | null;
  readonly mase_milli: number | null;
  readonly naive_mase_milli: number | null;
  readonly bias_bp: number | null;
  /** Periods the one-month forecasts ran behind. */
  readonly lag_periods: number | null;
  readonly beats_naive: boolean;
}

export interface ItemForecast {
  readonly item_id: number;
  readonly site_id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly site: string;
  readonly demand_class: DemandClass;
  /** Thousandths of a month; null = no demand at all. */
  readonly interval_milli: number | null;
  readonly variation_milli: number | null;
  readonly method: ForecastMethod;
  readonly accuracy: ForecastAccuracy | null;
  /** Of 10,000 outcomes so many lie within the interval. */
  readonly interval_bp: number;
  readonly periods: readonly ForecastPeriod[];
  readonly channels: readonly {
    readonly channel_id: number | null;
    readonly channel: string;
    readonly channel_kind: string;
    readonly demand_qty_milli: number;
    readonly share_bp: number;
  }[];
  readonly lead_time: {
    readonly days: number;
    /** On the supplier's receipts, as order proposals take it; null = too few came: it is as agreed, or set in the policy. */
    readonly measured: LeadTime | null;
    /** Months the lead time reaches into, at most as many as are forecast. */
    readonly periods: number;
    readonly expected_qty_milli: number;
    /** Demand of these months together does not exceed this with the chance of `service_bp`. */
    readonly quantile_qty_milli: number;
    readonly service_bp: number;
    /** Error of what was said so many months ahead; null = the history is too short. */
    readonly wape_bp: number | null;
  } | null;
  readonly break: {
    readonly kind: BreakKind;
    readonly score_milli: number;
    readonly from_month: number;
    readonly actual_qty_milli: number;
    readonly expected_qty_milli: number;
  } | null;
  /** Oldest first; those of a day to come too. */
  readonly events: readonly DemandEvent[];
  /** Of the prices in `events`. */
  readonly currency: string;
  /** Newest first. */
  readonly overrides: readonly ForecastOverride[];
  /** This person may override it. */
  readonly may_override: boolean;
  /** False: movements of others are not here, so stockouts cannot be told. */
  readonly stockouts_known: boolean;
  readonly provenance: Provenance;
}

export const demandLedger = {
  args: z.strictObject({
    item_id: Id,
    site_id: Id,
    by: z.enum(['month', 'week']).default('month'),
  }),
};

export interface DemandPeriod {
  /** First day; a week begins on Monday. */
  readonly from_on: string;
  readonly to_on: string;
  readonly demand_qty_milli: number;
  /** In the order of `channels`. */
  readonly by_channel_qty_milli: readonly number[];
  /** Of what was ordered in the period: owed past its date, promised for a day to come, taken back. */
  readonly backorder_qty_milli: number;
  readonly forward_qty_milli: number;
  readonly withdrawn_qty_milli: number;
  readonly returned_qty_milli: number;
  readonly lines: number;
  readonly days_out: number;
  readonly censored: boolean;
}

export interface DemandLedger {
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly site: string;
  readonly channels: readonly {
    readonly channel_id: number | null;
    readonly channel: string;
    readonly channel_kind: string;
  }[];
  /** Oldest first, without gaps. */
  readonly periods: readonly DemandPeriod[];
  readonly stockouts_known: boolean;
  readonly provenance: Provenance;
}

export const demandLines = {
  args: z.strictObject({
    item_id: Id,
    site_id: Id,
    from_on: z.iso.date(),
    to_on: z.iso.date(),
    offset: Offset,
    limit: Limit,
  }),
};

export interface DemandLineView {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly number: string;
  readonly ordered_on: string;
  readonly requested_on: string | null;
  readonly committed_on: string | null;
  readonly party: string | null;
  readonly channel: string;
  readonly channel_kind: string;
  readonly kind: string;
  readonly ordered_qty_milli: number;
  readonly shipped_qty_milli: number;
  readonly demand_qty_milli: number;
  readonly backorder_qty_milli: number;
  readonly forward_qty_milli: number;
  readonly withdrawn_qty_milli: number;
  readonly returned_qty_milli: number;
}

export interface DemandLines {
  readonly lines: readonly DemandLineView[];
  readonly total_lines: number;
  /** Of all lines. */
  readonly demand_qty_milli: number;
  readonly provenance: Provenance;
}
