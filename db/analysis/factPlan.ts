/**
 * Which orders to put into a block next. Changes stay beside the blocks until there are many of them or the replica is
 * quiet: a block is rewritten whole, and a few thousand changed lines cost a question less than that.
 */
import type { Connection } from '#db/connection.ts';
import { basisInUse, gapsBetween, linesWithin, type StoredBlock, storedBlocks } from './factView.ts';
import { collectLines, type LineFacts, type OrderRange, readBasis } from './lineFacts.ts';
import { BLOCK_ROWS } from './segment.ts';

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
  const tracked = reader.prepare<unknown[], number>('SELECT tracked_to FROM main.fact_meta').pluck().get() ?? 0;
  const to = Math.min(range.to, tracked);
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
