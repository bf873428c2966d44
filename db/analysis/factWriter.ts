/** The writing side of the column cache: every step is one transaction on the replica's only writing connection. */
import type { Connection } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import type { SharedBlock } from './factMemory.ts';
import type { BuiltFacts } from './factPlan.ts';
import { NOTHING_TRACKED } from './factSchema.ts';
import { storedBlocks } from './factView.ts';
import { type OrderRange, readBasis } from './lineFacts.ts';

/** What a block about to be made holds. */
export interface Intent {
  readonly range: OrderRange;
  /** A load goes on: lines below those of the range are not to be noted, nor looked up. */
  readonly loading: boolean;
}

export interface FactWriter {
  /** From now on changes of the orders of this range are noted, with the generation answered. */
  begin(intent: Intent): number;
  /**
   * Stores what was built from a snapshot later than `begin`. null when it no longer fits: rows were withdrawn or the
   * basis changed meanwhile.
   */
  store(built: BuiltFacts): readonly SharedBlock[] | null;
  /** Drops every block: another basis makes them useless. */
  forgetAll(): void;
  /** Ids of the blocks in the file. */
  ids(): ReadonlySet<number>;
}

export function createFactWriter(replica: Connection, crashAt: CrashAt = () => undefined): FactWriter {
  const insert = replica.prepare('INSERT INTO fact_segment (from_order, to_order, lines, columns) VALUES (?, ?, ?, ?)');
  const insertCost = replica.prepare('INSERT INTO fact_segment_cost (id, columns) VALUES (?, ?)');
  const remove = replica.prepare('DELETE FROM fact_segment WHERE id = ?');
  const removeCost = replica.prepare('DELETE FROM fact_segment_cost WHERE id = ?');
  const clean = replica.prepare('DELETE FROM fact_dirty WHERE order_id > ? AND order_id <= ? AND generation < ?');
  // of the index alone
  const firstLine = replica
    .prepare<number[], number>('SELECT min(id) FROM order_line WHERE order_id > ? AND order_id <= ?')
    .pluck();
  const track = replica.prepare(`UPDATE fact_meta SET generation = generation + 1,
    tracked_after = min(tracked_after, :after), tracked_lines_after = min(tracked_lines_after, :lines_after),
    building_after = :after, building_to = min(:to, coalesce((SELECT max(order_id) FROM order_line), 0))`);
  const generation = replica.prepare<unknown[], number>('SELECT generation FROM fact_meta').pluck();

  const storeNow = (built: BuiltFacts): SharedBlock[] | null => {
    if (generation.get() !== built.generation || readBasis(replica).text !== built.basis) return null;
    const stored: SharedBlock[] = [];
    const before = storedBlocks(replica);
    const first = built.blocks[0];
    const last = built.blocks.at(-1);
    if (!first || !last) return stored;
    for (const block of before) {
      if (block.to_order <= first.from_order || block.from_order >= last.to_order) continue;
      // what the new blocks hold only in part stays a gap, read from the tables
      remove.run(block.id);
      removeCost.run(block.id);
    }
    replica.prepare('UPDATE fact_meta SET basis = ?').run(built.basis);
    for (const block of built.blocks) {
      const added = insert.run(block.from_order, block.to_order, block.lines, bytesOf(block.general));
      const id = Number(added.lastInsertRowid);
      if (block.cost !== null) insertCost.run(id, bytesOf(block.cost));
      clean.run(block.from_order, block.to_order, built.generation);
      stored.push({ id, general: block.general, cost: block.cost });
    }
    crashAt('host.columns.before_commit');
    return stored;
  };

  return {
    begin: ({ range, loading }) =>
      replica
        .transaction(() => {
          const first = loading ? (firstLine.get(range.after, range.to) ?? Number.MAX_SAFE_INTEGER) : 0;
          track.run({ after: range.after, to: range.to, lines_after: first - 1 });
          return generation.get() ?? 0;
        })
        .immediate(),
    store: (built) => {
      const stored = replica.transaction(() => storeNow(built)).immediate();
      crashAt('host.columns.committed');
      return stored;
    },
    forgetAll: () => replica.transaction(() => forgetFacts(replica)).immediate(),
    ids: () => new Set(storedBlocks(replica).map((block) => block.id)),
  };
}

/** No block, nothing noted, nothing half built is taken any more. Call it inside the transaction that needs it. */
export function forgetFacts(replica: Connection): void {
  replica.exec('DELETE FROM fact_segment');
  replica.exec('DELETE FROM fact_segment_cost');
  replica.exec('DELETE FROM fact_dirty');
  replica.exec(`UPDATE fact_meta SET (tracked_after, tracked_lines_after, building_after, building_to) =
    (${NOTHING_TRACKED}), generation = generation + 1, basis = ''`);
}

/**
 * Drops the blocks that hold rows just withdrawn from this person, so that the file does not keep them as columns
 * either. Call it in the transaction that removed the rows.
 */
export function forgetWithdrawn(replica: Connection): void {
  replica.exec('DELETE FROM forecast_made');
  const gone = `SELECT s.id FROM fact_segment s WHERE EXISTS
    (SELECT 1 FROM fact_dirty d WHERE d.order_id > s.from_order AND d.order_id <= s.to_order)`;
  replica.exec(`DELETE FROM fact_segment_cost WHERE id IN (${gone})`);
  replica.exec(`DELETE FROM fact_segment WHERE id IN (${gone})`);
  replica.exec('UPDATE fact_meta SET generation = generation + 1');
}

/** A step of the writer as it crosses to whoever may write now. */
export type FactStep =
  | { readonly kind: 'begin'; readonly intent: Intent }
  | { readonly kind: 'store'; readonly built: BuiltFacts }
  | { readonly kind: 'forget' };

export type FactStepTaken =
  | { readonly kind: 'begun'; readonly generation: number }
  | { readonly kind: 'stored'; readonly blocks: readonly SharedBlock[] | null }
  | { readonly kind: 'forgotten' };

/** The writing side as the keeper uses it. */
export interface FactSteps {
  /** One short write; waits for its turn while another connection writes. */
  take(step: FactStep): Promise<FactStepTaken>;
  /** Ids of the blocks in the file. */
  ids(): ReadonlySet<number>;
}

/** `elsewhere` takes the step on another connection that is writing now, or answers null. */
export function createFactSteps(
  replica: Connection,
  parts: {
    readonly elsewhere?: (step: FactStep) => Promise<FactStepTaken | null>;
    readonly crashAt?: CrashAt;
  } = {},
): FactSteps {
  const writer = createFactWriter(replica, parts.crashAt);
  return {
    take: async (step) => (await parts.elsewhere?.(step)) ?? takeStep(writer, step),
    ids: writer.ids,
  };
}

export function takeStep(writer: FactWriter, step: FactStep): FactStepTaken {
  if (step.kind === 'begin') return { kind: 'begun', generation: writer.begin(step.intent) };
  if (step.kind === 'store') return { kind: 'stored', blocks: writer.store(step.built) };
  writer.forgetAll();
  return { kind: 'forgotten' };
}

function bytesOf(buffer: SharedArrayBuffer): Buffer {
  return Buffer.from(buffer);
}
