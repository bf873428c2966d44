/** Fill totals of the largest groups by month, and of all. From columns, or from the tables while those are not loaded. */
import type { Grace } from '#domain/kpi/grace.ts';
import { addFillLine, emptyFillSums, type FillSums, type FillTotals, fillTotals } from '#domain/kpi/fillRate.ts';
import { createCellLayout, foldGroups, groupBy, type Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { groupingOf, itemFacts, type KnownFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { addMonths } from '#domain/calendar.ts';
import { columnsSince } from '../wholeSince.ts';
import { graceOf } from '../reference/grace.ts';
import { type DueLine, type DueRange, eachDueLine, missingForFill } from './dueLines.ts';
import {
  addFillCells,
  emptyFillTotals,
  FILL_CELLS,
  fillCodes,
  FILL_COLUMNS,
  notYetDue,
  type OrderCounts,
  orderCounter,
} from './fillCells.ts';

/** Units shipped in time and ordered, by what each item stands for; '' for lines of no item as for any other. */
export interface UnitFill {
  readonly shipped: number;
  readonly ordered: number;
}

export async function unitFillBy(
  context: QueryContext,
  question: Omit<FillQuestion, 'group_by' | 'limit' | 'cell_limit'>,
  keyOf: (item_id: number) => string,
): Promise<ReadonlyMap<string, UnitFill>> {
  const found = new Map<string, UnitFill>();
  if ((await missingForFill(context, question.company_id)).length > 0) return found;
  const items = await itemFacts(context);
  const view = columnsSince(context, [question.company_id], addMonths(question.from_month, -1));
  if (view !== null) {
    const grace = await graceOf(context, question.company_id);
    const byMonth = groupingOf(view, 'month', items, 'committed_on');
    const asked = { ...question, group_by: 'item' as const, limit: 0, cell_limit: 0 };
    const grouping = groupBy(view, 'item', (item) => keyOf(Number(item)));
    for (const { key, sums } of scanFill({ context, view, question: asked, items, grace, byMonth }, grouping, null)
      .groups)
      found.set(key, { shipped: sums.filled_qty_milli, ordered: sums.due_qty_milli });
    return found;
  }
  const groups = new Map<string, FillSums>();
  await eachDueLine(context, question, question.as_of_on, question.currency, (line) => {
    const key = line.item_id === null ? '' : keyOf(line.item_id);
    const sums = groups.get(key) ?? emptyFillSums();
    groups.set(key, sums);
    addFillLine(sums, line.fill);
  });
  for (const [key, sums] of groups) {
    const totals = fillTotals(sums);
    found.set(key, { shipped: totals.filled_qty_milli, ordered: totals.due_qty_milli });
  }
  return found;
}

export type FillGroupBy = 'channel' | 'site' | 'category' | 'customer' | 'item';

export interface FillGroup {
  readonly key: string;
  readonly sums: FillTotals;
  readonly months: ReadonlyMap<number, FillTotals>;
}
export interface FillTable {
  readonly missing: readonly string[];
  readonly total: Omit<FillGroup, 'key'>;
  /** Largest value due first. */
  readonly shown: readonly FillGroup[];
}

export interface FillQuestion extends DueRange {
  readonly group_by: FillGroupBy;
  readonly as_of_on: number;
  readonly currency: string;
  readonly limit: number;
  /** Rows × months of one answer. */
  readonly cell_limit: number;
}

export async function fillTable(context: QueryContext, question: FillQuestion): Promise<FillTable> {
  const missing = await missingForFill(context, question.company_id);
  // without the dates or the shipments every rate would read 0 % or nothing at all: it is not computed
  if (missing.length > 0) {
    return { missing, total: { sums: emptyFillTotals(), months: new Map() }, shown: [] };
  }
  const items = await itemFacts(context);
  const view = columnsSince(context, [question.company_id], addMonths(question.from_month, -1));
  if (view === null) return await fromLines(context, question, items);
  return fromColumns(context, view, question, items, await graceOf(context, question.company_id));
}

function rowLimit(question: FillQuestion, months: number): number {
  return Math.min(question.limit, Math.max(1, Math.floor(question.cell_limit / Math.max(1, months))));
}

function byValue(
  a: { readonly key: string; readonly sums: FillTotals },
  b: { readonly key: string; readonly sums: FillTotals },
): number {
  return b.sums.due_value_minor - a.sums.due_value_minor || (a.key < b.key ? -1 : 1);
}

interface LineGroup {
  readonly sums: FillSums;
  readonly months: Map<number, FillSums>;
}

async function fromLines(context: QueryContext, question: FillQuestion, items: KnownFacts): Promise<FillTable> {
  const total = emptyGroup();
  const groups = new Map<string, LineGroup>();
  await eachDueLine(context, question, question.as_of_on, question.currency, (line) => {
    const key = groupKey(line, question.group_by, items);
    const group = groups.get(key) ?? emptyGroup();
    groups.set(key, group);
    add(group, line);
    add(total, line);
  });
  const ranked = [...groups].map(([key, group]) => ({ key, ...totalsOf(group) })).toSorted(byValue);
  return { missing: [], total: totalsOf(total), shown: ranked.slice(0, rowLimit(question, total.months.size)) };
}

function emptyGroup(): LineGroup {
  return { sums: emptyFillSums(), months: new Map() };
}

function totalsOf({ sums, months }: LineGroup): Omit<FillGroup, 'key'> {
  return {
    sums: fillTotals(sums),
    months: new Map([...months].map(([month, monthly]) => [month, fillTotals(monthly)])),
  };
}

function add(group: LineGroup, line: DueLine): void {
  const month = group.months.get(line.fill.due_month) ?? emptyFillSums();
  group.months.set(line.fill.due_month, month);
  addFillLine(month, line.fill);
  addFillLine(group.sums, line.fill);
}

function groupKey(line: DueLine, group_by: FillGroupBy, items: KnownFacts): string {
  if (group_by === 'category') return line.item_id === null ? '' : (items.get(line.item_id)?.category ?? '');
  const id = {
    channel: line.channel_id,
    site: line.site_id,
    customer: line.party_id,
    item: line.item_id,
  }[group_by];
  return id === null ? '' : String(id);
}

/** Up to so many cells, all groups by all months are added up at once. */
const ONE_SCAN_CELLS = 2 ** 18;

function fromColumns(
  context: QueryContext,
  view: FactView,
  question: FillQuestion,
  items: KnownFacts,
  grace: Grace,
): FillTable {
  const byMonth = groupingOf(view, 'month', items, 'committed_on');
  const months = byMonth.keys
    .map(Number)
    .filter((month) => month >= question.from_month && month <= question.to_month)
    .toSorted((a, b) => a - b);
  const grouping = groupingOf(view, question.group_by, items, 'committed_on');
  const limit = rowLimit(question, months.length);
  const ask = { context, view, question, items, grace, byMonth };
  // few groups are added up by month at once; of many, the largest are found first
  if (grouping.keys.length * months.length * FILL_CELLS <= ONE_SCAN_CELLS) {
    const { groups, total } = scanFill(ask, grouping, months);
    return { missing: [], total, shown: groups.toSorted(byValue).slice(0, limit) };
  }
  const ranked = scanFill(ask, grouping, null).groups.toSorted(byValue);
  const shown = ranked.slice(0, limit).map(({ key }) => key);
  const { groups, total } = scanFill(ask, foldGroups(grouping, shown), months);
  const byKey = new Map(groups.slice(0, shown.length).map((group) => [group.key, group]));
  return { missing: [], total, shown: shown.flatMap((key) => byKey.get(key) ?? []) };
}

interface Ask {
  readonly context: QueryContext;
  readonly view: FactView;
  readonly question: FillQuestion;
  readonly items: KnownFacts;
  readonly grace: Grace;
  readonly byMonth: Grouping;
}

/** Groups that have lines, in the order of the grouping. `months` null = not told apart. */
function scanFill(
  { context, view, question, items, grace, byMonth }: Ask,
  grouping: Grouping,
  months: readonly number[] | null,
): { readonly groups: FillGroup[]; readonly total: Omit<FillGroup, 'key'> } {
  const columns = months ?? [0];
  const groups = grouping.keys.length;
  if (groups === 0 || columns.length === 0)
    return { groups: [], total: { sums: emptyFillTotals(), months: new Map() } };
  const slotOfMonth = new Map(columns.map((month, slot) => [month, slot]));
  const { from_month, to_month } = question;
  const inRange = (month: number) => month >= from_month && month <= to_month;
  const slots = byMonth.slots.map((slot) => {
    const month = Number(byMonth.keys[slot]);
    return slot < 0 || !inRange(month) ? -1 : months === null ? 0 : (slotOfMonth.get(month) ?? -1);
  });
  const layout = createCellLayout(view);
  layout.group(grouping, groups);
  layout.group({ column: byMonth.column, slots }, columns.length);
  keepCompanies(layout, [question.company_id]);
  keepFiltered(view, layout, question, items, 'committed_on');
  layout.allow('committed_on', Number.NaN);
  const folds = [
    (cell: number) => cell,
    (cell: number) => cell % groups,
    (cell: number) => Math.floor(cell / groups),
    () => 0,
  ].map((fold) => Int32Array.from({ length: groups * columns.length }, (_, cell) => fold(cell)));
  const counter = orderCounter(folds);
  const result = scanFacts(view, {
    cells: layout.cells() * FILL_CELLS,
    keys: layout.keys(),
    codes: fillCodes(layout.cells()),
    sums: FILL_COLUMNS,
    checkCancelled: context.checkCancelled,
    leaveOut: notYetDue(view, { grace, as_of_on: new Map([[question.company_id, question.as_of_on]]) }),
    visit: counter.visit,
  });
  const [byCell, byGroup, byColumn, inAll] = counter.counts;
  const totalsOfCells = (cells: readonly number[], counts: OrderCounts | undefined, place: number): FillTotals => {
    const totals = emptyFillTotals();
    for (const cell of cells) addFillCells(totals, result, cell);
    totals.orders = counts?.orders[place] ?? 0;
    totals.whole_orders = totals.orders - (counts?.broken[place] ?? 0);
    return totals;
  };
  const monthly = (totalsOf: (column: number) => FillTotals): Map<number, FillTotals> =>
    new Map(
      columns.flatMap((month, column): [number, FillTotals][] => {
        const totals = totalsOf(column);
        return totals.lines === 0 || months === null ? [] : [[month, totals]];
      }),
    );
  const everyGroup = grouping.keys.map((_, slot) => slot);
  const everyColumn = columns.map((_, column) => column);
  const found = grouping.keys.map((key, slot) => ({
    key,
    sums: totalsOfCells(
      everyColumn.map((column) => column * groups + slot),
      byGroup,
      slot,
    ),
    months: monthly((column) => totalsOfCells([column * groups + slot], byCell, column * groups + slot)),
  }));
  return {
    groups: found.filter((group) => group.sums.lines > 0),
    total: {
      sums: totalsOfCells(
        everyColumn.flatMap((column) => everyGroup.map((slot) => column * groups + slot)),
        inAll,
        0,
      ),
      months: monthly((column) =>
        totalsOfCells(
          everyGroup.map((slot) => column * groups + slot),
          byColumn,
          column,
        ),
      ),
    },
  };
}
