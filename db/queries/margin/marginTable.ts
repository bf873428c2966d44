/**
 * Margin sums of the largest groups by month, the rest added up. Answered from columns, or by a scan of the tables
 * while those are not loaded; both give the same table. Credit notes lie in neither and are added from their own.
 */
import { monthOfDay } from '#domain/calendar.ts';
import { addMarginCredit, addMarginSums, emptyMarginSums, type MarginSums } from '#domain/kpi/margin.ts';
import { createCellLayout, foldGroups, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { type ScanResult, scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import {
  groupingOf,
  itemFacts,
  NOTHING_KNOWN,
  type KnownFacts,
  keepCompanies,
  keepFiltered,
  keepMonths,
} from '../facts.ts';
import { remembered } from '../readCache.ts';
import { monthsWithLines } from '../reference/months.ts';
import type { FactGroup } from '../reference/names.ts';
import { creditRows, type CreditsByGroup, creditsByGroup } from './credits.ts';
import { MARGIN_CELLS, marginCodes, marginColumns, marginSumsAt } from './marginCells.ts';
import { questionKey } from '../editions.ts';
import { columnsOrTables, wholeSince } from '../wholeSince.ts';
import { type MarginRange, type MarginScan, marginScan } from './marginScan.ts';

/** Up to so many cells, all groups by all months are added up at once. */
const ONE_SCAN_CELLS = 2 ** 18;

export type SumsByMonth = ReadonlyMap<number, MarginSums>;

export interface MarginTable {
  /** Months (yyyymm) in range that have lines or credit notes of the company. */
  readonly months: readonly number[];
  /** The oldest month that is whole here; older ones are left out. null = all are whole. */
  readonly since_month: number | null;
  /** Largest net sales first. */
  readonly shown: readonly { readonly key: string; readonly byMonth: SumsByMonth }[];
  readonly rest: { readonly groups: number; readonly byMonth: SumsByMonth } | null;
}

export interface MarginQuestion extends MarginRange {
  readonly group_by: FactGroup;
  /** Look costs up at all; false for users without the area and companies without cost data. */
  readonly with_cost: boolean;
  /** false: of the order lines alone, for who adds credit notes apart. */
  readonly with_credits?: boolean;
  /** Rows, and rows × months, of one answer. */
  readonly limit: number;
  readonly cell_limit: number;
}

export async function marginTable(context: QueryContext, asked: MarginQuestion): Promise<MarginTable> {
  const company_ids = [asked.company_id];
  const facts = [
    'order_line' as const,
    ...(asked.with_credits === false ? [] : (['credit_note'] as const)),
    ...(asked.with_cost ? (['order_line_cost'] as const) : []),
  ];
  const { view, since_month } = columnsOrTables(context, company_ids, await wholeSince(context, facts, company_ids));
  const question = { ...asked, from_month: Math.max(asked.from_month, since_month ?? 0) };
  return await remembered(
    context,
    (cache) => cache.margin,
    questionKey({ ...question, since_month }),
    async () => {
      const present = await monthsWithLines(context.db, question.company_id);
      const credits =
        question.with_credits === false ? [] : await creditRows(context, [question.company_id], question, false);
      const items = view === null && credits.length === 0 ? NOTHING_KNOWN : await itemFacts(context);
      const found = new Set([...present, ...credits.map((row) => monthOfDay(row.day))]);
      const months = [...found]
        .filter((month) => month >= question.from_month && month <= question.to_month)
        .toSorted((a, b) => a - b);
      const ground: Ground = {
        months,
        since_month,
        items,
        credits: creditsByGroup(credits, question.group_by, question, items),
      };
      return view === null
        ? fromScan(await marginScan(context, question, months), question, ground)
        : fromColumns(context, view, question, ground);
    },
  );
}

interface Ground {
  readonly months: readonly number[];
  readonly since_month: number | null;
  readonly items: KnownFacts;
  readonly credits: CreditsByGroup;
}

function rowLimit(question: MarginQuestion, months: number): number {
  return Math.min(question.limit, Math.max(1, Math.floor(question.cell_limit / Math.max(1, months))));
}

export function netOf(sums: MarginSums): number {
  return sums.gross_minor + sums.discounts_minor + sums.returns_minor;
}

export function sumOf(parts: Iterable<MarginSums>): MarginSums {
  const sums = emptyMarginSums();
  for (const part of parts) addMarginSums(sums, part);
  return sums;
}

export function mergeMonths(groups: Iterable<SumsByMonth>): Map<number, MarginSums> {
  const merged = new Map<number, MarginSums>();
  for (const byMonth of groups) {
    for (const [month, sums] of byMonth) {
      const target = merged.get(month) ?? emptyMarginSums();
      merged.set(month, target);
      addMarginSums(target, sums);
    }
  }
  return merged;
}

function byNet(a: { readonly key: string; readonly net: number }, b: { readonly key: string; readonly net: number }) {
  return b.net - a.net || (a.key < b.key ? -1 : 1);
}

function fromScan(scan: MarginScan, question: MarginQuestion, { months, since_month, credits }: Ground): MarginTable {
  for (const [key, byMonth] of credits) {
    const sums = scan.get(key) ?? new Map<number, MarginSums>();
    scan.set(key, sums);
    for (const [month, amount_minor] of byMonth) {
      const target = sums.get(month) ?? emptyMarginSums();
      sums.set(month, target);
      addMarginCredit(target, amount_minor);
    }
  }
  const groups = [...scan]
    .map(([key, byMonth]) => ({ key, byMonth, net: netOf(sumOf(byMonth.values())) }))
    .toSorted(byNet);
  const limit = rowLimit(question, months.length);
  const rest = groups.slice(limit);
  return {
    months,
    since_month,
    shown: groups.slice(0, limit).map(({ key, byMonth }) => ({ key, byMonth })),
    rest: rest.length === 0 ? null : { groups: rest.length, byMonth: mergeMonths(rest.map((group) => group.byMonth)) },
  };
}

function fromColumns(context: QueryContext, view: FactView, question: MarginQuestion, ground: Ground): MarginTable {
  const { months, since_month, items, credits } = ground;
  const limit = rowLimit(question, months.length);
  const lines = groupingOf(view, question.group_by, items, 'ordered_on');
  // a group may have credits and no line
  const grouping: Grouping = { ...lines, keys: [...new Set([...lines.keys, ...credits.keys()])] };
  const scan = (groups: Grouping, byMonth: boolean) =>
    scanMargin(context, view, question, items, groups, byMonth ? months : null);
  if (months.length === 0) return { months, since_month, shown: [], rest: null };
  const table = (ranked: readonly string[], sumsOf: (key: string) => SumsByMonth, rest: () => SumsByMonth) => ({
    months,
    since_month,
    shown: ranked.slice(0, limit).map((key) => ({ key, byMonth: sumsOf(key) })),
    rest: ranked.length > limit ? { groups: ranked.length - limit, byMonth: rest() } : null,
  });
  // few groups are added up by month at once; of many, the largest are found first
  if (grouping.keys.length * months.length * MARGIN_CELLS <= ONE_SCAN_CELLS) {
    const result = scan(grouping, true);
    const groups = grouping.keys
      .map((key, slot) => ({ key, byMonth: monthSums(result, slot, grouping.keys.length, months, credits.get(key)) }))
      .filter(({ byMonth }) => byMonth.size > 0)
      .map((group) => ({ ...group, net: netOf(sumOf(group.byMonth.values())) }))
      .toSorted(byNet);
    const byKey = new Map(groups.map((group) => [group.key, group.byMonth]));
    const sumsOf = (key: string) => byKey.get(key) ?? new Map<number, MarginSums>();
    const keys = groups.map((group) => group.key);
    return table(keys, sumsOf, () => mergeMonths(keys.slice(limit).map(sumsOf)));
  }
  const ranked = rankedGroups(scan(grouping, false), grouping, credits).map(({ key }) => key);
  const shown = ranked.slice(0, limit);
  const folded = foldGroups(grouping, shown);
  const result = scan(folded, true);
  const slotOf = new Map(shown.map((key, slot) => [key, slot]));
  const byMonth = (slot: number, credited?: ReadonlyMap<number, number>) =>
    monthSums(result, slot, folded.keys.length, months, credited);
  return table(
    ranked,
    (key) => byMonth(slotOf.get(key) ?? shown.length, credits.get(key)),
    () => byMonth(shown.length, monthsOfRest(credits, slotOf)),
  );
}

/** Σ credits by month of the groups that are not shown. */
function monthsOfRest(credits: CreditsByGroup, shown: ReadonlyMap<string, number>): ReadonlyMap<number, number> {
  const rest = new Map<number, number>();
  for (const [key, byMonth] of credits) {
    if (shown.has(key)) continue;
    for (const [month, amount_minor] of byMonth) rest.set(month, (rest.get(month) ?? 0) + amount_minor);
  }
  return rest;
}

function rankedGroups(
  result: ScanResult,
  grouping: Grouping,
  credits: CreditsByGroup,
): { readonly key: string; readonly net: number }[] {
  return grouping.keys
    .flatMap((key, slot) => {
      const sums = marginSumsAt(result, slot);
      const credited = credits.get(key);
      if (sums.lines === 0 && credited === undefined) return [];
      for (const amount_minor of credited?.values() ?? []) addMarginCredit(sums, amount_minor);
      return [{ key, net: netOf(sums) }];
    })
    .toSorted(byNet);
}

function monthSums(
  result: ScanResult,
  slot: number,
  groups: number,
  months: readonly number[],
  credited: ReadonlyMap<number, number> | undefined,
): SumsByMonth {
  return new Map(
    months.flatMap((month, index): [number, MarginSums][] => {
      const sums = marginSumsAt(result, index * groups + slot);
      const amount_minor = credited?.get(month);
      if (amount_minor !== undefined) addMarginCredit(sums, amount_minor);
      return sums.lines === 0 && amount_minor === undefined ? [] : [[month, sums]];
    }),
  );
}

function scanMargin(
  context: QueryContext,
  view: FactView,
  question: MarginQuestion,
  items: KnownFacts,
  grouping: Grouping,
  months: readonly number[] | null,
): ScanResult {
  const layout = createCellLayout(view);
  layout.group(grouping, grouping.keys.length);
  if (months !== null) {
    const slots = Int32Array.from(view.numbering('month').values, (month) => months.indexOf(Number(month)));
    layout.group({ column: 'month', slots }, months.length);
  }
  keepCompanies(layout, [question.company_id]);
  keepFiltered(view, layout, question, items, 'ordered_on');
  keepMonths(layout, question.from_month, question.to_month);
  return scanFacts(view, {
    cells: layout.cells() * MARGIN_CELLS,
    keys: layout.keys(),
    codes: marginCodes(question.with_cost, layout.cells()),
    sums: marginColumns(question.with_cost),
    checkCancelled: context.checkCancelled,
  });
}
