/** Margin as a tree of two dimensions by month or week, from gross sales down to GM3. */
import { firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { changeOf, type Months } from '#domain/kpi/change.ts';
import {
  addPlan,
  addPlannedSums,
  PLANNED_MONEY,
  planFigures,
  type PlannedSums,
  soldSums,
} from '#domain/kpi/comparison.ts';
import { costStatement } from '#domain/kpi/margin.ts';
import { addLadderSums, emptyLadderSums, LADDER_FORMULA, ladderFigures } from '#domain/kpi/marginLadder.ts';
import { LADDER_MONEY } from '#domain/kpi/moneyShapes.ts';
import type { LineDimension, PivotValues, QueryArgs, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { groupingOf, itemFacts, type ItemFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { type Addable, foldCells, type Shown, shownCells } from '../pivot/convertedCells.ts';
import { periodColumns } from '../pivot/periods.ts';
import { nothingOf, type PivotFigure, type PivotSums, pivotTree } from '../pivot/pivotTree.ts';
import { companiesTogether, pivotView } from '../pivot/scope.ts';
import { convertedStrata, plainStrata, roughStrata, type Strata } from '../pivot/strata.ts';
import { provenance } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import { seesArea } from '../rights.ts';
import { latest, wholeSince } from '../wholeSince.ts';
import { type ComparisonGround, comparisonGround, comparisonOf } from './comparison.ts';
import { addCreditRow, creditKey, type CreditRow, creditRows, keepsCredit } from './credits.ts';
import { knownCombinations, ladderCodes, ladderColumns, ladderSumsAt } from './ladderCells.ts';
import { keepsPlan, planKey } from './planned.ts';

type Args = QueryArgs<'marginPivot'>;

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
  const { companies, book } = await companiesTogether(context, asked_args.company_ids, asked_args.reporting_currency);
  const company_ids = companies.map((company) => company.id);
  // a total over companies of which one hides its costs would not be what it says
  const cost_visible = companies.every((company) => seesArea(context.user, company.id, 'cost'));
  const view = pivotView(context, company_ids);
  const facts = [
    ...(['order_line', 'credit_note'] as const),
    ...(cost_visible ? (['order_line_cost', 'claim_cost'] as const) : []),
  ];
  const since_month = latest(await wholeSince(context, facts, company_ids), view.since(company_ids));
  const args = { ...asked_args, from_month: Math.max(asked_args.from_month, since_month ?? 0) };
  const items = await itemFacts(context);
  const ground = await comparisonGround(context, companies, asked_args, since_month);
  const compares = ground !== null && ground.reason === null ? ground : null;
  const wanted = wantedMonths(args, compares);
  const credits = (await creditRows(context, company_ids, wanted.range, cost_visible)).filter(({ day }) =>
    wanted.keeps(monthOfDay(day)),
  );
  const also_on = credits.map((row) => row.day);
  const { columns, grouping: periods } = periodColumns(view, args.columns, 'ordered_on', args, { also_on });
  const ask: Ask = {
    context,
    view,
    args: { ...args, company_ids },
    items,
    credits,
    with_cost: cost_visible,
    known: knownCombinations(view, cost_visible),
    book,
    wanted,
    compares,
  };
  const measured = ({ sums, lacking }: Shown<PlannedSums>, measures: readonly string[]) => {
    const figures = lacking || measures.every((measure) => ADDED[measure]) ? null : ladderFigures(sums, cost_visible);
    return measures.map((measure) =>
      lacking && measure !== 'lines' ? null : (ADDED[measure]?.(sums) ?? figures?.get(measure)?.value ?? null),
    );
  };
  const ranking = args.sort?.measure ?? 'net_sales';
  // a month may be planned and have no line
  const plan_on = compares?.plan.map((row) => firstDayOfMonth(row.month)) ?? [];
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
  const shape = { ...ask.args, sort: args.sort, others: args.others };
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

/** The question's months, and those they are compared with. */
function wantedMonths({ from_month, to_month, from_on, to_on }: Args, compares: ComparisonGround | null) {
  const shown = (month: number): boolean => month >= from_month && month <= to_month;
  const before = compares?.before;
  const beside = (month: number): boolean =>
    before !== undefined && month >= before.from_month && month <= before.to_month;
  return {
    shown,
    beside,
    keeps: (month: number): boolean => shown(month) || beside(month),
    range: {
      from_month: Math.min(from_month, before?.from_month ?? from_month),
      to_month: Math.max(to_month, before?.to_month ?? to_month),
      from_on,
      to_on,
    },
  };
}

const LADDER: Addable<PlannedSums> = {
  shape: LADDER_MONEY,
  empty: emptyLadderSums,
  add: addLadderSums,
  present: ({ margin, credits_minor, claims_minor }) => margin.lines > 0 || credits_minor !== 0 || claims_minor !== 0,
};
const PLANNED: Addable<PlannedSums> = {
  shape: PLANNED_MONEY,
  empty: emptyLadderSums,
  add: addPlannedSums,
  present: (sums) => LADDER.present(sums) || sums.plan !== undefined,
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
  readonly wanted: ReturnType<typeof wantedMonths>;
  readonly compares: ComparisonGround | null;
}

/** A group may have credits or a plan and no line. */
function groupingWithOthers({ view, items, credits, compares }: Ask, dimension: LineDimension): Grouping {
  const grouping = groupingOf(view, dimension, items, 'ordered_on');
  const keys = new Set([...grouping.keys, ...credits.map((row) => creditKey(row, dimension, items))]);
  for (const row of compares?.plan ?? []) {
    const key = planKey(row, dimension);
    if (key !== null) keys.add(key);
  }
  return { ...grouping, keys: [...keys] };
}

const EVERYTHING: Grouping = { column: 'company', keys: [''], slots: new Int32Array() };

/** `dimension` null: everything is one row. */
function scanRows(
  { context, view, args, items, credits, with_cost, known, book, wanted, compares }: Ask,
  addable: Addable<PlannedSums>,
  rows: Grouping,
  dimension: LineDimension | null,
  filter: RowFilter,
  strata: Strata,
  within: readonly Shown<PlannedSums>[] | null,
): PivotSums<Shown<PlannedSums>> {
  const layout = createCellLayout(view);
  const groups = Math.max(1, rows.keys.length);
  if (dimension !== null) layout.group(rows, groups);
  strata.into(layout);
  const { company_id, ...narrowed } = filter;
  keepCompanies(layout, company_id === undefined ? args.company_ids : [company_id]);
  keepFiltered(view, layout, { ...args, ...narrowed }, items, 'ordered_on');
  layout.keep('month', (month) => wanted.keeps(Number(month)));
  const result = scanFacts(view, {
    cells: layout.cells() * LINE_CLASSES * known.length,
    keys: layout.keys(),
    codes: ladderCodes(known, layout.cells()),
    sums: ladderColumns(with_cost),
    checkCancelled: context.checkCancelled,
  });
  const own: PlannedSums[] = Array.from({ length: groups * strata.count }, (_, cell) =>
    ladderSumsAt(result, known, cell),
  );
  const slotOf = new Map(rows.keys.map((key, slot) => [key, slot]));
  for (const row of credits) {
    if (!keepsCredit(row, { ...args, ...filter }, items)) continue;
    // what is cut off lies in the last slot, "Other"
    const slot = dimension === null ? 0 : (slotOf.get(creditKey(row, dimension, items)) ?? groups - 1);
    const stratum = strata.stratumOf(row.company_id, row.day);
    const sums = stratum === undefined ? undefined : own[stratum * groups + slot];
    if (sums) addCreditRow(sums, row);
  }
  for (const row of compares?.plan ?? []) {
    if (!keepsPlan(row, filter)) continue;
    const key = dimension === null ? null : planKey(row, dimension);
    // not told apart so far: it is in the total alone, and makes no group when groups are looked for
    if (dimension !== null && key === null && strata.monthOf(0) === null) continue;
    const slot = slotOf.get(key ?? '') ?? groups - 1;
    const stratum = strata.stratumOf(row.company_id, firstDayOfMonth(row.month));
    const sums = stratum === undefined ? undefined : own[stratum * groups + slot];
    if (sums) addPlan(sums, row);
  }
  const sides = compares === null ? null : { now: monthsIn(compares.now), before: monthsIn(compares.before) };
  return foldCells(addable, shownCells(addable, own, groups, strata, book, within), groups, strata, sides);
}

function monthsIn({ from_month, to_month }: Months): (month: number) => boolean {
  return (month) => month >= from_month && month <= to_month;
}
