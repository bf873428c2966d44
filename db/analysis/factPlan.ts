/**
 * Which orders to put into a block next. Changes stay beside the blocks until there are many of them or the replica is
 * quiet: a block is rewritten whole, and a few thousand changed lines cost a question less than that.
 */
import type { Connection } from '#db/connection.ts';
import { basisInUse, gapsBetween, LAST_ORDER, linesWithin, type StoredBlock, storedBlocks } from './factView.ts';
import { collectLines, type LineFacts, type OrderRange, readBasis } from './lineFacts.ts';
import { BLOCK_ROWS } from './segment.ts';
import { bucketsSince } from './wholeMonths.ts';

export type Urgency = 'many' | 'quiet';

export interface BlockSizes {
  /** Lines of a new block; half as many again before a grown one is split, a quarter before it stands alone. */
  readonly rows: number;
  /** Lines in no block, and changed orders, that are worth a block while work goes on. */
  readonly many_lines: number;
  readonly many_orders: number;
}

export const BLOCK_SIZES: BlockSizes = { rows: BLOCK_ROWS, many_lines: 8192, many_orders: 2000 };

export interface FactPlan {
  /** Orders of the blocks to be made. */
  readonly range: OrderRange;
  /** True when blocks of another basis have to go first. */
  readonly afresh: boolean;
}

/** null = nothing to do now. */
export function planBlocks(reader: Connection, urgency: Urgency, sizes = BLOCK_SIZES): FactPlan | null {
  const blocks = storedBlocks(reader);
  const afresh = blocks.length > 0 && basisInUse(reader) !== readBasis(reader).text;
  if (afresh) return { range: { after: -1, to: Number.MAX_SAFE_INTEGER }, afresh };
  const wantedLines = urgency === 'many' ? sizes.many_lines : 1;
  const gap = gapsBetween(blocks)
    .map((range) => ({ range, lines: linesWithin(reader, [range], sizes.rows) }))
    .toSorted((a, b) => b.lines - a.lines)[0];
  if (gap && gap.lines >= wantedLines)
    return { range: withSmallNeighbour(gap.range, blocks, gap.lines, sizes.rows), afresh };
  const changed = mostChanged(reader, blocks);
  if (changed === null || changed.total < (urgency === 'many' ? sizes.many_orders : 1)) return null;
  return { range: { after: changed.block.from_order, to: changed.block.to_order }, afresh };
}

/** Blocks made under one intent while a load goes on: whoever writes has to wait for the rows' own transactions. */
const BLOCKS_TOGETHER = 4;
/** So many lines of months that are not whole, one after the other, end a run of whole ones. */
const STRAY_SHARE = 1 / 8;

export interface LoadingPlan {
  /** Blocks of other columns have to go first. */
  readonly afresh: boolean;
  /** Next to each other, lowest orders first, about a block each; empty = nothing to do now. */
  readonly ranges: readonly OrderRange[];
  /** The first month from which on everything is here: while it stands, nothing more becomes whole. null: no load. */
  readonly since_month: number | null;
}

/**
 * What to make while a first load goes on: the highest orders of whole months that are in no block. Orders of months
 * that are not whole stay out as far as they lie by themselves, since every line that comes would be noted.
 */
export function planWhileLoading(
  reader: Connection,
  settled_month: number | null,
  { rows, many_orders }: BlockSizes = BLOCK_SIZES,
): LoadingPlan {
  const since_month = bucketsSince(reader);
  const plan = (ranges: readonly OrderRange[], afresh = false): LoadingPlan => ({ ranges, since_month, afresh });
  if (since_month === null) return plan([]);
  const blocks = storedBlocks(reader);
  if (blocks.length > 0 && basisInUse(reader) !== readBasis(reader).text) return plan([], true);
  if (since_month !== settled_month) {
    for (const gap of gapsBetween(blocks).toReversed()) {
      const run = wholeRun(reader, gap, since_month, rows);
      if (run.length > 0) return plan(withSmallAbove(run, blocks, rows));
    }
  }
  const changed = mostChanged(reader, blocks);
  if (changed === null || changed.total < many_orders) return plan([]);
  return plan([{ after: changed.block.from_order, to: changed.block.to_order }]);
}

