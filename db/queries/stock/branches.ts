/** Positions of a level parted into branches, with the sums of each: typed arrays, one entry a branch. */
import { STOCK_STATUS_ORDER, TROUBLED_STATUSES } from '#domain/planning/stockStatus.ts';
import { NEVER, type StockColumns } from './stockColumns.ts';
import type { StockSums } from './stockSums.ts';

export interface Branches {
  readonly count: number;
  /** Positions by branch, those of branch b from starts[b] to starts[b + 1], in the order they had. */
  readonly positions: Int32Array;
  readonly starts: Int32Array;
  readonly sums: BranchSums;
}

/** Sums by branch. NaN stands for "cannot be said": no policy, an unknown cost. */
export interface BranchSums {
  /** Code of the unit; MIXED = several. */
  readonly uom: Int32Array;
  readonly rank: Uint8Array;
  readonly troubled: Int32Array;
  readonly on_hand: Float64Array;
  readonly reserved: Float64Array;
  readonly incoming: Float64Array;
  readonly next_in_on: Int32Array;
  readonly next_comes_on: Int32Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly usage: Float64Array;
  readonly value: Float64Array;
  readonly usage_value: Float64Array;
}

export const MIXED = -1;
const TROUBLED = Uint8Array.from(STOCK_STATUS_ORDER, (status) => (TROUBLED_STATUSES.has(status) ? 1 : 0));

/** Parts positions by a number each has below `most`; branches come in the order they are first met. */
export function partPositions(
  columns: StockColumns,
  positions: Int32Array,
  numberOf: (position: number) => number,
  most: number,
): Branches {
  const branchOf = new Int32Array(most).fill(-1);
  const own = new Int32Array(positions.length);
  const sizes: number[] = [];
  for (let i = 0; i < positions.length; i++) {
    const number = numberOf(positions[i] as number);
    let branch = branchOf[number] as number;
    if (branch < 0) {
      branch = sizes.push(0) - 1;
      branchOf[number] = branch;
    }
    own[i] = branch;
    sizes[branch] = (sizes[branch] as number) + 1;
  }
  const starts = new Int32Array(sizes.length + 1);
  for (let branch = 0; branch < sizes.length; branch++) {
    starts[branch + 1] = (starts[branch] as number) + (sizes[branch] as number);
  }
  const next = starts.slice();
  const parted = new Int32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const branch = own[i] as number;
    const at = next[branch] as number;
    parted[at] = positions[i] as number;
    next[branch] = at + 1;
  }
  return { count: sizes.length, positions: parted, starts, sums: branchSums(columns, parted, starts) };
}

export function branchSums(columns: StockColumns, positions: Int32Array, starts: Int32Array): BranchSums {
  const count = starts.length - 1;
  const { uoms } = columns.ground.items;
  const sums: BranchSums = {
    uom: new Int32Array(count).fill(MIXED),
    rank: new Uint8Array(count).fill(STOCK_STATUS_ORDER.length - 1),
    troubled: new Int32Array(count),
    on_hand: sumUp(columns.on_hand, positions, starts),
    reserved: sumUp(columns.reserved, positions, starts),
    incoming: sumUp(columns.incoming, positions, starts),
    next_in_on: new Int32Array(count).fill(NEVER),
    next_comes_on: new Int32Array(count).fill(NEVER),
    min: sumOfKnown(columns.min, positions, starts),
    max: sumOfKnown(columns.max, positions, starts),
    usage: sumUp(columns.usage, positions, starts),
    // one unknown cost makes the whole unknown: NaN stays NaN
    value: sumUp(columns.value, positions, starts),
    usage_value: sumUp(columns.usage_value, positions, starts),
  };
  for (let branch = 0; branch < count; branch++) {
    const [from, to] = [starts[branch] as number, starts[branch + 1] as number];
    let uom: number = from < to ? (uoms.codes[columns.item[positions[from] as number] as number] as number) : MIXED;
    let rank = STOCK_STATUS_ORDER.length - 1;
    let troubled = 0;
    let next_in_on = NEVER;
    let next_comes_on = NEVER;
    for (let at = from; at < to; at++) {
      const position = positions[at] as number;
      if (uoms.codes[columns.item[position] as number] !== uom) uom = MIXED;
      const own = columns.rank[position] as number;
      if (own < rank) rank = own;
      troubled += TROUBLED[own] as number;
      const next = columns.next_in_on[position] as number;
      if (next < next_in_on) next_in_on = next;
      const comes = columns.next_comes_on[position] as number;
      if (comes < next_comes_on) next_comes_on = comes;
    }
    sums.uom[branch] = uom;
    sums.rank[branch] = rank;
    sums.troubled[branch] = troubled;
    sums.next_in_on[branch] = next_in_on;
    sums.next_comes_on[branch] = next_comes_on;
  }
  return sums;
}

