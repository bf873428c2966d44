/** Open order lines by the chance that they will be late, why, and how good that is. */
import { z } from 'zod';
import { Id, Limit } from './arguments.ts';
import type { Provenance } from './session.ts';

export const DELAY_ORDERS = ['at_risk', 'probability', 'committed_on', 'value'] as const;
export const delayRisk = {
  args: z.strictObject({
    company_id: Id,
    channel_id: z.int().min(0).optional(),
    site_id: z.int().min(0).optional(),
    supplier_id: z.int().min(0).optional(),
    /** Only lines at least so likely late, basis points. */
    at_least_bp: z.int().min(0).max(10_000).default(0),
    order_by: z.enum(DELAY_ORDERS).default('at_risk'),
    limit: Limit,
  }),
};

/** 'model' | 'base_rate' | 'site_channel' | 'not_covered': what says the probabilities; 'nothing': too little history. */
export type DelayJudge = 'model' | 'base_rate' | 'site_channel' | 'not_covered' | 'nothing';
/** Families of domain/risk/lineCase.ts. */
export type DelayFamily =
  | 'time_left'
  | 'begun'
  | 'promise'
  | 'supplier'
  | 'item'
  | 'lane'
  | 'channel'
  | 'site'
  | 'order_size'
  | 'quantity'
  | 'entry_day'
  | 'cover'
  | 'lately';

export interface LateLines {
  readonly lines: number;
  readonly late: number;
}
/** What the judgement saw of a line. */
export interface DelayFacts {
  readonly days_left: number;
  readonly promise_days: number;
  readonly put_off: boolean;
  readonly begun: boolean;
  /** 0 = Monday. */
  readonly entry_weekday: number;
  readonly order_lines: number;
  readonly new_item: boolean;
  readonly cover: 'stock' | 'receipt' | 'none';
  /** By when stock and what is on order cover all that is promised; null = not by what is on order. */
  readonly covered_on: string | null;
  readonly receipt_overdue: boolean;
  readonly supplier: LateLines;
  readonly supplier_lately: LateLines;
  readonly item: LateLines;
  readonly lane: LateLines;
  readonly all: LateLines;
}
/** What a family adds to the usual line's log-odds. */
export interface DelayReason {
  readonly family: DelayFamily;
  readonly log_odds: number;
}
export interface DelayRow {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly order_number: string;
  readonly item_id: number | null;
  readonly item_code: string | null;
  readonly description: string | null;
  readonly uom: string | null;
  readonly party: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly site: string | null;
  readonly country: string | null;
  readonly supplier: string | null;
  readonly ordered_on: string;
  readonly committed_on: string;
  /** The last day in time: the committed date and the channel's grace. */
  readonly cut_off_on: string;
  readonly open_qty_milli: number;
  /** Net, of what is still open. */
  readonly value_minor: number;
  /** null = there is too little history to say. */
  readonly probability_bp: number | null;
  /** Probability × value. */
  readonly at_risk_minor: number | null;
  /** Half of the channel's late lines had left so many days after their last day in time; null = too few to say. */
  readonly typical_delay_days: number | null;
  readonly facts: DelayFacts;
  /** The largest first; empty when no model judges. */
  readonly reasons: readonly DelayReason[];
}
export interface DelayRisk {
  readonly judge: DelayJudge;
  readonly rows: readonly DelayRow[];
  /** Of the filter, not of the rows. */
  readonly total_lines: number;
  readonly total_value_minor: number;
  readonly total_at_risk_minor: number | null;
  readonly late_already: { readonly lines: number; readonly value_minor: number };
  readonly undated_lines: number;
  /** Due too long ago, or too far ahead, to be waited for. */
  readonly left_out_lines: number;
  /** What is not here yet, in words; rows are empty then. */
  readonly missing: readonly string[];
  readonly currency: string;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

export const delayRiskWorking = { args: z.strictObject({ company_id: Id, order_line_id: Id }) };
export interface LateLine {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly order_number: string;
  readonly description: string | null;
  readonly cut_off_on: string;
  /** Days after the last day in time until all had left; null = not all has. */
  readonly days_late: number | null;
}
export interface DelayRiskWorking {
  readonly judge: DelayJudge;
  /** null: the line is not open any more, late already, or not here. */
  readonly row: DelayRow | null;
  /** Log-odds of the usual line; with all reasons they are the probability's. null when no model judges. */
  readonly usual_log_odds: number | null;
  /** The latest late lines of the item's supplier in 90 days, and of the same way, at most ten each. */
  readonly supplier_late: readonly LateLine[];
  readonly lane_late: readonly LateLine[];
  readonly currency: string;
  readonly provenance: Provenance;
}

export const delayRiskModel = { args: z.strictObject({ company_id: Id }) };
export interface DelaySpan {
  readonly from_date: string;
  readonly to_date: string;
  readonly looks: number;
  readonly late: number;
}
export interface DelayScores {
  readonly name: Exclude<DelayJudge, 'nothing'>;
  readonly brier: number;
  readonly log_loss: number;
  readonly auc: number | null;
  readonly calibration_error: number;
  readonly top_lines: number;
  readonly top_late: number;
  /** Lines by probability in up to ten groups of like number, the least likely first. */
  readonly bins: readonly { readonly lines: number; readonly mean_bp: number; readonly late: number }[];
}
export interface DelayRiskModel {
  readonly judge: DelayJudge;
  /** Late looks that are needed, and that there are, when there is too little history. */
  readonly needed_late: number;
  readonly looks: number;
  readonly late_looks: number;
  /** One order in so many was looked at. */
  readonly one_order_in: number;
  /** Of the test; null when there is too little history. */
  readonly evaluation: {
    readonly taught: DelaySpan;
    readonly calibrated: DelaySpan;
    readonly tested: DelaySpan;
    readonly contenders: readonly DelayScores[];
  } | null;
  /** What the weights in use were learned from. */
  readonly taught: DelaySpan | null;
  readonly calibrated: DelaySpan | null;
  readonly families: readonly { readonly family: DelayFamily; readonly mean_log_odds: number }[];
  readonly weights: readonly {
    readonly factor: string;
    readonly family: DelayFamily;
    /** null = a number: the weight is of one standard deviation. Channels and sites by name. */
    readonly choice: string | null;
    readonly weight: number;
  }[];
  readonly missing: readonly string[];
  readonly as_of_date: string;
  readonly provenance: Provenance;
}
