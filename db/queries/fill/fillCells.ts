/**
 * Fill totals read off a scan. What a line adds is domain/kpi/fillRate.ts addFillLine's. Orders are counted as the rows
 * go by, since an order counts once in every figure it has a line in: lines of one order lie next to each other.
 */
import type { Grace } from '#domain/kpi/grace.ts';
import type { FillTotals } from '#domain/kpi/fillRate.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { ADJUSTED, FILL_STATE } from '#db/analysis/lineFacts.ts';
import type { CodeKey, ScanResult, SumColumn } from '#db/analysis/scan.ts';
import { type CodeArray, codeColumn } from '#db/analysis/segment.ts';

/** Cells of one group: a line's state. Groups of one state lie together. */
export const FILL_CELLS = 8;

/**
 * Lines without a part in the rate are added up too, in cells nobody reads: that is cheaper than leaving out a few rows
 * of every block.
 */
export function fillCodes(groups: number): CodeKey[] {
  return [{ column: 'fill', from: 'general', cellOf: (state) => state * groups, without: LEFT_OUT }];
}

export const FILL_COLUMNS: readonly SumColumn[] = [
  { column: 'qty', from: 'general' },
  { column: 'gross', from: 'general' },
  { column: 'discount', from: 'general' },
  { column: 'missing_qty', from: 'general', rows: 'missing_row' },
  { column: 'missing_value', from: 'general', rows: 'missing_row' },
  { column: 'adjusted_qty', from: 'general', rows: 'adjusted_row' },
  { column: 'adjusted_value', from: 'general', rows: 'adjusted_row' },
];

/** What decides whether a line is due: its channel's grace, and the day each company's figures speak of. */
export interface Dueness {
  readonly grace: Grace;
  readonly as_of_on: ReadonlyMap<number, number>;
}

/** Leaves out lines whose cut-off has not passed. */
export function notYetDue(view: FactView, { grace, as_of_on }: Dueness) {
  const { values } = view.numbering('channel');
  const companies = view.numbering('company').values;
  const earliest = Math.min(...as_of_on.values());
  return (part: FactPart, keys: Int32Array): boolean => {
    const committed = codeColumn(part.general, 'committed_on');
    const days = Float64Array.from(committed.dictionary, Number);
    const last = days.reduce((latest, day) => (day > latest ? day : latest), Number.NEGATIVE_INFINITY);
    if (last + grace.longest_days < earliest) return false;
    const channel = codeColumn(part.general, 'channel');
    // by channel and day, since rows ask by the million
    const cut_offs = Array.from(part.numbering('channel'), (number) => {
      const channel_id = Number(values[number]);
      return days.map((day) => day + (Number.isNaN(channel_id) ? 0 : grace.days(channel_id, day)));
    });
    const company = codeColumn(part.general, 'company');
    const today = Float64Array.from(
      part.numbering('company'),
      (number) => as_of_on.get(Number(companies[number])) ?? Number.NEGATIVE_INFINITY,
    );
    for (let row = 0; row < part.general.rows; row++) {
      const cut_off_on = cut_offs[channel.codes?.[row] ?? 0]?.[committed.codes?.[row] ?? 0] ?? 0;
      if (cut_off_on >= (today[company.codes?.[row] ?? 0] ?? 0)) keys[row] = LEFT_OUT;
    }
    return true;
  };
}

export interface OrderCounts {
  readonly orders: Int32Array;
  readonly broken: Int32Array;
}

/** Counts orders by several foldings of the groups at once; `folds[i][group]` is the group's place in count i. */
export function orderCounter(folds: readonly Int32Array[]) {
  const groups = folds[0]?.length ?? 0;
  const counts = folds.map((fold): Counting => {
    const size = fold.reduce((most, place) => Math.max(most, place), -1) + 1;
    return {
      fold,
      orders: new Int32Array(size),
      broken: new Int32Array(size),
      seen: new Int32Array(size).fill(-1),
      seen_broken: new Int32Array(size).fill(-1),
    };
  });
  const groupOf = new Int32Array(groups * FILL_CELLS).fill(-1);
  for (let state = 1; state < FILL_CELLS; state++) {
    for (let group = 0; group < groups; group++) groupOf[state * groups + group] = group;
  }
  const incomplete = new Uint8Array(groups * FILL_CELLS);
  for (const state of [FILL_STATE.incomplete, FILL_STATE.incomplete + ADJUSTED]) {
    incomplete.fill(1, state * groups, (state + 1) * groups);
  }
  let before = 0;
  return {
    counts: counts as readonly OrderCounts[],
    visit: (part: FactPart, keys: Int32Array, width: number): void => {
      if (counts.length === 0) return;
      if (width !== 1 << WIDTH_BITS) throw new Error('orders are counted in scans of the fill columns');
      const { codes, dictionary } = codeColumn(part.general, 'order');
      const orderCodes = codes ?? new Uint8Array(part.general.rows);
      countOrders(counts, { groupOf, incomplete }, keys, orderCodes, part.general.rows, before);
      before += dictionary.length;
    },
  };
}

