/** What is said of every KPI: the panel beside a figure shows it, and a change of the figure's meaning must change it. */
import type { DataArea, Role } from '../access/roles.ts';

/**
 * How rows become a figure: `ratio` Σ numerator / Σ denominator, `sum` Σ numerator, `whole` ids whose every row counts /
 * ids, `median`, `p90` and `deviation` of the rows' numerators.
 */
export type KpiMeasure = 'ratio' | 'sum' | 'whole' | 'median' | 'p90' | 'deviation';

/** How a value is read: basis points (`rate`, `times`), minor units, thousandths of a base unit, thousandths of a day. */
export type KpiFormat = 'rate' | 'times' | 'money' | 'quantity' | 'days';

/**
 * `flow`: rows belong to a month, a range adds months up. `snapshot`: as of the last day of the period, or of the
 * replica where that is earlier. `position`: an item at a site, shown in the stock grid, never added up here.
 */
export type KpiPeriod = 'flow' | 'snapshot' | 'position';

/** What a KPI's rows have keys of, so that a figure can be asked of one channel, site or category. */
export type KpiDimension = 'channel' | 'site' | 'category';

/** How numerator and denominator are read: minor units, thousandths of a base unit, days, or a plain count. */
export type KpiParts = 'money' | 'quantity' | 'days' | 'count';

export interface KpiDefinition {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly unit: string;
  readonly grain: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly exclusions: readonly string[];
  readonly null_rule: string;
  readonly version: number;
  /** Who answers for the figure. */
  readonly owner: Role;
  /** What a role must hold to see it: the most restricted of what it is computed from. */
  readonly area: DataArea;
  /** Tables without a row of which there is no figure; a missing module greys it out and says so. */
  readonly needs: readonly string[];
  /** Tables it reads beside them, which may be empty. */
  readonly reads?: readonly string[];
  /** What the coverage is of, where it says more than how much is known. */
  readonly coverage?: string;
  readonly measure: KpiMeasure;
  readonly format: KpiFormat;
  /** Money of companies in different currencies is not added up. */
  readonly parts: KpiParts;
  readonly period: KpiPeriod;
  /** The running month has no figure yet. */
  readonly only_past?: boolean;
  /** Slices of a company it may be asked of; asked of another, it has no figure and says why. */
  readonly dimensions: readonly KpiDimension[];
  readonly better: 'higher' | 'lower' | null;
  /** Where kpi_target may hold a target: one a channel or all, only of the company, nowhere. In the unit of `format`. */
  readonly target: 'channel' | 'company' | 'none';
}
