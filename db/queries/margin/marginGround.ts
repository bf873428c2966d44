/** What the pivot and the bridge of a margin are read from: the lines, credits and plan of a question, added up by row. */
import { firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { Months } from '#domain/kpi/change.ts';
import { addPlan, addPlannedSums, PLANNED_MONEY, type PlannedSums } from '#domain/kpi/comparison.ts';
import { addLadderSums, emptyLadderSums } from '#domain/kpi/marginLadder.ts';
import { LADDER_MONEY } from '#domain/kpi/moneyShapes.ts';
import type { LineDimension, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { groupingOf, itemFacts, type KnownFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { type Addable, foldCells, type Shown, shownCells } from '../pivot/convertedCells.ts';
import type { PivotSums } from '../pivot/pivotTree.ts';
import { companiesTogether, pivotView } from '../pivot/scope.ts';
import type { Strata } from '../pivot/strata.ts';
import type { RateBook } from '../reference/rates.ts';
import { seesArea } from '../rights.ts';
import { latest, wholeSince } from '../wholeSince.ts';
import { type ComparisonGround, comparisonGround, type GroundArgs } from './comparison.ts';
import { addCreditRow, creditKey, type CreditRow, creditRows, keepsCredit } from './credits.ts';
import { knownCombinations, ladderCodes, ladderColumns, ladderSumsAt } from './ladderCells.ts';
import { keepsPlan, planKey } from './planned.ts';

/** The question with everything it is answered from. */
export async function askMargin(context: QueryContext, asked_args: GroundArgs) {
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
  const args = { ...asked_args, company_ids, from_month: Math.max(asked_args.from_month, since_month ?? 0) };
  const items = await itemFacts(context);
  const ground = await comparisonGround(context, companies, asked_args, since_month);
  const compares = ground !== null && ground.reason === null ? ground : null;
  const wanted = wantedMonths(args, compares);
  const credits = (await creditRows(context, company_ids, wanted.range, cost_visible)).filter(({ day }) =>
    wanted.keeps(monthOfDay(day)),
  );
  const ask: Ask = {
    context,
    view,
    args,
    items,
    credits,
    with_cost: cost_visible,
    known: knownCombinations(view, cost_visible),
    book,
    wanted,
    compares,
  };
  // a month may be planned, or credited, and have no line
  const also_on = credits.map((row) => row.day);
  const plan_on = compares?.plan.map((row) => firstDayOfMonth(row.month)) ?? [];
  return { ask, facts, since_month, ground, also_on, plan_on };
}

/** The question's months, and those they are compared with. */
function wantedMonths({ from_month, to_month, from_on, to_on }: GroundArgs, compares: ComparisonGround | null) {
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

export const LADDER: Addable<PlannedSums> = {
  shape: LADDER_MONEY,
  empty: emptyLadderSums,
  add: addLadderSums,
  present: ({ margin, credits_minor, claims_minor }) => margin.lines > 0 || credits_minor !== 0 || claims_minor !== 0,
};
export const PLANNED: Addable<PlannedSums> = {
  shape: PLANNED_MONEY,
  empty: emptyLadderSums,
  add: addPlannedSums,
  present: (sums) => LADDER.present(sums) || sums.plan !== undefined,
};

export interface Ask {
  readonly context: QueryContext;
  readonly view: FactView;
  readonly args: GroundArgs;
  readonly items: KnownFacts;
  readonly credits: readonly CreditRow[];
  readonly with_cost: boolean;
  readonly known: readonly number[];
  readonly book: RateBook;
  readonly wanted: ReturnType<typeof wantedMonths>;
  readonly compares: ComparisonGround | null;
}

/** A group may have credits or a plan and no line. */
export function groupingWithOthers({ view, items, credits, compares }: Ask, dimension: LineDimension): Grouping {
  const grouping = groupingOf(view, dimension, items, 'ordered_on');
  const keys = new Set([...grouping.keys, ...credits.map((row) => creditKey(row, dimension, items))]);
  for (const row of compares?.plan ?? []) {
    const key = planKey(row, dimension);
    if (key !== null) keys.add(key);
  }
  return { ...grouping, keys: [...keys] };
}

export const EVERYTHING: Grouping = { column: 'company', keys: [''], slots: new Int32Array() };

/** `dimension` null: everything is one row. */
export function scanRows(
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
