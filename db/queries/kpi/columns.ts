/** What the column cache answers at once: fill rates and the margin ladder. The tables give the same, slower. */
import { type FillTotals, figuresOfFillTotals } from '#domain/kpi/fillRate.ts';
import type { LadderSums } from '#domain/kpi/marginLadder.ts';
import { type KpiFigure, ratioFigure } from '#domain/kpi/tally.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { fillTable } from '../fill/fillTable.ts';
import { knownCombinations, ladderCodes, ladderColumns, ladderSumsAt } from '../margin/ladderCells.ts';
import type { KpiScope } from './scope.ts';

/** Of the group totals only their sum is wanted. */
const ONE_ROW = { group_by: 'channel', limit: 1, cell_limit: 1 } as const;

/** month → sums of order lines; a month without lines is missing. */
export async function ladderFromColumns(
  context: QueryContext,
  view: FactView,
  { company, slice, months, with_cost }: KpiScope,
): Promise<Map<number, LadderSums>> {
  const [first] = months;
  const last = months.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const layout = createCellLayout(view);
  const slots = Int32Array.from(view.numbering('month').values, (month) => months.indexOf(Number(month)));
  layout.group({ column: 'month', slots }, months.length);
  keepCompanies(layout, [company.id]);
  keepFiltered(view, layout, slice, await itemFacts(context), 'ordered_on');
  const known = knownCombinations(view, with_cost);
  const result = scanFacts(view, {
    cells: layout.cells() * LINE_CLASSES * known.length,
    keys: layout.keys(),
    codes: ladderCodes(known, layout.cells()),
    sums: ladderColumns(with_cost),
    checkCancelled: context.checkCancelled,
  });
  const sums = months.map((month, at): [number, LadderSums] => [month, ladderSumsAt(result, known, at)]);
  return new Map(sums.filter(([, { margin }]) => margin.lines > 0));
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
