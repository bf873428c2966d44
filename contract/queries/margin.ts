/** Margin by channel and the lines behind it. */
import { z } from 'zod';
import { BRIDGE_EFFECTS, BRIDGE_STEPS } from '#domain/kpi/priceVolumeMix.ts';
import { Id, Limit, Offset, Sort } from './arguments.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { lineFilter } from './lineFilter.ts';
import type { OrderLineView } from './orders.ts';
import type { Comparison } from './pivot.ts';
import type { Provenance } from './session.ts';

export const MARGIN_GROUPS = ['channel', 'country', 'category', 'item', 'customer', 'site'] as const;
const marginFilter = { company_id: Id, ...lineFilter };
/** One table of one company, for scripts and their exports; screens ask marginPivot, which adds up the same cells. */
export const marginByChannel = {
  args: z.strictObject({
    ...marginFilter,
    group_by: z.enum(MARGIN_GROUPS).default('channel'),
    limit: z.int().min(1).max(500).default(200),
  }),
};
/** Figures of domain/kpi/margin.ts, in the company's currency. */
export interface MarginFigures {
  /** Order lines; credit notes are none. */
  readonly lines: number;
  readonly gross_minor: number;
  readonly discounts_minor: number;
  /** Returns and credits. */
  readonly returns_minor: number;
  readonly net_minor: number;
  /** Freight, fees and adjustments billed on order lines; outside net sales, shown so that everything imported adds up. */
  readonly other_minor: number;
  /** Landed cost; null = no cost data for every goods line, or not for this user. */
  readonly cost_minor: number | null;
  readonly gm1_minor: number | null;
  /** gm1 / net; null when unknown or net is 0. */
  readonly gm1_bp: number | null;
  /** Net sales of goods lines with a cost / net sales of goods lines, absolute amounts; null when there are none. */
  readonly cost_coverage_bp: number | null;
}
export interface MarginRow extends MarginFigures {
  readonly key: string;
  readonly label: string;
  /** Channel kind for its mark; null for other groupings. */
  readonly channel_kind: string | null;
  readonly months: readonly (MarginFigures & { readonly month: number })[];
}
export interface MarginByChannel {
  readonly rows: readonly MarginRow[];
  /** Rows beyond `limit`, added up in one row labelled 'Other N'. */
  readonly other: MarginRow | null;
  readonly total: MarginRow;
  readonly months: readonly number[];
  readonly currency: string;
  readonly cost_visible: boolean;
  /** In words: 'no cost data', 'cost for 93 % of net sales', 'complete'; 'cost is for Finance'. */
  readonly cost_statement: string;
  readonly formula: string;
  readonly provenance: Provenance;
}
export const marginLines = {
  args: z.strictObject({
    ...marginFilter,
    /** The margins and claims only for who sees cost. */
    figure: z
      .enum(['all', 'gross', 'discounts', 'returns', 'net', 'other', 'no_cost', 'gm1', 'gm2', 'gm3', 'claims'])
      .default('all'),
    sort: Sort([
      ...(['ordered_on', 'net', 'gross', 'discount', 'quantity'] as const),
      ...(['cost', 'freight', 'rebate', 'fee', 'claim', 'gm1', 'gm2', 'gm3'] as const),
    ]),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};
/**
 * An order line; or a document that is none: a credit note without a claim (kind 'credit': part of returns, net sales,
 * the margins and all lines), or what a claim cost (kind 'claim': a claim cost or a credit note of a claim, part of GM3
 * and claims). Such a row has its own number and day and the order it is about (order_id 0 = of no order known here),
 * no quantity and no cost; what it takes away is negative. Its order_line_id is −credit_note_id, 0 of a claim cost.
 */
export interface MarginLineView extends OrderLineView {
  /** Unique among the rows of an answer. */
  readonly key: string;
  /** null = no credit note. */
  readonly credit_note_id: number | null;
  readonly claim_cost_id: number | null;
  /** Parts of the ladder beside the landed cost; null = not known, or not for this user. */
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
  readonly claim_minor: number | null;
  /** What the row adds to each step; null = not known, outside net sales, or not for this user. */
  readonly gm1_minor: number | null;
  readonly gm2_minor: number | null;
  readonly gm3_minor: number | null;
}
export interface MarginLines extends InEdition {
  readonly lines: readonly MarginLineView[];
  /** Order lines, credit notes and costs of claims. */
  readonly total_lines: number;
  /** How many of them are no order lines. */
  readonly total_credits: number;
  /** The figure's amount over all lines (not only this block): equals the figure drilled from, to the cent; null as it is. */
  readonly total_minor: number | null;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly provenance: Provenance;
}

/** The lines behind an effect of a margin bridge, those that did most first; an effect against a plan has none of its own. */
export const marginBridgeLines = {
  args: z
    .strictObject({
      ...marginFilter,
      from_on: z.undefined().optional(),
      to_on: z.undefined().optional(),
      against: z.enum(['previous', 'last_year']),
      step: z.enum(BRIDGE_STEPS).default('gm3'),
      effect: z.enum(BRIDGE_EFFECTS),
      limit: z.int().min(1).max(500).default(500),
    })
    .refine(({ from_month, to_month }) => from_month <= to_month, 'the months begin before they end'),
};
export interface BridgeLineView extends MarginLineView {
  readonly is_now: boolean;
  /** What a unit of the item came to in its channel before: of the effect's part, of volume and mix its margin. null = has none. */
  readonly before_unit_micro: number | null;
  readonly effect_minor: number;
}
export interface MarginBridgeLines {
  readonly lines: readonly BridgeLineView[];
  /** Lines that did anything. */
  readonly total_lines: number;
  /** Those that are not among `lines`, and what they did. */
  readonly other_lines: number;
  readonly other_minor: number;
  /** The effect, to the cent. */
  readonly total_minor: number;
  readonly currency: string;
  readonly comparison: Comparison;
  readonly provenance: Provenance;
}
