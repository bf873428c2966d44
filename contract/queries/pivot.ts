/**
 * Margin and fill rate as a tree of up to two dimensions by month or week. Rows below a group are read when it is
 * opened; every row and column carries the filter that drills to its lines.
 */
import { z } from 'zod';
import { BRIDGE_EFFECTS, BRIDGE_STEPS, type BridgeEffect, type BridgeMeasure } from '#domain/kpi/priceVolumeMix.ts';
import { FILL_MEASURES, MARGIN_MEASURES } from '#domain/kpi/pivotMeasures.ts';
import { CompanyIds, Month, ReportingCurrency } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { LINE_DIMENSIONS, type LineDimension, lineFilter, type RowFilter } from './lineFilter.ts';
import type { Provenance } from './session.ts';

export const PIVOT_PERIODS = ['month', 'week', 'none'] as const;

export { FILL_MEASURES, type FillMeasure, MARGIN_MEASURES, type MarginMeasure } from '#domain/kpi/pivotMeasures.ts';

const pivotArgs = {
  /** Several companies need one currency, or one to be shown in. */
  company_ids: CompanyIds,
  reporting_currency: ReportingCurrency,
  ...lineFilter,
  rows: z
    .array(z.enum(LINE_DIMENSIONS))
    .min(1)
    .max(2)
    .refine((rows) => new Set(rows).size === rows.length, 'the two dimensions of rows differ'),
  columns: z.enum(PIVOT_PERIODS).default('month'),
  /** Keys of the open rows of the first dimension. */
  expanded: z.array(z.string().max(120)).max(24).default([]),
  /** Rows shown of the first dimension, and below each open row. The rest is one row "Other N". */
  limit: z.int().min(1).max(500).default(50),
  child_limit: z.int().min(1).max(200).default(50),
};
const sortBy = <const M extends readonly [string, ...string[]]>(measures: M) =>
  z.strictObject({ measure: z.enum([...measures, 'label']), descending: z.boolean().default(true) }).optional();

/** The months just before, the same months a year before, or what was planned for the same months. */
export const COMPARISONS = ['previous', 'last_year', 'plan'] as const;
export type ComparedWith = (typeof COMPARISONS)[number];

export const marginPivot = {
  args: z
    .strictObject({
      ...pivotArgs,
      measures: z.array(z.enum(MARGIN_MEASURES)).min(1).max(MARGIN_MEASURES.length),
      sort: sortBy(MARGIN_MEASURES),
      /** These months of the question beside others, row by row. Whole months only. */
      compare: z.strictObject({ with: z.enum(COMPARISONS), from_month: Month, to_month: Month }).optional(),
    })
    .refine(
      ({ compare, from_month, to_month }) =>
        compare === undefined ||
        (from_month <= compare.from_month && compare.from_month <= compare.to_month && compare.to_month <= to_month),
      'what is compared lies in the months asked for',
    )
    .refine(
      ({ compare, columns, from_on, to_on }) =>
        compare === undefined || (columns !== 'week' && from_on === undefined && to_on === undefined),
      'whole months are compared, not weeks or days',
    ),
};
export const fillPivot = {
  args: z.strictObject({
    ...pivotArgs,
    measures: z.array(z.enum(FILL_MEASURES)).min(1).max(FILL_MEASURES.length),
    sort: sortBy(FILL_MEASURES),
  }),
};

/** Why a margin changed, by row: the effects of price, volume and mix and of every part (domain/kpi/priceVolumeMix.ts). */
export const marginBridge = {
  args: z
    .strictObject({
      company_ids: CompanyIds,
      reporting_currency: ReportingCurrency,
      ...lineFilter,
      from_on: z.undefined().optional(),
      to_on: z.undefined().optional(),
      rows: pivotArgs.rows,
      expanded: pivotArgs.expanded,
      limit: pivotArgs.limit,
      child_limit: pivotArgs.child_limit,
      against: z.enum(COMPARISONS),
      step: z.enum(BRIDGE_STEPS).default('gm3'),
      /** Absent: what moved most first. */
      sort: sortBy([...BRIDGE_EFFECTS, 'change']),
    })
    .refine(({ from_month, to_month }) => from_month <= to_month, 'the months begin before they end'),
};

