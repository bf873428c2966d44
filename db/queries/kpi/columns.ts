/** What the column cache answers at once: fill rates, and the margin above freight. The tables give the same, slower. */
import { type FillTotals, figuresOfFillTotals } from '#domain/kpi/fillRate.ts';
import { emptyLadderSums, type LadderSums } from '#domain/kpi/marginLadder.ts';
import { type KpiFigure, ratioFigure } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import { fillTable } from '../fill/fillTable.ts';
import { marginTable, mergeMonths } from '../margin/marginTable.ts';
import type { KpiScope } from './scope.ts';

/** Of the group totals only their sum is wanted. */
const ONE_ROW = { group_by: 'channel', limit: 1, cell_limit: 1 } as const;

/** Steps of the ladder that need nothing beside lines, their costs and credit notes. */
const ABOVE_FREIGHT: ReadonlySet<string> = new Set([
  'gross_sales',
  'discounts',
  'returns',
  'net_sales',
  'other_billed',
  'landed_cost',
  'cost_coverage',
  'gm1',
  'gm1_rate',
  'inventory_turns',
  'gmroi',
]);

export function columnsKnow(kpi: string): boolean {
  return ABOVE_FREIGHT.has(kpi);
}

/** month → sums of lines and costs; freight, rebates and fees are not among them. */
export async function ladderFromColumns(context: QueryContext, scope: KpiScope): Promise<Map<number, LadderSums>> {
  const { company, slice, months, with_cost } = scope;
  const [first] = months;
  const last = months.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const range = { company_id: company.id, ...slice, from_month: first, to_month: last };
  // credit notes and claims stand beside the lines, whichever engine added those up
  const table = await marginTable(context, { ...range, ...ONE_ROW, with_cost, with_credits: false });
  const all = mergeMonths([...table.shown.map((group) => group.byMonth), ...(table.rest ? [table.rest.byMonth] : [])]);
  return new Map([...all].map(([month, margin]) => [month, { ...emptyLadderSums(), margin }]));
}

export interface FillPeriod {
  readonly from_month: number;
  readonly to_month: number;
}

/** Fill rates of each month, and of the period: an order due in two of its months is one. */
export async function fillFromColumns(
  context: QueryContext,
  scope: KpiScope,
  period: FillPeriod,
): Promise<(kpi: string, from_month: number, to_month: number) => KpiFigure> {
  const question = {
    company_id: scope.company.id,
    ...scope.slice,
    as_of_on: scope.as_of_on,
    currency: scope.company.currency,
    ...ONE_ROW,
  };
  const of = async (from_month: number, to_month: number) =>
    (await fillTable(context, { ...question, from_month, to_month })).total;
  const { months } = await of(scope.months[0] ?? period.from_month, scope.months.at(-1) ?? period.to_month);
  const whole = period.from_month === period.to_month ? null : await of(period.from_month, period.to_month);
  return (kpi, from_month, to_month) => {
    if (from_month === to_month) return fillFigure(kpi, months.get(from_month));
    return fillFigure(kpi, whole?.sums);
  };
}

function fillFigure(kpi: string, totals: FillTotals | undefined): KpiFigure {
  if (totals === undefined) return ratioFigure(0, 0, 'rate');
  const figures = figuresOfFillTotals(totals);
  const ratio = {
    fill_rate_unit: figures.unit,
    fill_rate_value: figures.value,
    fill_rate_line: figures.line,
    fill_rate_order: figures.order,
    fill_rate_first_pass: figures.first_pass,
  }[kpi];
  if (ratio === undefined) throw new Error(`${kpi} is no fill rate`);
  return ratioFigure(ratio.numerator, ratio.denominator, 'rate');
}
