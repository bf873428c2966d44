/** Margin as a tree of two dimensions by month or week, from gross sales down to GM3. */
import { costStatement } from '#domain/kpi/margin.ts';
import {
  addLadderSums,
  emptyLadderSums,
  LADDER_FORMULA,
  ladderFigures,
  type LadderSums,
} from '#domain/kpi/marginLadder.ts';
import type { LineDimension, QueryArgs, RowFilter } from '#contract/queries.ts';
import { LADDER_MONEY } from '#domain/kpi/moneyShapes.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { groupingOf, itemFacts, type ItemFacts, keepCompanies, keepFiltered, keepMonths } from '../facts.ts';
import { type Addable, foldCells, type Shown, shownCells } from '../pivot/convertedCells.ts';
import { periodColumns } from '../pivot/periods.ts';
import { type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { companiesTogether, pivotView } from '../pivot/scope.ts';
import { convertedStrata, plainStrata, roughStrata, type Strata } from '../pivot/strata.ts';
import { provenance } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import { seesArea } from '../rights.ts';
import { addCreditRow, creditKey, type CreditRow, creditRows, keepsCredit } from './credits.ts';
import { knownCombinations, ladderCodes, ladderColumns, ladderSumsAt } from './ladderCells.ts';

type Args = QueryArgs<'marginPivot'>;

/** Measures that are sums: rows are ranked by them without computing every figure of every group. */
const ADDED: Readonly<Partial<Record<string, (sums: LadderSums) => number>>> = {
  gross_sales: ({ margin }) => margin.gross_minor,
  discounts: ({ margin }) => margin.discounts_minor,
  returns: ({ margin, credits_minor }) => margin.returns_minor - credits_minor,
  net_sales: ({ margin, credits_minor }) =>
    margin.gross_minor + margin.discounts_minor + margin.returns_minor - credits_minor,
  other_billed: ({ margin }) => margin.other_minor,
  credits: ({ credits_minor }) => credits_minor,
  lines: ({ margin }) => margin.lines,
};

export const marginPivot: QueryHandler<'marginPivot'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const company_ids = companies.map((company) => company.id);
  // a total over companies of which one hides its costs would not be what it says
  const cost_visible = companies.every((company) => seesArea(context.user, company.id, 'cost'));
  const view = pivotView(context);
  const items = await itemFacts(context);
  const credits = await creditRows(context, company_ids, args, cost_visible);
  const { columns, grouping: periods } = periodColumns(view, args.columns, 'ordered_on', args, {
    also_on: credits.map((row) => row.day),
  });
  const ask: Ask = {
    context,
    view,
    args: { ...args, company_ids },
    items,
    credits,
    with_cost: cost_visible,
    known: knownCombinations(view, cost_visible),
    book,
  };
  const measured = ({ sums, lacking }: Shown<LadderSums>, measures: readonly string[]) => {
    const figures = lacking || measures.every((measure) => ADDED[measure]) ? null : ladderFigures(sums, cost_visible);
    return measures.map((measure) =>
      lacking && measure !== 'lines' ? null : (ADDED[measure]?.(sums) ?? figures?.get(measure)?.value ?? null),
    );
  };
  const ranking = args.sort?.measure ?? 'net_sales';
  const also_on = credits.map((row) => row.day);
  const by_period = book.converts
    ? convertedStrata(view, {
        kind: args.columns,
        days: 'ordered_on',
        range: args,
        periods,
        company_ids,
        book,
        also_on,
      })
    : plainStrata(args.columns, periods);
  const by_row = book.converts ? roughStrata(view, company_ids, book) : plainStrata('none', null);
  const figure: PivotFigure<Shown<LadderSums>> = {
    grouping: (dimension) => groupingWithCredits(ask, dimension),
    present: ({ sums }) => LADDER.present(sums),
    values: (shown) => measured(shown, args.measures),
    rank: (shown) => measured(shown, [ranking])[0] ?? null,
    scan: (rows, filter, byPeriod, dimension, within) =>
      scanRows(ask, rows, dimension, filter, byPeriod ? by_period : by_row, within),
  };
  const tree = await pivotTree(context, figure, { ...ask.args, sort: args.sort, others: args.others }, columns);
  const all = scanRows(ask, EVERYTHING, null, {}, by_row, null).all();
  return {
    ...tree,
    columns,
    currency: book.currency,
    conversion: book.used(),
    cost_visible,
    cost_statement: cost_visible ? costStatement(all.sums.margin) : 'cost is for Finance',
    formula: LADDER_FORMULA,
    provenance: provenance(context, [
      'order_line',
      'item',
      'credit_note',
      ...(book.converts ? (['fx_rate'] as const) : []),
      ...(cost_visible ? (['order_line_cost', 'claim_cost'] as const) : []),
    ]),
  };
};

