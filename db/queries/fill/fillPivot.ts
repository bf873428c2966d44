/** Fill rate as a tree of two dimensions by month or week of the committed date. */
import { isoDate } from '#domain/calendar.ts';
import { type FillFigures, FILL_FORMULA, type FillTotals, figuresOfFillTotals } from '#domain/kpi/fillRate.ts';
import type { FillMeasure, QueryArgs, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import { FILL_MONEY } from '#domain/kpi/moneyShapes.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { graceOf } from '../reference/grace.ts';
import { groupingOf, itemFacts, type KnownFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { type Addable, foldCells, type Shown, shownCells } from '../pivot/convertedCells.ts';
import { keepsDay, periodColumns } from '../pivot/periods.ts';
import { nothingOf, type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { companiesTogether, pivotView } from '../pivot/scope.ts';
import { convertedStrata, plainStrata, roughStrata, type Strata } from '../pivot/strata.ts';
import { asOfDay, provenance } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import { dueSince, latest, wholeSince } from '../wholeSince.ts';
import { missingForFill } from './dueLines.ts';
import {
  addFillCells,
  addFillTotals,
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
  const { companies, book } = await companiesTogether(context, asked_args.company_ids, asked_args.reporting_currency);
  const view = pivotView(context, asked_args.company_ids);
  const rows_since = await wholeSince(context, ['order_line', 'shipment_line'], asked_args.company_ids);
  const whole_since = dueSince(latest(rows_since, view.since(asked_args.company_ids)));
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
    missing.push('These months are still loading');
    counted.length = 0;
  }
  const as_of_on = new Map(companies.map((company) => [company.id, asOfDay(context, company.time_zone)]));
  const answer = {
    currency: book.currency,
    missing,
    as_of_date: isoDate(Math.min(...as_of_on.values())),
    formula: FILL_FORMULA,
  };
  const needed = [
    ...(['order_line', 'shipment_line', 'channel', 'channel_rule', 'item'] as const),
    ...(book.converts ? (['fx_rate'] as const) : []),
  ];
  // without the dates or the shipments every rate would read 0 % or nothing at all: it is not computed
  if (counted.length === 0) {
    const nothing = nothingOf(args.measures.length);
    return {
      ...nothing,
      columns: [],
      ...answer,
      conversion: book.used(),
      provenance: provenance(context, needed, whole_since),
    };
  }
  const items = await itemFacts(context);
  const grace = await graceOf(context, null);
  const { columns, grouping } = periodColumns(view, args.columns, 'committed_on', args, {
    before_on: Math.max(...as_of_on.values()),
  });
  const ranking = args.sort?.measure ?? 'due_value';
  const wantsOrders = args.measures.includes('order_fill') || ranking === 'order_fill';
  const asked = { ...args, company_ids: counted };
  const company_ids = counted;
  const by_period = book.converts
    ? convertedStrata(view, {
        kind: args.columns,
        days: 'committed_on',
        range: args,
        periods: grouping,
        company_ids,
        book,
      })
    : plainStrata(args.columns, grouping);
  const by_row = book.converts ? roughStrata(view, company_ids, book) : plainStrata('none', null);
  const ask: Ask = { context, view, args: asked, items, dueness: { grace, as_of_on }, wantsOrders, book };
  const valueOf = ({ sums, lacking }: Shown<FillTotals>, figures: FillFigures, measure: FillMeasure) =>
    lacking && OF_MONEY.has(measure) ? null : MEASURE[measure](figures, sums);
  const figure: PivotFigure<Shown<FillTotals>> = {
    grouping: (dimension) => groupingOf(view, dimension, items, 'committed_on'),
    present: ({ sums }) => sums.lines > 0,
    values: (shown) => {
      const figures = figuresOfFillTotals(shown.sums);
      return args.measures.map((measure) => valueOf(shown, figures, measure));
    },
    rank: (shown) => (isMeasure(ranking) ? valueOf(shown, figuresOfFillTotals(shown.sums), ranking) : null),
    scan: (rows, filter, byPeriod, _, within) => scanRows(ask, rows, filter, byPeriod ? by_period : by_row, within),
  };
  const tree = await pivotTree(context, figure, { ...asked, sort: args.sort, others: args.others }, columns);
  return { ...tree, columns, ...answer, conversion: book.used(), provenance: provenance(context, needed, whole_since) };
};

const OF_MONEY: ReadonlySet<FillMeasure> = new Set(['value_fill', 'due_value', 'missing_value']);

const FILL: Addable<FillTotals> = {
  shape: FILL_MONEY,
  empty: emptyFillTotals,
  add: addFillTotals,
  present: (totals) => totals.lines > 0,
};

interface Ask {
  readonly context: QueryContext;
  readonly view: FactView;
  readonly args: Args;
  readonly items: KnownFacts;
  readonly dueness: Dueness;
  readonly wantsOrders: boolean;
  readonly book: RateBook;
}

function isMeasure(text: string): text is FillMeasure {
  return Object.hasOwn(MEASURE, text);
}

function scanRows(
  { context, view, args, items, dueness, wantsOrders, book }: Ask,
  rows: Grouping,
  filter: RowFilter,
  strata: Strata,
  within: readonly Shown<FillTotals>[] | null,
): PivotSums<Shown<FillTotals>> {
  const layout = createCellLayout(view);
  const groups = Math.max(1, rows.keys.length);
  layout.group(rows, groups);
  strata.into(layout);
  const { company_id, ...narrowed } = filter;
  keepCompanies(layout, company_id === undefined ? args.company_ids : [company_id]);
  // days are kept below, all of the range at once
  const { from_on: _from, to_on: _to, ...others } = args;
  keepFiltered(view, layout, { ...others, ...narrowed }, items, 'committed_on');
  const inRange = keepsDay(args);
  layout.keep('committed_on', (day) => inRange(Number(day)));
  layout.allow('committed_on', Number.NaN);
  const cells = groups * strata.count;
  const fold = (place: (row: number, column: number) => number) =>
    Int32Array.from({ length: cells }, (_, cell) => place(cell % groups, strata.columnOf(Math.floor(cell / groups))));
  const counter = orderCounter(
    wantsOrders
      ? [fold((row, column) => column * groups + row), fold((row) => row), fold((_, column) => column), fold(() => 0)]
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
  const own = Array.from({ length: cells }, (_, cell) => {
    const totals = emptyFillTotals();
    addFillCells(totals, result, cell);
    return totals;
  });
  const sums = foldCells(FILL, shownCells(FILL, own, groups, strata, book, within), groups, strata);
  const [byCell, byRow, byColumn, inAll] = counter.counts;
  // an order counts once in each figure it has a line in, so orders are not added up but counted for each
  const counted = ({ sums: totals, lacking }: Shown<FillTotals>, counts: OrderCounts | undefined, place: number) => {
    const orders = counts?.orders[place] ?? 0;
    return { sums: { ...totals, orders, whole_orders: orders - (counts?.broken[place] ?? 0) }, lacking };
  };
  return {
    row: (slot) => counted(sums.row(slot), byRow, slot),
    cell: (slot, column) => counted(sums.cell(slot, column), byCell, column * groups + slot),
    column: (column) => counted(sums.column(column), byColumn, column),
    all: () => counted(sums.all(), inAll, 0),
    parts: sums.parts,
    sides: sums.sides,
  };
}
