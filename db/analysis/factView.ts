/**
 * The order lines of one read transaction as columns: blocks for what has not changed since they were built, the base
 * tables for the rest. Equal to the base tables at that transaction's checkpoint from the month on that the view names,
 * or not there at all.
 */
import type { Connection } from '#db/connection.ts';
import type { Grouping } from './cells.ts';
import type { FactMemory, FactPart, Numbering, SharedBlock } from './factMemory.ts';
import { collectLines, type LineCollector, type OrderRange, readBasis } from './lineFacts.ts';
import { bucketsSince, monthsWhole, NO_MONTH } from './wholeMonths.ts';
import { BLOCK_ROWS, codeColumn, type Segment, segmentOfBytes } from './segment.ts';

/** Lines that may be read beside the blocks; with more, a plain scan of the tables is no slower. */
export const BESIDE_LINES = 32_768;
/** Lines that may be for a question that has no other way; some seconds of reading. */
const PATIENT_LINES = 1_000_000;
export const LAST_ORDER = Number.MAX_SAFE_INTEGER;
export const BEFORE_FIRST_ORDER = -1;

export interface FactView {
  readonly parts: readonly FactPart[];
  /** Every value of the column, by number; read it before numbers are used. */
  readonly numbering: (column: string) => Numbering;
  readonly lines: number;
  /**
   * The first month (yyyymm) from which on these companies' lines are all here, with what they cost and what was
   * shipped: older months are left out of whatever is said. null = every month is here.
   */
  readonly since: (company_ids: readonly number[]) => number | null;
  /** Groupings made for earlier questions of this view, by name. */
  readonly groupings: Map<string, Grouping>;
}

export interface FactReader {
  /**
   * The view of the open read transaction; null when the columns cannot answer now. `patient`: many lines may be read
   * beside the blocks, for a question that no plain scan of the tables answers as well.
   */
  view(checkCancelled: () => void, patient?: boolean): FactView | null;
  /** Other columns are in memory than before. */
  changed(): void;
}

/** Keeps the view while neither the file nor the columns in memory change. */
export function createFactReader(reader: Connection, memory: FactMemory, loads: boolean): FactReader {
  let kept: { readonly version: unknown; readonly patient: boolean; readonly view: OpenedView | null } | undefined;
  return {
    view: (checkCancelled, patient = false) => {
      const version = reader.pragma('data_version', { simple: true });
      if (kept !== undefined && kept.version === version) {
        const goodEnough = kept.patient || !patient || (kept.view !== null && !kept.view.leavesOut);
        if (goodEnough) return kept.view;
      }
      if (loads) {
        const { loaded, stored } = loadBlocks(reader, new Set(memory.ids()), checkCancelled);
        memory.take(loaded);
        memory.keepOnly(new Set(stored));
      }
      const view = openFactView(reader, memory, checkCancelled, patient ? PATIENT_LINES : BESIDE_LINES);
      kept = { version, patient, view };
      return view;
    },
    changed: () => {
      kept = undefined;
    },
  };
}

export interface StoredBlock {
  readonly id: number;
  readonly from_order: number;
  readonly to_order: number;
  readonly lines: number;
}

export function storedBlocks(reader: Connection): StoredBlock[] {
  return reader
    .prepare<unknown[], StoredBlock>(
      'SELECT id, from_order, to_order, lines FROM main.fact_segment INDEXED BY fact_segment_range ORDER BY from_order',
    )
    .all();
}

/** Ranges of orders in no block, the one after the last included. */
export function gapsBetween(blocks: readonly StoredBlock[]): OrderRange[] {
  const gaps: OrderRange[] = [];
  let after = BEFORE_FIRST_ORDER;
  for (const block of blocks) {
    if (block.from_order < after) throw new Error('two blocks hold the same orders');
    if (block.from_order > after) gaps.push({ after, to: block.from_order });
    after = block.to_order;
  }
  return [...gaps, { after, to: LAST_ORDER }];
}

/** Lines of the ranges, counted no further than `limit`. */
export function linesWithin(reader: Connection, ranges: readonly OrderRange[], limit: number): number {
  const count = reader
    .prepare<number[], number>(
      'SELECT count(*) FROM (SELECT 1 FROM main.order_line WHERE order_id > ? AND order_id <= ? LIMIT ?)',
    )
    .pluck();
  let lines = 0;
  for (const { after, to } of ranges) {
    if (lines < limit) lines += count.get(after, to, limit - lines) ?? 0;
  }
  return lines;
}

export function basisInUse(reader: Connection): string {
  return reader.prepare<unknown[], string>('SELECT basis FROM main.fact_meta').pluck().get() ?? '';
}

/** Orders noted as changed that lie in a block, ascending. */
function changedOrders(reader: Connection, limit: number): number[] {
  return reader
    .prepare<number[], number>(
      `SELECT d.order_id FROM main.fact_dirty d WHERE EXISTS (SELECT 1 FROM main.fact_segment s
         INDEXED BY fact_segment_range WHERE s.from_order < d.order_id AND s.to_order >= d.order_id)
       ORDER BY d.order_id LIMIT ?`,
    )
    .pluck()
    .all(limit);
}

interface OpenedView extends FactView {
  /** Lines are here that are not in it. */
  readonly leavesOut: boolean;
}

/**
 * null when the columns cannot answer now: too much changed, or they are of another basis. Lines in no block are read
 * beside if they are few; else the view leaves them out and says since when it is whole. Call it inside one read
 * transaction; the view is of that transaction.
 */