export interface PivotColumn {
  /** '202610', or '2026-W45' */
  readonly key: string;
  /** Spread it over the arguments to drill: a month, or the days of a week that lie in the months asked for. */
  readonly filter: {
    readonly from_month?: number;
    readonly to_month?: number;
    readonly from_on?: string;
    readonly to_on?: string;
  };
}
/** One value a measure, in the order asked: minor units, basis points or counts; null = no data or not known. */
export type PivotValues = readonly (number | null)[];
/**
 * A row's months beside those they are compared with. Amounts where nothing was sold are 0, so that changes of rows add
 * up to that of their total; null = not known, or not planned.
 */
export interface ComparedValues {
  readonly before: PivotValues;
  /** Now less before; of rates in basis points. */
  readonly change: PivotValues;
}
export interface PivotRow {
  /** Unique in the answer: 'channel:12', 'channel:12/category:Bearings', 'channel:12/category:*' for Other. */
  readonly key: string;
  readonly level: 0 | 1;
  readonly dimension: LineDimension;
  readonly label: string;
  readonly channel_kind: string | null;
  /** What `expanded` calls this row; null when nothing can be opened below it. */
  readonly expands: string | null;
  readonly expanded: boolean;
  /** More than 0 = "Other N": that many groups added up. */
  readonly others: number;
  readonly filter: RowFilter;
  readonly total: PivotValues;
  /** One a column. */
  readonly cells: readonly PivotValues[];
  /** null = nothing is compared, or this row has nothing to be compared with. */
  readonly compared: ComparedValues | null;
}
export interface Pivot {
  readonly columns: readonly PivotColumn[];
  /** Depth first: open rows are followed by their children. */
  readonly rows: readonly PivotRow[];
  readonly total: PivotValues;
  readonly column_totals: readonly PivotValues[];
  readonly total_compared: ComparedValues | null;
  /** Groups of the first dimension, shown or not. */
  readonly groups: number;
  readonly currency: string;
  readonly conversion: Conversion | null;
  readonly provenance: Provenance;
}
export interface Comparison {
  readonly with: ComparedWith;
  /** The months compared with. */
  readonly from_month: number;
  readonly to_month: number;
  /** Why nothing is compared, in a sentence; null = it is. */
  readonly reason: string | null;
  /** Why the rows of some dimension are not, in a sentence each. */
  readonly without: readonly { readonly dimension: LineDimension; readonly reason: string }[];
  /** What to know before a change is judged; null = nothing. */
  readonly note: string | null;
}
export interface MarginPivot extends Pivot {
  /** null = not asked for. */
  readonly comparison: Comparison | null;
  /** False: measures of costs are null because they are not for this user. */
  readonly cost_visible: boolean;
  readonly cost_statement: string;
  readonly formula: string;
}
/** Without columns: of the months as a whole. */
export interface MarginBridge extends Pivot {
  /** Of `total` and of every row's: `BRIDGE_MEASURES` in their order; null = not known, not planned, or no part of this. */
  readonly measures: readonly BridgeMeasure[];
  /** The effects this step's difference is made of, in the order they are told. */
  readonly effects: readonly BridgeEffect[];
  readonly comparison: Comparison;
  /** Order lines, credit notes and costs of claims of both times; against a plan, of the months themselves. */
  readonly lines: number;
  readonly formula: string;
}
export interface FillPivot extends Pivot {
  /** What these companies' data lacks for the KPI, in words; rows are empty then. */
  readonly missing: readonly string[];
  readonly as_of_date: string;
  readonly formula: string;
}
