/** Margin by channel and the lines behind it. */
import { z } from 'zod';
import { Id, Limit, Offset, Sort } from './arguments.ts';
import { lineFilter } from './lineFilter.ts';
import type { OrderLineView } from './orders.ts';
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
    figure: z.enum(['all', 'gross', 'discounts', 'returns', 'net', 'other', 'no_cost']).default('all'),
    sort: Sort(['ordered_on', 'net', 'gross', 'discount', 'quantity']),
    offset: Offset,
    limit: Limit,
  }),
};
/**
 * An order line, or a credit note without a claim (kind 'credit'): part of returns, net sales and all lines. A credit
 * has its own number and day and the order it is about (order_id 0 = of no order known here), no quantity and no cost;
 * its amounts are negative, as they count. Its order_line_id is −credit_note_id, so that no two rows share one.
 */
export interface MarginLineView extends OrderLineView {
  /** null = an order line. */
  readonly credit_note_id: number | null;
}
export interface MarginLines {
  readonly lines: readonly MarginLineView[];
  /** Order lines and credit notes. */
  readonly total_lines: number;
  /** How many of them are credit notes. */
  readonly total_credits: number;
  /** The figure's amount over all lines (not only this block): equals the figure drilled from, to the cent. */
  readonly total_minor: number;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly provenance: Provenance;
}
