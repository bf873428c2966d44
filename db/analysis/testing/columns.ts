/** A column cache over a test replica, step by step: what worker, writer and keeper do between them. */
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { createFactMemory } from '../factMemory.ts';
import { BLOCK_SIZES, type BlockSizes, buildBlocks, planBlocks, planWhileLoading, type Urgency } from '../factPlan.ts';
import { joined } from '../factKeeper.ts';
import { createFactReader, type FactView } from '../factView.ts';
import { createFactWriter, type FactWriter } from '../factWriter.ts';

export interface TestColumns {
  readonly writer: FactWriter;
  /** Builds what a plan asks for until nothing is left; answers how many rounds it took. */
  readonly settle: (urgency?: Urgency) => number;
  /** One round, with something done between the build's snapshot and its storing. False when it no longer fits. */
  readonly round: (urgency: Urgency, between?: () => void) => boolean | null;
  /** The same while a first load goes on. */
  readonly roundWhileLoading: (between?: () => void) => boolean | null;
  readonly settleWhileLoading: () => number;
  readonly view: (patient?: boolean) => FactView | null;
  /** Runs `read` in one read transaction. */
  readonly reading: <T>(read: () => Promise<T>) => Promise<T>;
}

export function createTestColumns(replica: TestReplica, sizes: BlockSizes = BLOCK_SIZES): TestColumns {
  const { reader } = replica;
  const writer = createFactWriter(replica.writer);
  const memory = createFactMemory();
  const facts = createFactReader(reader, memory, true);
  const atOnce = <T>(read: () => T): T => {
    reader.exec('BEGIN');
    try {
      return read();
    } finally {
      reader.exec('COMMIT');
    }
  };
  const round = (urgency: Urgency, between: () => void = () => undefined): boolean | null => {
    const plan = atOnce(() => planBlocks(reader, urgency, sizes));
    if (plan === null) return null;
    if (plan.afresh) {
      writer.forgetAll();
      return true;
    }
    const generation = writer.begin({ range: plan.range, loading: false });
    const built = atOnce(() => buildBlocks(reader, plan.range, generation, sizes.rows));
    between();
    return writer.store(built) !== null;
  };
  const roundWhileLoading = (between: () => void = () => undefined): boolean | null => {
    const { ranges, afresh } = atOnce(() => planWhileLoading(reader, null, sizes));
    if (afresh) {
      writer.forgetAll();
      return true;
    }
    const [first] = ranges;
    const last = ranges.at(-1);
    if (!first || !last) return null;
    const generation = writer.begin({ range: { after: first.after, to: last.to }, loading: true });
    const built = ranges.map((range) => atOnce(() => buildBlocks(reader, range, generation, sizes.rows)));
    between();
    return writer.store(joined(built)) !== null;
  };
  const settled = (next: () => boolean | null): number => {
    for (let rounds = 0; rounds < 1000; rounds++) if (next() === null) return rounds;
    throw new Error('the plan never ends');
  };
  return {
    writer,
    round,
    roundWhileLoading,
    settleWhileLoading: () => settled(roundWhileLoading),
    settle: (urgency = 'quiet') => settled(() => round(urgency)),
    view: (patient) => facts.view(() => undefined, patient),
    reading: async (read) => {
      reader.exec('BEGIN');
      try {
        return await read();
      } finally {
        reader.exec('COMMIT');
      }
    },
  };
}
