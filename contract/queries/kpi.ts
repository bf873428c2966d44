/** Definitions of the KPIs, their values and the rows behind them. */
import { z } from 'zod';
import { COMPANY_KPI_IDS } from '#domain/kpi/definitions.ts';
import type { KpiDefinition } from '#domain/kpi/definition.ts';
import type { KpiFigure, KpiSource } from '#domain/kpi/tally.ts';
import type { TargetStanding } from '#domain/kpi/targets.ts';
import { CompanyIds, Id, Limit, Month, Offset, ReportingCurrency } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import type { Provenance } from './session.ts';

export type { KpiDefinition } from '#domain/kpi/definition.ts';
export type { KpiFigure, KpiSource } from '#domain/kpi/tally.ts';
export type { TargetStanding } from '#domain/kpi/targets.ts';

export const kpiDefinitions = { args: z.strictObject({}) };
export type KpiDefinitions = readonly KpiDefinition[];

/** An id of domain/kpi that has a figure of a company. */
const KpiId = z.enum(COMPANY_KPI_IDS);
interface Period {
  readonly from_month: number;
  readonly to_month: number;
}
const months = ({ from_month, to_month }: Period): number =>
  Math.floor(to_month / 100) * 12 + (to_month % 100) - Math.floor(from_month / 100) * 12 - (from_month % 100) + 1;
const isBounded = (period: Period): boolean => months(period) >= 1 && months(period) <= 60;
/** One slice of the companies; 0 and '' = has none. A KPI that has no such slices gives no figure and says so. */
const slice = {
  channel_id: z.int().min(0).optional(),
  site_id: z.int().min(0).optional(),
  category: z.string().max(120).optional(),
};
const BOUNDED = 'a period is 1 to 60 months, from … to';

export const kpiValues = {
  args: z
    .strictObject({
      company_ids: CompanyIds,
      reporting_currency: ReportingCurrency,
      from_month: Month,
      to_month: Month,
      /** Without it every KPI; a strip names its own, which is faster. */
      kpis: z.array(KpiId).min(1).max(COMPANY_KPI_IDS.length).optional(),
      ...slice,
    })
    .refine(isBounded, BOUNDED),
};
/** Of the value's own unit see KpiDefinition.format; of numerator and denominator KpiDefinition.parts. */
export interface KpiValue extends KpiFigure {
  readonly kpi: string;
  /** In the unit of the value; of the last month of the period. */
  readonly target: number | null;
  readonly standing: TargetStanding;
  /** Why there is no value, in words; null when there is one. */
  readonly reason: string | null;
  /** False: not for this user, and nothing of it was computed. */
  readonly visible: boolean;
  /** The 13 months up to the last of the period, for a sparkline. */
  readonly months: readonly (KpiFigure & { readonly month: number })[];
}
export interface CompanyKpis {
  readonly company_id: number;
  readonly name: string;
  readonly currency: string;
  /** The business date the figures speak of. */
  readonly as_of_date: string;
  /** In the order asked. */
  readonly values: readonly KpiValue[];
}
export interface KpiValues {
  readonly companies: readonly CompanyKpis[];
  /** All companies added up; money of different currencies needs one to be shown in, else it says so. */
  readonly total: readonly KpiValue[];
  /** Of the total; null: the companies keep different currencies and none was asked for. */
  readonly currency: string | null;
  readonly conversion: Conversion | null;
  readonly provenance: Provenance;
}

export const kpiRows = {
  args: z
    .strictObject({
      company_id: Id,
      kpi: KpiId,
      from_month: Month,
      to_month: Month,
      ...slice,
      offset: Offset,
      limit: Limit,
    })
    .refine(isBounded, BOUNDED),
};
/** A row behind a figure; Σ over all rows is the figure (a duration's numerator is the row's own time). */
export interface KpiRowView {
  readonly source: KpiSource;
  readonly id: number | string;
  readonly month: number;
  readonly numerator: number;
  readonly denominator: number;
  /** A needed part is missing. */
  readonly unknown: boolean;
  /** Its number or name, and whom or what it is of. */
  readonly label: string;
  readonly detail: string | null;
  readonly order_id: number | null;
  readonly item_id: number | null;
}
export interface KpiRows {
  readonly kpi: string;
  /** Worst first: what is missing from a rate, the longest time, the largest amount. */
  readonly rows: readonly KpiRowView[];
  readonly total_rows: number;
  readonly figure: KpiFigure;
  readonly reason: string | null;
  readonly visible: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}
