/**
 * Fill totals read off a scan. What a line adds is domain/kpi/fillRate.ts addFillLine's. Orders are counted as the rows
 * go by, since an order counts once in every figure it has a line in: lines of one order lie next to each other.
 */
import type { FillTotals } from '#domain/kpi/fillRate.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { ADJUSTED, FILL_STATE } from '#db/analysis/lineFacts.ts';
import type { CodeKey, ScanResult, SumColumn } from '#db/analysis/scan.ts';
import { type CodeArray, codeColumn } from '#db/analysis/segment.ts';

/** Cells of one group: a line's state. A power of two, so that a cell tells its group by a shift. */
export const FILL_CELLS = 8;
const STATE_BITS = 3;

export const FILL_CODES: readonly CodeKey[] = [
  {
    column: 'fill',
    from: 'general',
    cellOf: (state) => (state === FILL_STATE.none ? LEFT_OUT : state),
    without: LEFT_OUT,
  },
];

export const FILL_COLUMNS: readonly SumColumn[] = [
  { column: 'qty', from: 'general' },
  { column: 'gross', from: 'general' },
  { column: 'discount', from: 'general' },
  { column: 'missing_qty', from: 'general', rows: 'missing_row' },
  { column: 'missing_value', from: 'general', rows: 'missing_row' },
  { column: 'adjusted_qty', from: 'general', rows: 'adjusted_row' },
  { column: 'adjusted_value', from: 'general', rows: 'adjusted_row' },
];

/** Leaves out lines whose cut-off has not passed. `grace_days`: by channel, none is 0. */
export function notYetDue(view: FactView, grace_days: ReadonlyMap<number, number>, as_of_on: number) {
  const { values } = view.numbering('channel');
  const longest = Math.max(0, ...grace_days.values());
  return (part: FactPart, keys: Int32Array): boolean => {
    const committed = codeColumn(part.general, 'committed_on');
    const days = Float64Array.from(committed.dictionary, Number);
    const last = days.reduce((latest, day) => (day > latest ? day : latest), Number.NEGATIVE_INFINITY);
    if (last + longest < as_of_on) return false;
    const channel = codeColumn(part.general, 'channel');
    const numbers = part.numbering('channel');
    const grace = Float64Array.from(numbers, (number) => grace_days.get(Number(values[number])) ?? 0);
    for (let row = 0; row < part.general.rows; row++) {
      const cut_off_on = (days[committed.codes?.[row] ?? 0] ?? 0) + (grace[channel.codes?.[row] ?? 0] ?? 0);
      if (cut_off_on >= as_of_on) keys[row] = LEFT_OUT;
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
  const counts = folds.map((fold) => {
    const size = fold.reduce((most, place) => Math.max(most, place), -1) + 1;
    return {
      fold,
      orders: new Int32Array(size),
      broken: new Int32Array(size),
      seen: new Int32Array(size).fill(-1),
      seen_broken: new Int32Array(size).fill(-1),
    };
  });
  let before = 0;
  return {
    counts: counts as readonly OrderCounts[],
    visit: (part: FactPart, keys: Int32Array): void => {
      const { codes, dictionary } = codeColumn(part.general, 'order');
      const orderCodes = codes ?? new Uint8Array(part.general.rows);
      for (const count of counts) countOrders(count, keys, orderCodes, part.general.rows, before);
      before += dictionary.length;
    },
  };
}

interface Counting extends OrderCounts {
  readonly fold: Int32Array;
  /** The last order that was counted in each place. */
  readonly seen: Int32Array;
  readonly seen_broken: Int32Array;
}

function countOrders(counting: Counting, keys: Int32Array, codes: CodeArray, rows: number, before: number): void {
  const { fold, orders, broken, seen, seen_broken } = counting;
  for (let row = 0; row < rows; row++) {
    const key = keys[row] as number;
    if (key < 0) continue;
    const place = fold[key >> STATE_BITS] as number;
    const order = before + (codes[row] as number);
    if (seen[place] !== order) {
      seen[place] = order;
      orders[place] = (orders[place] as number) + 1;
    }
    const state = key & (FILL_CELLS - 1);
    const incomplete = state === FILL_STATE.incomplete || state === FILL_STATE.incomplete + ADJUSTED;
    if (incomplete && seen_broken[place] !== order) {
      seen_broken[place] = order;
      broken[place] = (broken[place] as number) + 1;
    }
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

/** Adds the group whose cells begin at `base`, its orders apart. */
export function addFillCells(totals: FillTotals, { rows, sums }: ScanResult, base: number): void {
  const [qty, gross, discount, missing_qty, missing_value, adjusted_qty, adjusted_value] = sums;
  for (let state = 1; state < FILL_CELLS; state++) {
    const at = base + state;
    const lines = rows[at] ?? 0;
    if (lines === 0) continue;
    const due_qty_milli = (qty?.[at] ?? 0) + (adjusted_qty?.[at] ?? 0);
    const due_value_minor = (gross?.[at] ?? 0) - (discount?.[at] ?? 0) + (adjusted_value?.[at] ?? 0);
    const what = state > ADJUSTED ? state - ADJUSTED : state;
    totals.lines += lines;
    totals.due_qty_milli += due_qty_milli;
    totals.filled_qty_milli += due_qty_milli - (missing_qty?.[at] ?? 0);
    totals.due_value_minor += due_value_minor;
    totals.filled_value_minor += due_value_minor - (missing_value?.[at] ?? 0);
    if (what !== FILL_STATE.incomplete) totals.complete_lines += lines;
    if (what === FILL_STATE.first_pass) totals.first_pass_lines += lines;
  }
}