function sumUp(column: Float64Array, positions: Int32Array, starts: Int32Array): Float64Array {
  const sums = new Float64Array(starts.length - 1);
  for (let branch = 0; branch < sums.length; branch++) {
    const to = starts[branch + 1] as number;
    let sum = 0;
    for (let at = starts[branch] as number; at < to; at++) sum += column[positions[at] as number] as number;
    sums[branch] = sum;
  }
  return sums;
}

/** What has no value is left out; NaN where nothing has one. */
function sumOfKnown(column: Float64Array, positions: Int32Array, starts: Int32Array): Float64Array {
  const sums = new Float64Array(starts.length - 1).fill(Number.NaN);
  for (let branch = 0; branch < sums.length; branch++) {
    const to = starts[branch + 1] as number;
    let sum = Number.NaN;
    for (let at = starts[branch] as number; at < to; at++) {
      const value = column[positions[at] as number] as number;
      if (!Number.isNaN(value)) sum = Number.isNaN(sum) ? value : sum + value;
    }
    sums[branch] = sum;
  }
  return sums;
}

/** A position by itself, as the sums of one. */
export function sumsOfPosition(columns: StockColumns, position: number): StockSums {
  const { items } = columns.ground;
  const rank = columns.rank[position] as number;
  return {
    positions: 1,
    uom: items.uoms.values[items.uoms.codes[columns.item[position] as number] as number] ?? null,
    rank,
    troubled: TROUBLED[rank] as number,
    on_hand: columns.on_hand[position] as number,
    reserved: columns.reserved[position] as number,
    incoming: columns.incoming[position] as number,
    next_in_on: known(columns.next_in_on[position] as number, NEVER),
    next_comes_on: known(columns.next_comes_on[position] as number, NEVER),
    min: knownNumber(columns.min[position] as number),
    max: knownNumber(columns.max[position] as number),
    usage: columns.usage[position] as number,
    value: knownNumber(columns.value[position] as number),
    usage_value: knownNumber(columns.usage_value[position] as number),
  };
}

export function sumsOfBranch(columns: StockColumns, { starts, sums }: Branches, branch: number): StockSums {
  const { uoms } = columns.ground.items;
  const uom = sums.uom[branch] as number;
  return {
    positions: (starts[branch + 1] as number) - (starts[branch] as number),
    uom: uom === MIXED ? null : (uoms.values[uom] ?? null),
    rank: sums.rank[branch] as number,
    troubled: sums.troubled[branch] as number,
    on_hand: sums.on_hand[branch] as number,
    reserved: sums.reserved[branch] as number,
    incoming: sums.incoming[branch] as number,
    next_in_on: known(sums.next_in_on[branch] as number, NEVER),
    next_comes_on: known(sums.next_comes_on[branch] as number, NEVER),
    min: knownNumber(sums.min[branch] as number),
    max: knownNumber(sums.max[branch] as number),
    usage: sums.usage[branch] as number,
    value: knownNumber(sums.value[branch] as number),
    usage_value: knownNumber(sums.usage_value[branch] as number),
  };
}

function known(value: number, none: number): number | null {
  return value === none ? null : value;
}

function knownNumber(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
