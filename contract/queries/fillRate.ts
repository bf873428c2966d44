/** Fill rate and the lines behind it. */
import { z } from 'zod';
import { Id, Limit, Offset, Sort } from './arguments.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { lineFilter } from './lineFilter.ts';
import type { OrderLineView } from './orders.ts';
import type { Provenance } from './session.ts';

export const FILL_GROUPS = ['channel', 'site', 'category', 'customer', 'item'] as const;
const fillFilter = { company_id: Id, ...lineFilter };
/** One table of one company, for scripts and their exports; screens ask fillPivot, which adds up the same cells. */
export const fillRate = {
  args: z.strictObject({
    ...fillFilter,
    group_by: z.enum(FILL_GROUPS).default('channel'),
    limit: z.int().min(1).max(500).default(200),
  }),
};
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
  /** numerator / denominator in basis points; null when the denominator is 0 ("no data"). */
  readonly value_bp: number | null;
}
/** Figures of domain/kpi/fillRate.ts. Unit and value numerators are thousandths and minor units. */
export interface FillFigures {
  readonly unit: Ratio;
  readonly value: Ratio;
  readonly line: Ratio;
  readonly order: Ratio;
  readonly first_pass: Ratio;
}
export interface FillRow extends FillFigures {
  readonly key: string;
  readonly label: string;
  readonly channel_kind: string | null;
  readonly months: readonly (FillFigures & { readonly month: number })[];
}
export interface FillRate {
  readonly rows: readonly FillRow[];
  readonly total: FillRow;
  readonly months: readonly number[];
  /** What this company's data lacks for the KPI, in words; empty when nothing. Rows are empty when it cannot be computed. */
  readonly missing: readonly string[];
  readonly currency: string;
  readonly as_of_date: string;
  readonly formula: string;
  readonly provenance: Provenance;
}
export const fillRateLines = {
  args: z.strictObject({
    ...fillFilter,
    figure: z.enum(['due', 'complete', 'incomplete']).default('incomplete'),
    sort: Sort(['committed_on', 'missing', 'value']),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};
export interface FillLineView extends OrderLineView {
  readonly cut_off_on: string;
  readonly shipped_by_cut_off_qty_milli: number;
  readonly missing_qty_milli: number;
  /** What the line weighs in the value fill rate: quantity due at its net price of confirmation. */
  readonly due_value_minor: number;
  readonly first_pass: boolean;
}
export interface FillRateLines extends InEdition {
  readonly lines: readonly FillLineView[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}