/** A cell takes 1 + seven sums. */
const WIDTH_BITS = 3;

interface Counting extends OrderCounts {
  readonly fold: Int32Array;
  /** The last order that was counted in each place. */
  readonly seen: Int32Array;
  readonly seen_broken: Int32Array;
}

/** Most lines of an order fall into the group of the line before: nothing new is to be counted then. */
function countOrders(
  counts: readonly Counting[],
  cells: { readonly groupOf: Int32Array; readonly incomplete: Uint8Array },
  keys: Int32Array,
  codes: CodeArray,
  rows: number,
  before: number,
): void {
  const { groupOf, incomplete } = cells;
  let last_order = -1;
  let last_group = -1;
  let last_broken = 0;
  for (let row = 0; row < rows; row++) {
    const key = keys[row] as number;
    if (key < 0) continue;
    const cell = key >> WIDTH_BITS;
    const group = groupOf[cell] as number;
    if (group < 0) continue;
    const order = before + (codes[row] as number);
    const broken = incomplete[cell] as number;
    if (order === last_order && group === last_group && broken <= last_broken) continue;
    last_broken = order === last_order && group === last_group ? last_broken | broken : broken;
    last_order = order;
    last_group = group;
    for (const count of counts) countOrder(count, group, order, broken);
  }
}

function countOrder(
  { fold, orders, broken, seen, seen_broken }: Counting,
  group: number,
  order: number,
  is_broken: number,
) {
  const place = fold[group] as number;
  if (seen[place] !== order) {
    seen[place] = order;
    orders[place] = (orders[place] as number) + 1;
  }
  if (is_broken === 1 && seen_broken[place] !== order) {
    seen_broken[place] = order;
    broken[place] = (broken[place] as number) + 1;
  }
}

export function emptyFillTotals(): FillTotals {
  return {
    due_qty_milli: 0,
    filled_qty_milli: 0,
    due_value_minor: 0,
    filled_value_minor: 0,
    lines: 0,
    complete_lines: 0,
    first_pass_lines: 0,
    orders: 0,
    whole_orders: 0,
  };
}

/** Adds one group, its orders apart. */
export function addFillCells(totals: FillTotals, { values, width }: ScanResult, group: number): void {
  const groups = values.length / width / FILL_CELLS;
  for (let state = 1; state < FILL_CELLS; state++) {
    const at = (state * groups + group) * width;
    const lines = values[at] ?? 0;
    if (lines === 0) continue;
    const due_qty_milli = (values[at + 1] ?? 0) + (values[at + 6] ?? 0);
    const due_value_minor = (values[at + 2] ?? 0) - (values[at + 3] ?? 0) + (values[at + 7] ?? 0);
    const what = state > ADJUSTED ? state - ADJUSTED : state;
    totals.lines += lines;
    totals.due_qty_milli += due_qty_milli;
    totals.filled_qty_milli += due_qty_milli - (values[at + 4] ?? 0);
    totals.due_value_minor += due_value_minor;
    totals.filled_value_minor += due_value_minor - (values[at + 5] ?? 0);
    if (what !== FILL_STATE.incomplete) totals.complete_lines += lines;
    if (what === FILL_STATE.first_pass) totals.first_pass_lines += lines;
  }
}

/** Adds `more` to `totals`, orders apart: one of two groups would count twice. */
export function addFillTotals(totals: FillTotals, more: FillTotals): void {
  totals.due_qty_milli += more.due_qty_milli;
  totals.filled_qty_milli += more.filled_qty_milli;
  totals.due_value_minor += more.due_value_minor;
  totals.filled_value_minor += more.filled_value_minor;
  totals.lines += more.lines;
  totals.complete_lines += more.complete_lines;
  totals.first_pass_lines += more.first_pass_lines;
}