const LADDER: Addable<LadderSums> = {
  shape: LADDER_MONEY,
  empty: emptyLadderSums,
  add: addLadderSums,
  present: ({ margin, credits_minor, claims_minor }) => margin.lines > 0 || credits_minor !== 0 || claims_minor !== 0,
};

interface Ask {
  readonly context: QueryContext;
  readonly view: FactView;
  readonly args: Args;
  readonly items: ReadonlyMap<number, ItemFacts>;
  readonly credits: readonly CreditRow[];
  readonly with_cost: boolean;
  readonly known: readonly number[];
  readonly book: RateBook;
}

/** A group may have credits and no line. */
function groupingWithCredits({ view, items, credits }: Ask, dimension: LineDimension): Grouping {
  const grouping = groupingOf(view, dimension, items, 'ordered_on');
  const keys = new Set([...grouping.keys, ...credits.map((row) => creditKey(row, dimension, items))]);
  return { ...grouping, keys: [...keys] };
}

const EVERYTHING: Grouping = { column: 'company', keys: [''], slots: new Int32Array() };

/** `dimension` null: everything is one row. */
function scanRows(
  { context, view, args, items, credits, with_cost, known, book }: Ask,
  rows: Grouping,
  dimension: LineDimension | null,
  filter: RowFilter,
  strata: Strata,
  within: readonly Shown<LadderSums>[] | null,
): PivotSums<Shown<LadderSums>> {
  const layout = createCellLayout(view);
  const groups = Math.max(1, rows.keys.length);
  if (dimension !== null) layout.group(rows, groups);
  strata.into(layout);
  const { company_id, ...narrowed } = filter;
  keepCompanies(layout, company_id === undefined ? args.company_ids : [company_id]);
  keepFiltered(view, layout, { ...args, ...narrowed }, items, 'ordered_on');
  keepMonths(layout, args.from_month, args.to_month);
  const result = scanFacts(view, {
    cells: layout.cells() * LINE_CLASSES * known.length,
    keys: layout.keys(),
    codes: ladderCodes(known, layout.cells()),
    sums: ladderColumns(with_cost),
    checkCancelled: context.checkCancelled,
  });
  const own = Array.from({ length: groups * strata.count }, (_, cell) => ladderSumsAt(result, known, cell));
  const slotOf = new Map(rows.keys.map((key, slot) => [key, slot]));
  for (const row of credits) {
    if (!keepsCredit(row, { ...args, ...filter }, items)) continue;
    // what is cut off lies in the last slot, "Other"
    const slot = dimension === null ? 0 : (slotOf.get(creditKey(row, dimension, items)) ?? groups - 1);
    const stratum = strata.stratumOf(row.company_id, row.day);
    const sums = stratum === undefined ? undefined : own[stratum * groups + slot];
    if (sums) addCreditRow(sums, row);
  }
  return foldCells(LADDER, shownCells(LADDER, own, groups, strata, book, within), groups, strata);
}