/** Ranges of about `rows` lines each, lowest first, from the highest whole line of the gap downwards. */
function wholeRun(reader: Connection, gap: OrderRange, since_month: number, rows: number): readonly OrderRange[] {
  const downwards = reader
    .prepare<number[], readonly [order_id: number, month: number]>(
      'SELECT order_id, month FROM main.order_line WHERE order_id > ? AND order_id <= ? ORDER BY order_id DESC',
    )
    .raw();
  const run: OrderRange[] = [];
  let to: number | null = null;
  let lowest = 0;
  let lines = 0;
  let strays = 0;
  const tooMany = rows * STRAY_SHARE;
  for (const [order_id, month] of downwards.iterate(gap.after, gap.to)) {
    const whole = month >= since_month;
    if (to === null) {
      strays += whole ? 0 : 1;
      if (!whole) continue;
      lowest = order_id;
      // next to the block above it, unless much lies between
      to = gap.to === LAST_ORDER || strays > tooMany ? order_id : gap.to;
    }
    if (lines >= rows && order_id < lowest) {
      run.unshift({ after: lowest - 1, to });
      if (run.length === BLOCKS_TOGETHER) return run;
      [to, lines] = [lowest - 1, 0];
    }
    strays = whole ? 0 : strays + 1;
    if (strays > tooMany) break;
    lines += 1;
    if (whole) lowest = order_id;
  }
  if (to !== null && lowest <= to) run.unshift({ after: lowest - 1, to });
  return run;
}

/** The highest range together with the block above it, when that is too small to stand alone. */
function withSmallAbove(
  run: readonly OrderRange[],
  blocks: readonly StoredBlock[],
  rows: number,
): readonly OrderRange[] {
  const highest = run.at(-1);
  const above = blocks.find((block) => block.from_order === highest?.to);
  if (highest === undefined || above === undefined || above.lines >= rows / 4) return run;
  return [...run.slice(0, -1), { after: highest.after, to: above.to_order }];
}

/** The gap together with the block before it, when that is too small to stand alone. */
function withSmallNeighbour(
  gap: OrderRange,
  blocks: readonly StoredBlock[],
  lines: number,
  block_rows: number,
): OrderRange {
  const before = blocks.find((block) => block.to_order === gap.after);
  const joins = before !== undefined && (before.lines < block_rows / 4 || before.lines + lines <= block_rows);
  return joins ? { after: before.from_order, to: gap.to } : gap;
}

function mostChanged(
  reader: Connection,
  blocks: readonly StoredBlock[],
): { readonly block: StoredBlock; readonly total: number } | null {
  const count = reader
    .prepare<number[], number>('SELECT count(*) FROM main.fact_dirty WHERE order_id > ? AND order_id <= ?')
    .pluck();
  let total = 0;
  let most: { block: StoredBlock; orders: number } | null = null;
  for (const block of blocks) {
    const orders = count.get(block.from_order, block.to_order) ?? 0;
    total += orders;
    if (orders > (most?.orders ?? 0)) most = { block, orders };
  }
  return most && { block: most.block, total };
}

export interface BuiltBlock {
  readonly from_order: number;
  readonly to_order: number;
  readonly lines: number;
  readonly general: SharedArrayBuffer;
  readonly cost: SharedArrayBuffer | null;
}

export interface BuiltFacts {
  readonly generation: number;
  readonly basis: string;
  readonly blocks: readonly BuiltBlock[];
}

/**
 * Makes the blocks of a range. A range of far more lines than a block is a gap: one block of it now, the rest stays a
 * gap. Call it in one read transaction.
 */
export function buildBlocks(
  reader: Connection,
  range: OrderRange,
  generation: number,
  block_rows = BLOCK_ROWS,
): BuiltFacts {
  const basis = readBasis(reader);
  // changes of later orders are not noted
  const noted_to = reader.prepare<unknown[], number>('SELECT building_to FROM main.fact_meta').pluck().get() ?? 0;
  const to = Math.min(range.to, noted_to);
  const lines = linesWithin(reader, [{ after: range.after, to }], 2 * block_rows);
  const limits =
    lines <= 1.5 * block_rows
      ? [Number.MAX_SAFE_INTEGER]
      : lines < 2 * block_rows
        ? [Math.ceil(lines / 2), Number.MAX_SAFE_INTEGER]
        : [block_rows];
  const blocks: BuiltBlock[] = [];
  let after = range.after;
  for (const limit of limits) {
    if (after >= to) break;
    const collector = collectLines(reader, basis);
    const last = collector.readRange({ after, to }, limit);
    blocks.push(builtBlock({ after, to: last }, collector.rows(), collector.finish()));
    after = last;
  }
  return { generation, basis: basis.text, blocks };
}

function builtBlock({ after, to }: OrderRange, lines: number, { general, cost }: LineFacts): BuiltBlock {
  return { from_order: after, to_order: to, lines, general: general.buffer, cost: cost?.buffer ?? null };
}
