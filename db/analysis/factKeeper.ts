/**
 * Keeps the column cache in step with the replica: loads its blocks once for all readers, makes them when a first load
 * is through, and merges changes into them while nothing else goes on. Reading and building run in reader threads; only
 * the storing of a finished block is a short write here.
 */
import { BinnacleError } from '#contract/errors.ts';
import { type Connection, isDamage } from '#db/connection.ts';
import type { CrashAt, Log, TimerHandle, Timers } from '#db/machine.ts';
import type { SharedBlock } from './factMemory.ts';
import type { BuiltFacts, FactPlan, Urgency } from './factPlan.ts';
import type { LoadedBlocks } from './factView.ts';
import { createFactWriter } from './factWriter.ts';
import type { OrderRange } from './lineFacts.ts';

/** After the last change: many changes are merged soon, few once the replica has been quiet. */
const MANY_AFTER_MS = 3000;
const QUIET_AFTER_MS = 60_000;
/** Blocks rewritten in one quiet pass; the rest waits for the next change. */
const QUIET_ROUNDS = 16;

/** The reader threads as the keeper uses them. */
export interface FactThreads {
  load(known: readonly number[], signal: AbortSignal): Promise<LoadedBlocks>;
  plan(urgency: Urgency, signal: AbortSignal): Promise<FactPlan | null>;
  build(range: OrderRange, generation: number, signal: AbortSignal): Promise<BuiltFacts>;
  /** Gives every thread these blocks and takes away all but those of `keep`. */
  share(blocks: readonly SharedBlock[], keep: ReadonlySet<number>): void;
}

export interface FactKeeperParts {
  readonly replica: Connection;
  readonly threads: FactThreads;
  readonly timers: Timers;
  readonly log: Log;
  readonly crashAt?: CrashAt;
  /** The file cannot be read where the columns rest. */
  readonly onDamage?: () => void;
  /** True while a first load still brings order lines: blocks of half a load would be made twice. */
  readonly isLoading: () => boolean;
  /** Called once, when the columns are here for the first time and no load goes on. */
  readonly onReady?: () => void;
}

export interface FactKeeper {
  start(): void;
  /** Rows changed, came or were withdrawn. */
  changed(): void;
  stop(): Promise<void>;
}

export function createFactKeeper(parts: FactKeeperParts): FactKeeper {
  const { replica, threads, timers, log, isLoading, onReady, onDamage } = parts;
  const writer = createFactWriter(replica, parts.crashAt);
  const stopped = new AbortController();
  const { signal } = stopped;
  let inMemory: ReadonlySet<number> = new Set();
  let running: Promise<void> = Promise.resolve();
  let soon: TimerHandle | undefined;
  let later: TimerHandle | undefined;
  let started = false;
  let ready = false;

  const share = (blocks: readonly SharedBlock[], keep: ReadonlySet<number>) => {
    threads.share(blocks, keep);
    inMemory = new Set([...inMemory, ...blocks.map((block) => block.id)].filter((id) => keep.has(id)));
  };

  /** False when there is nothing more to do. */
  const round = async (urgency: Urgency): Promise<boolean> => {
    const plan = await threads.plan(urgency, signal);
    if (plan === null || signal.aborted) return false;
    if (plan.afresh) {
      writer.forgetAll();
      share([], new Set());
      return true;
    }
    const before = writer.ids();
    const generation = writer.begin();
    const built = await threads.build(plan.range, generation, signal);
    if (signal.aborted) return false;
    const stored = writer.store(built);
    if (stored === null || stored.length === 0) return false;
    // a question under way may still be of the moment before
    share(stored, new Set([...before, ...stored.map((block) => block.id)]));
    return true;
  };

  const pass = async (urgency: Urgency) => {
    const { stored, loaded } = await threads.load([...inMemory], signal);
    if (signal.aborted) return;
    share(loaded, new Set(stored));
    if (isLoading()) return;
    for (let rounds = 0; urgency === 'many' || rounds < QUIET_ROUNDS; rounds++) {
      if (signal.aborted || !(await round(urgency))) break;
    }
    if (signal.aborted) return;
    share([], writer.ids());
    if (!ready) onReady?.();
    ready = true;
  };

  const run = (urgency: Urgency) => {
    running = running
      .then(() => (signal.aborted ? undefined : pass(urgency)))
      .catch((error: unknown) => {
        if (signal.aborted || (error instanceof BinnacleError && error.code === 'cancelled')) return;
        if (isDamage(error)) onDamage?.();
        // questions go on from the tables, only slower
        log('error', `the column cache was not kept: ${error instanceof Error ? error.message : 'unknown error'}`);
      });
  };

  const cancelTimers = () => {
    soon?.cancel();
    later?.cancel();
  };

  return {
    start: () => {
      if (started) return;
      started = true;
      run('many');
      later = timers.after(QUIET_AFTER_MS, () => run('quiet'));
    },
    changed: () => {
      if (!started || signal.aborted) return;
      const kept = writer.ids();
      if ([...inMemory].some((id) => !kept.has(id))) share([], kept);
      cancelTimers();
      soon = timers.after(MANY_AFTER_MS, () => run('many'));
      later = timers.after(QUIET_AFTER_MS, () => run('quiet'));
    },
    stop: async () => {
      stopped.abort();
      cancelTimers();
      await running;
    },
  };
}
