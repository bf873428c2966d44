/** Margin as a tree of two dimensions by month or week. */
import {
  addMarginSums,
  costStatement,
  emptyMarginSums,
  MARGIN_FORMULA,
  type MarginFigures,
  type MarginSums,
  marginFigures,
} from '#domain/kpi/margin.ts';
import type { MarginMeasure, QueryArgs, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { groupingOf, itemFacts, type ItemFacts, keepCompanies, keepFiltered, keepMonths } from '../facts.ts';
import { periodColumns } from '../pivot/periods.ts';
import { type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { pivotCompanies, pivotView } from '../pivot/scope.ts';
import { provenance } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { MARGIN_CELLS, marginCodes, marginColumns, marginSumsAt } from './marginCells.ts';

type Args = QueryArgs<'marginPivot'>;

const MEASURE: Readonly<Record<MarginMeasure, (figures: MarginFigures) => number | null>> = {
  gross_sales: (figures) => figures.gross_minor,
  discounts: (figures) => figures.discounts_minor,
  returns: (figures) => figures.returns_minor,
  net_sales: (figures) => figures.net_minor,
  other_billed: (figures) => figures.other_minor,
  landed_cost: (figures) => figures.cost_minor,
  cost_coverage: (figures) => figures.cost_coverage_bp,
  gm1: (figures) => figures.gm1_minor,
  gm1_rate: (figures) => figures.gm1_bp,
  lines: (figures) => figures.lines,
};
const OF_COSTS: ReadonlySet<MarginMeasure> = new Set(['landed_cost', 'cost_coverage', 'gm1', 'gm1_rate']);

export const marginPivot: QueryHandler<'marginPivot'> = async (context, args) => {
  const companies = await pivotCompanies(context, args.company_ids);
  const company_ids = companies.map((company) => company.id);
  // a total over companies of which one hides its costs would not be what it says
  const cost_visible = companies.every((company) => seesArea(context.user, company.id, 'cost'));
  const view = pivotView(context);
  const items = await itemFacts(context);
  const { columns, grouping } = periodColumns(view, args.columns, 'ordered_on', args);
  const measureOf = (measure: MarginMeasure, figures: MarginFigures): number | null =>
    !cost_visible && OF_COSTS.has(measure) ? null : MEASURE[measure](figures);
  const ranking = args.sort?.measure ?? 'net_sales';
  const figure: PivotFigure<MarginSums> = {
    grouping: (dimension) => groupingOf(view, dimension, items, 'ordered_on'),
    present: (sums) => sums.lines > 0,
    values: (sums) => {
      const figures = marginFigures(sums);
      return args.measures.map((measure) => measureOf(measure, figures));
    },
    rank: (sums) => (isMeasure(ranking) ? measureOf(ranking, marginFigures(sums)) : null),
    scan: (rows, filter, byPeriod) =>
      scanRows(context, view, { ...args, company_ids }, items, cost_visible, rows, filter, byPeriod ? grouping : null),
  };
  const shape = { ...args, company_ids, sort: args.sort, others: args.others };
  const tree = await pivotTree(context, figure, shape, columns);
  const all = scanRows(context, view, { ...args, company_ids }, items, cost_visible, EVERYTHING, {}, null).all();
  return {
    ...tree,
    columns,
    currency: companies[0]?.currency ?? '',
    cost_visible,
    cost_statement: cost_visible ? costStatement(all) : 'cost is for Finance',
    formula: MARGIN_FORMULA,
    provenance: provenance(context, ['order_line', 'item', ...(cost_visible ? (['order_line_cost'] as const) : [])]),
  };
};

const EVERYTHING: Grouping = { column: 'company', keys: [], slots: new Int32Array() };

function isMeasure(text: string): text is MarginMeasure {
  return Object.hasOwn(MEASURE, text);
}

function scanRows(
  context: QueryContext,
  view: FactView,
  args: Args,
  items: ReadonlyMap<number, ItemFacts>,
  with_cost: boolean,
  rows: Grouping,
  filter: RowFilter,
  periods: Grouping | null,
): PivotSums<MarginSums> {
  const layout = createCellLayout(view);
  const groups = Math.max(1, rows.keys.length);
  if (rows !== EVERYTHING) layout.group(rows, groups);
  const columns = Math.max(1, periods?.keys.length ?? 1);
  if (periods !== null && periods.keys.length > 0) layout.group(periods, columns);
  const { company_id, ...narrowed } = filter;
  keepCompanies(layout, company_id === undefined ? args.company_ids : [company_id]);
  keepFiltered(view, layout, { ...args, ...narrowed }, items, 'ordered_on');
  keepMonths(layout, args.from_month, args.to_month);
  const result = scanFacts(view, {
    cells: layout.cells() * MARGIN_CELLS,
    keys: layout.keys(),
    codes: marginCodes(with_cost, layout.cells()),
    sums: marginColumns(with_cost),
    checkCancelled: context.checkCancelled,
  });
  const cells = Array.from({ length: groups * columns }, (_, cell) => marginSumsAt(result, cell));
  const empties = (count: number) => Array.from({ length: count }, () => emptyMarginSums());
  const rowSums = empties(groups);
  const columnSums = empties(columns);
  const all = emptyMarginSums();
  for (const [cell, part] of cells.entries()) {
    if (part.lines === 0) continue;
    for (const sums of [rowSums[cell % groups], columnSums[Math.floor(cell / groups)], all]) {
      if (sums) addMarginSums(sums, part);
    }
  }
  return {
    row: (slot) => rowSums[slot] ?? emptyMarginSums(),
    cell: (slot, column) => cells[column * groups + slot] ?? emptyMarginSums(),
    column: (column) => columnSums[column] ?? emptyMarginSums(),
    all: () => all,
  };
}
