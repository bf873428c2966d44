/** Margin as a tree of two dimensions by month or week, from gross sales down to GM3. */
import { changeOf } from '#domain/kpi/change.ts';
import { planFigures, type PlannedSums, soldSums } from '#domain/kpi/comparison.ts';
import { costStatement } from '#domain/kpi/margin.ts';
import { LADDER_FORMULA, ladderFigures } from '#domain/kpi/marginLadder.ts';
import type { PivotValues } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import type { Shown } from '../pivot/convertedCells.ts';
import { periodColumns } from '../pivot/periods.ts';
import { nothingOf, type PivotFigure, pivotTree } from '../pivot/pivotTree.ts';
import { convertedStrata, plainStrata, roughStrata } from '../pivot/strata.ts';
import { provenance } from '../provenance.ts';
import { comparisonOf } from './comparison.ts';
import { askMargin, EVERYTHING, groupingWithOthers, LADDER, PLANNED, scanRows } from './marginGround.ts';

/** Measures that are sums: rows are ranked by them without computing every figure of every group. */
const ADDED: Readonly<Partial<Record<string, (sums: PlannedSums) => number>>> = {
  gross_sales: ({ margin }) => margin.gross_minor,
  discounts: ({ margin }) => margin.discounts_minor,
  returns: ({ margin, credits_minor }) => margin.returns_minor - credits_minor,
  net_sales: ({ margin, credits_minor }) =>
    margin.gross_minor + margin.discounts_minor + margin.returns_minor - credits_minor,
  other_billed: ({ margin }) => margin.other_minor,
  credits: ({ credits_minor }) => credits_minor,
  lines: ({ margin }) => margin.lines,
};

export const marginPivot: QueryHandler<'marginPivot'> = async (context, asked_args) => {
  const { ask, facts, since_month, ground, also_on, plan_on } = await askMargin(context, asked_args);
  const { args: kept, view, book, wanted, compares, with_cost: cost_visible } = ask;
  const args = { ...asked_args, ...kept };
  const { company_ids } = args;
  const { columns, grouping: periods } = periodColumns(view, args.columns, 'ordered_on', args, { also_on });
  const measured = ({ sums, lacking }: Shown<PlannedSums>, measures: readonly string[]) => {
    const figures = lacking || measures.every((measure) => ADDED[measure]) ? null : ladderFigures(sums, cost_visible);
    return measures.map((measure) =>
      lacking && measure !== 'lines' ? null : (ADDED[measure]?.(sums) ?? figures?.get(measure)?.value ?? null),
    );
  };
  const ranking = args.sort?.measure ?? 'net_sales';
  const strata = {
    ...({ kind: args.columns, days: 'ordered_on', range: args, periods, company_ids, book } as const),
    also_on: [...also_on, ...plan_on],
  };
  const by_period =
    book.converts || compares !== null
      ? convertedStrata(view, { ...strata, ...(compares === null ? {} : { wanted }) })
      : plainStrata(args.columns, periods);
  const by_row =
    book.converts || compares !== null
      ? roughStrata(view, company_ids, book, compares === null ? undefined : wanted)
      : plainStrata('none', null);
  const addable = compares?.with === 'plan' ? PLANNED : LADDER;
  const sold = (shown: Shown<PlannedSums>): PivotValues => {
    const amounts = measured({ ...shown, sums: soldSums(shown.sums) }, args.measures);
    const own = measured(shown, args.measures);
    // without goods there is no rate to compare
    return args.measures.map((measure, at) => (measure.endsWith('_rate') ? own[at] : amounts[at]) ?? null);
  };
  const figure: PivotFigure<Shown<PlannedSums>> = {
    grouping: (dimension) => groupingWithOthers(ask, dimension),
    present: ({ sums }) => addable.present(sums),
    values: (shown) => measured(shown, args.measures),
    rank: (shown) => measured(shown, [ranking])[0] ?? null,
    scan: (rows, filter, byPeriod, dimension, within) =>
      scanRows(ask, addable, rows, dimension, filter, byPeriod ? by_period : by_row, within),
    ...(compares === null
      ? {}
      : {
          compared: ({ now, before }, groups) => {
            if (!compares.isPlanned(groups)) return null;
            const values = compares.with === 'plan' ? planned(before, args.measures) : sold(before);
            const own = sold(now);
            return { before: values, change: own.map((value, at) => changeOf(value, values[at] ?? null)) };
          },
        }),
  };
  const shape = { ...args, sort: args.sort, others: args.others };
  // sums of months that are not here are not 0
  const tree =
    args.from_month > args.to_month
      ? nothingOf(args.measures.length)
      : await pivotTree(context, figure, shape, columns);
  const all = scanRows(ask, addable, EVERYTHING, null, {}, by_row, null).all();
  return {
    ...tree,
    columns,
    comparison: ground === null ? null : comparisonOf(ground),
    currency: book.currency,
    conversion: book.used(),
    cost_visible,
    cost_statement: cost_visible ? costStatement(all.sums.margin) : 'cost is for Finance',
    formula: LADDER_FORMULA,
    provenance: provenance(
      context,
      [
        ...facts,
        'item',
        ...(book.converts ? (['fx_rate'] as const) : []),
        ...(compares?.with === 'plan' ? (['plan_line'] as const) : []),
      ],
      since_month,
    ),
  };
};

function planned({ sums, lacking }: Shown<PlannedSums>, measures: readonly string[]): PivotValues {
  const figures = lacking || sums.plan === undefined ? null : planFigures(sums.plan);
  return measures.map((measure) => figures?.get(measure) ?? null);
}
