/** Fill rate as a tree of two dimensions by month or week of the committed date. */
import { isoDate } from '#domain/calendar.ts';
import { type FillFigures, FILL_FORMULA, type FillTotals, figuresOfFillTotals } from '#domain/kpi/fillRate.ts';
import type { FillMeasure, QueryArgs, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { groupingOf, itemFacts, type ItemFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { keepsDay, periodColumns } from '../pivot/periods.ts';
import { type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { pivotCompanies, pivotView } from '../pivot/scope.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { missingForFill } from './dueLines.ts';
import { fillWholeSince } from './wholeSince.ts';
import {
  addFillCells,
  type Dueness,
  emptyFillTotals,
  FILL_CELLS,
  fillCodes,
  FILL_COLUMNS,
  notYetDue,
  type OrderCounts,
  orderCounter,
} from './fillCells.ts';

type Args = QueryArgs<'fillPivot'>;

const MEASURE: Readonly<Record<FillMeasure, (figures: FillFigures, totals: FillTotals) => number | null>> = {
  unit_fill: ({ unit }) => unit.value_bp,
  value_fill: ({ value }) => value.value_bp,
  line_fill: ({ line }) => line.value_bp,
  order_fill: ({ order }) => order.value_bp,
  first_pass_fill: ({ first_pass }) => first_pass.value_bp,
  due_value: (_, totals) => totals.due_value_minor,
  missing_value: (_, totals) => totals.due_value_minor - totals.filled_value_minor,
  due_lines: (_, totals) => totals.lines,
  incomplete_lines: (_, totals) => totals.lines - totals.complete_lines,
};

export const fillPivot: QueryHandler<'fillPivot'> = async (context, asked_args) => {
  const companies = await pivotCompanies(context, asked_args.company_ids);
  const whole_since = await fillWholeSince(context, asked_args.company_ids);
  const args =
    whole_since === null ? asked_args : { ...asked_args, from_month: Math.max(asked_args.from_month, whole_since) };
  const missing: string[] = [];
  const counted: number[] = [];
  for (const company of companies) {
    const lacks = await missingForFill(context, company.id);
    if (lacks.length === 0) counted.push(company.id);
    else missing.push(...lacks.map((text) => (companies.length === 1 ? text : `${company.name}: ${text}`)));
  }
  if (args.from_month > args.to_month && counted.length > 0) {
    missing.push('Shipments of these months are still loading');
    counted.length = 0;
  }
  const as_of_on = new Map(companies.map((company) => [company.id, asOfDay(context, company.time_zone)]));
  const answer = {
    currency: companies[0]?.currency ?? '',
    missing,
    as_of_date: isoDate(Math.min(...as_of_on.values())),
    formula: FILL_FORMULA,
  };
  const needed = ['order_line', 'shipment_line', 'channel', 'item'] as const;
  // without the dates or the shipments every rate would read 0 % or nothing at all: it is not computed
  if (counted.length === 0) {
    const nothing = { columns: [], rows: [], total: args.measures.map(() => null), column_totals: [], groups: 0 };
    return { ...nothing, ...answer, provenance: provenance(context, needed, whole_since) };
  }
  const view = pivotView(context);
  const items = await itemFacts(context);
  const channels = await context.db.selectFrom('channel').select(['id', 'grace_days']).execute();
  const grace_days = new Map(channels.map((channel) => [channel.id, channel.grace_days]));
  const { columns, grouping } = periodColumns(view, args.columns, 'committed_on', args, {
    before_on: Math.max(...as_of_on.values()),
  });
  const ranking = args.sort?.measure ?? 'due_value';
  const wantsOrders = args.measures.includes('order_fill') || ranking === 'order_fill';
  const asked = { ...args, company_ids: counted };
  const figure: PivotFigure<FillTotals> = {
    grouping: (dimension) => groupingOf(view, dimension, items, 'committed_on'),
    present: (totals) => totals.lines > 0,
    values: (totals) => {
      const figures = figuresOfFillTotals(totals);
      return args.measures.map((measure) => MEASURE[measure](figures, totals));
    },
    rank: (totals) => (isMeasure(ranking) ? MEASURE[ranking](figuresOfFillTotals(totals), totals) : null),
    scan: (rows, filter, byPeriod) =>
      scanRows(
        context,
        view,
        asked,
        items,
        { grace_days, as_of_on },
        rows,
        filter,
        byPeriod ? grouping : null,
        wantsOrders,
      ),
  };
  const tree = await pivotTree(context, figure, { ...asked, sort: args.sort, others: args.others }, columns);
  return { ...tree, columns, ...answer, provenance: provenance(context, needed, whole_since) };
};

function isMeasure(text: string): text is FillMeasure {
  return Object.hasOwn(MEASURE, text);
}

function scanRows(
  context: QueryContext,
  view: FactView,
  args: Args,
  items: ReadonlyMap<number, ItemFacts>,
  dueness: Dueness,
  rows: Grouping,
  filter: RowFilter,
  periods: Grouping | null,
  wantsOrders: boolean,
): PivotSums<FillTotals> {
  const layout = createCellLayout(view);
  const groups = Math.max(1, rows.keys.length);
  layout.group(rows, groups);
  const columns = Math.max(1, periods?.keys.length ?? 1);
  if (periods !== null && periods.keys.length > 0) layout.group(periods, columns);
  const { company_id, ...narrowed } = filter;
  keepCompanies(layout, company_id === undefined ? args.company_ids : [company_id]);
  // days are kept below, all of the range at once
  const { from_on: _from, to_on: _to, ...others } = args;
  keepFiltered(view, layout, { ...others, ...narrowed }, items, 'committed_on');
  const inRange = keepsDay(args);
  layout.keep('committed_on', (day) => inRange(Number(day)));
  layout.allow('committed_on', Number.NaN);
  const cells = groups * columns;
  const fold = (place: (cell: number) => number) => Int32Array.from({ length: cells }, (_, cell) => place(cell));
  const counter = orderCounter(
    wantsOrders
      ? [fold((cell) => cell), fold((cell) => cell % groups), fold((cell) => Math.floor(cell / groups)), fold(() => 0)]
      : [],
  );
  const result = scanFacts(view, {
    cells: layout.cells() * FILL_CELLS,
    keys: layout.keys(),
    codes: fillCodes(layout.cells()),
    sums: FILL_COLUMNS,
    checkCancelled: context.checkCancelled,
    leaveOut: notYetDue(view, dueness),
    visit: counter.visit,
  });
  const [byCell, byRow, byColumn, inAll] = counter.counts;
  const totals = (wanted: Iterable<number>, counts: OrderCounts | undefined, place: number): FillTotals => {
    const sums = emptyFillTotals();
    for (const cell of wanted) addFillCells(sums, result, cell);
    sums.orders = counts?.orders[place] ?? 0;
    sums.whole_orders = sums.orders - (counts?.broken[place] ?? 0);
    return sums;
  };
  const every = (first: number, step: number, count: number) =>
    Array.from({ length: count }, (_, index) => first + index * step);
  return {
    row: (slot) => totals(every(slot, groups, columns), byRow, slot),
    cell: (slot, column) => totals([column * groups + slot], byCell, column * groups + slot),
    column: (column) => totals(every(column * groups, 1, groups), byColumn, column),
    all: () => totals(every(0, 1, cells), inAll, 0),
  };
}
