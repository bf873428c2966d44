/** Goods lines of a company as columns tell them, one after the other: what judging delays needs of each. */
import type { FactView } from '#db/analysis/factView.ts';
import { ADJUSTED, FILL_STATE, LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { codeColumn, rowsOfPacked, type Segment, valueColumn } from '#db/analysis/segment.ts';

/** One object for all lines: whoever keeps one copies it. Ids are 0 where there is none. */
export interface GoodsLine {
  line_id: number;
  order_id: number;
  /** Goods lines of its order. */
  order_lines: number;
  channel_id: number;
  site_id: number;
  item_id: number;
  country: string;
  ordered_on: number;
  /** NaN = none, or nothing of the line is due. */
  committed_on: number;
  /** NaN = none. */
  requested_on: number;
  /** Not all that was due left by the cut-off; asked of lines whose cut-off has passed. */
  late: boolean;
  /** Ordered less cancelled. */
  qty_milli: number;
  net_minor: number;
  /** Not shipped yet, of any order. */
  open_qty_milli: number;
}

export function eachGoodsLine(
  view: FactView,
  company_id: number,
  checkCancelled: () => void,
  visit: (line: Readonly<GoodsLine>) => void,
): void {
  const line: GoodsLine = {
    line_id: 0,
    order_id: 0,
    order_lines: 0,
    channel_id: 0,
    site_id: 0,
    item_id: 0,
    country: '',
    ordered_on: 0,
    committed_on: 0,
    requested_on: 0,
    late: false,
    qty_milli: 0,
    net_minor: 0,
    open_qty_milli: 0,
  };
  for (const { general, dead } of view.parts) {
    checkCancelled();
    if (!entriesOf(general, 'company').includes(company_id)) continue;
    const company = numbersOf(general, 'company');
    const [channel, site, item] = [
      numbersOf(general, 'channel'),
      numbersOf(general, 'site'),
      numbersOf(general, 'item'),
    ];
    const [ordered, committed] = [numbersOf(general, 'ordered_on'), numbersOf(general, 'committed_on')];
    const [requested, fill, kind] = [
      numbersOf(general, 'requested'),
      numbersOf(general, 'fill'),
      numbersOf(general, 'class'),
    ];
    const order = numbersOf(general, 'order');
    const country = codeColumn(general, 'country');
    const countries = Array.from(country.dictionary, String);
    const countryAt = placesOf(country.codes, general.rows);
    const lines = valueColumn(general, 'line');
    const lineAt = valuesOf(general, 'line');
    const [quantities, gross, discount] = [
      valuesOf(general, 'qty'),
      valuesOf(general, 'gross'),
      valuesOf(general, 'discount'),
    ];
    const in_order = linesInOrder(order, kind);
    const open = openQuantities(general);
    const gone = deadRows(general.rows, dead);
    for (let row = 0; row < general.rows; row++) {
      if (gone !== null && gone[row] === 1) continue;
      if (company[row] !== company_id || !isGoods(kind[row] as number)) continue;
      const state = fill[row] as number;
      line.line_id = lines.origin + (lineAt[row] as number);
      line.order_id = order[row] as number;
      line.order_lines = in_order[row] as number;
      line.channel_id = (channel[row] as number) || 0;
      line.site_id = (site[row] as number) || 0;
      line.item_id = (item[row] as number) || 0;
      line.country = countries[countryAt[row] as number] ?? '';
      line.ordered_on = ordered[row] as number;
      line.committed_on = state === FILL_STATE.none ? Number.NaN : (committed[row] as number);
      line.requested_on = line.ordered_on + (requested[row] as number);
      line.late = state === FILL_STATE.incomplete || state === FILL_STATE.incomplete + ADJUSTED;
      line.qty_milli = quantities[row] as number;
      line.net_minor = (gross[row] as number) - (discount[row] as number);
      line.open_qty_milli = open[row] as number;
      visit(line);
    }
  }
}

/** Rows that stand elsewhere since; null = none. */
function deadRows(rows: number, dead: readonly (readonly [number, number])[]): Uint8Array | null {
  if (dead.length === 0) return null;
  const gone = new Uint8Array(rows);
  for (const [from, to] of dead) gone.fill(1, from, to);
  return gone;
}

function isGoods(kind: number): boolean {
  return kind === LINE_CLASS.goods || kind === LINE_CLASS.goods_below_zero;
}

/** Lines of one order lie next to each other. */
function linesInOrder(order: Float64Array, kind: Float64Array): Int32Array {
  const counts = new Int32Array(order.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    let goods = 0;
    for (; to < order.length && order[to] === order[from]; to++) if (isGoods(kind[to] as number)) goods += 1;
    counts.fill(goods, from, to);
    from = to;
  }
  return counts;
}

function entriesOf(segment: Segment, name: string): Float64Array {
  const { dictionary } = codeColumn(segment, name);
  if (!(dictionary instanceof Float64Array)) throw new Error(`${name} is no column of numbers`);
  return dictionary;
}

/** Spread out once a block: the loop over its rows then always meets the same kind of array, which is five times as fast. */
function numbersOf(segment: Segment, name: string): Float64Array {
  const entries = entriesOf(segment, name);
  const codes = placesOf(codeColumn(segment, name).codes, segment.rows);
  const numbers = new Float64Array(segment.rows);
  for (let row = 0; row < numbers.length; row++) numbers[row] = entries[codes[row] as number] as number;
  return numbers;
}

function placesOf(codes: ArrayLike<number> | null, rows: number): Int32Array {
  const places = new Int32Array(rows);
  if (codes !== null) places.set(codes);
  return places;
}

function valuesOf(segment: Segment, name: string): Float64Array {
  const values = new Float64Array(segment.rows);
  const given = valueColumn(segment, name).values;
  if (given !== null) values.set(given);
  return values;
}

function openQuantities(segment: Segment): Float64Array {
  const open = new Float64Array(segment.rows);
  const rows = rowsOfPacked(segment, 'open_row');
  const quantities = valueColumn(segment, 'open_qty').values;
  for (let nth = 0; nth < rows.length; nth++) open[rows[nth] as number] = quantities?.[nth] ?? 0;
  return open;
}