export function openFactView(
  reader: Connection,
  memory: FactMemory,
  checkCancelled: () => void,
  limit: number,
): OpenedView | null {
  const basis = readBasis(reader);
  const stored = storedBlocks(reader);
  // blocks of another basis count for nothing; whoever can wait reads the tables instead
  const usable = basisInUse(reader) === basis.text;
  const blocks = usable ? stored.filter((block) => memory.has(block.id)) : [];
  if (!usable && stored.length > 0 && limit <= BESIDE_LINES) return null;
  const loading = bucketsSince(reader) !== null;
  const { gaps, leavesOut } = readBeside(reader, gapsBetween(blocks), loading && blocks.length > 0, limit);
  const beside = linesWithin(reader, gaps, limit + 1);
  const changed = blocks.length === 0 ? [] : changedOrders(reader, limit + 1);
  if (changed.length + beside > limit) return null;
  const parts: FactPart[] = [];
  let lines = 0;
  for (const block of blocks) {
    const whole = memory.part(block.id, []);
    if (!whole) return null;
    const dead = deadRows(whole.general, ordersOf(changed, block));
    parts.push({ ...whole, dead });
    lines += block.lines - dead.reduce((sum, [from, to]) => sum + to - from, 0);
  }
  const addOwn = (collector: LineCollector) => {
    if (collector.rows() === 0) return;
    lines += collector.rows();
    const { general, cost } = collector.finish();
    parts.push(memory.ownPart(general, cost));
  };
  if (changed.length > 0) {
    const collector = collectLines(reader, basis);
    collector.readOrders(changed);
    addOwn(collector);
  }
  for (const gap of gaps) {
    for (let after = gap.after; after < gap.to; ) {
      checkCancelled();
      const collector = collectLines(reader, basis);
      after = collector.readRange({ after, to: gap.to }, BLOCK_ROWS);
      addOwn(collector);
    }
  }
  const whole = loading || leavesOut ? monthsWhole(reader, parts) : null;
  return {
    parts,
    leavesOut,
    since: (company_ids) => {
      if (whole === null) return null;
      const months = company_ids.map((id) => {
        const month = whole.get(id);
        return month === undefined && leavesOut ? NO_MONTH : (month ?? null);
      });
      return months.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b)), null);
    },
    numbering: (column) => {
      for (const part of parts) part.numbering(column);
      return memory.numbering(column);
    },
    lines,
    groupings: new Map(),
  };
}

/**
 * The gaps worth reading. While order lines are loading those below the last block fill up with months that are not
 * whole yet; what changed hands lately lies above it.
 */
function readBeside(
  reader: Connection,
  gaps: readonly OrderRange[],
  onlyAbove: boolean,
  limit: number,
): { readonly gaps: readonly OrderRange[]; readonly leavesOut: boolean } {
  if (!onlyAbove && linesWithin(reader, gaps, limit + 1) <= limit) return { gaps, leavesOut: false };
  const above = gaps.slice(-1);
  const most = Math.min(limit, BESIDE_LINES);
  return { gaps: linesWithin(reader, above, most + 1) <= most ? above : [], leavesOut: true };
}

function ordersOf(changed: readonly number[], { from_order, to_order }: StoredBlock): readonly number[] {
  const first = firstAbove(changed, from_order);
  return changed.slice(first, firstAbove(changed, to_order));
}

/** Index of the first value greater than `value` in an ascending list. */
function firstAbove(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows of the given orders; rows lie in the order of their orders. */
function deadRows(segment: Segment, orders: readonly number[]): (readonly [number, number])[] {
  if (orders.length === 0) return [];
  const { codes, dictionary } = codeColumn(segment, 'order');
  if (!(dictionary instanceof Float64Array)) throw new Error('orders are numbers');
  return orders.flatMap((order): (readonly [number, number])[] => {
    const code = firstAbove(dictionary, order) - 1;
    if (dictionary[code] !== order) return [];
    return codes === null ? [[0, segment.rows]] : [[firstAbove(codes, code - 1), firstAbove(codes, code)]];
  });
}

export interface LoadedBlocks {
  /** Ids of all blocks in the file. */
  readonly stored: readonly number[];
  readonly loaded: readonly SharedBlock[];
}

/**
 * Blocks of this transaction that `known` lacks, read from the file into shared memory; none of another basis, whose
 * bytes may lie in another layout: they wait to be made afresh.
 */
export function loadBlocks(reader: Connection, known: ReadonlySet<number>, checkCancelled: () => void): LoadedBlocks {
  const general = reader.prepare<number[], Uint8Array>('SELECT columns FROM main.fact_segment WHERE id = ?').pluck();
  const cost = reader.prepare<number[], Uint8Array>('SELECT columns FROM main.fact_segment_cost WHERE id = ?').pluck();
  const stored = storedBlocks(reader);
  const loaded: SharedBlock[] = [];
  const usable = stored.length > 0 && basisInUse(reader) === readBasis(reader).text;
  for (const { id } of usable ? stored : []) {
    if (known.has(id)) continue;
    checkCancelled();
    const bytes = general.get(id);
    if (!bytes) throw new Error(`block ${id} has no columns`);
    const costBytes = cost.get(id);
    loaded.push({
      id,
      general: segmentOfBytes(bytes).buffer,
      cost: costBytes ? segmentOfBytes(costBytes).buffer : null,
    });
  }
  return { stored: stored.map((block) => block.id), loaded };
}
