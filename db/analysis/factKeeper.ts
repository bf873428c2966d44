/**
 * Keeps the column cache in step with the replica: loads its blocks once for all readers, makes them as months of a
 * first load become whole, and merges changes into them while nothing else goes on. Reading and building run in reader
 * threads; only the storing of finished blocks is a short write, by whoever may write the file at that time.
 */
import { BinnacleError } from '#contract/errors.ts';
import { isDamage } from '#db/connection.ts';
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import type { SharedBlock } from './factMemory.ts';
import type { BuiltFacts, FactPlan, LoadingPlan, Urgency } from './factPlan.ts';
import type { LoadedBlocks } from './factView.ts';
import type { FactSteps } from './factWriter.ts';
import type { OrderRange } from './lineFacts.ts';

/** After a change: many changes are merged soon, few once the replica has been quiet. */
const MANY_AFTER_MS = 3000;
const QUIET_AFTER_MS = 60_000;
/** A load goes on for so many times as long as blocks were made, before more are. */
const LOAD_BETWEEN = 20;
/** Blocks rewritten in one quiet pass; the rest waits for the next change. */
const QUIET_ROUNDS = 16;

/** The reader threads as the keeper uses them. */
export interface FactThreads {
  load(known: readonly number[], signal: AbortSignal): Promise<LoadedBlocks>;
  plan(urgency: Urgency, signal: AbortSignal): Promise<FactPlan | null>;
  planWhileLoading(settled_month: number | null, signal: AbortSignal): Promise<LoadingPlan>;
  build(range: OrderRange, generation: number, signal: AbortSignal): Promise<BuiltFacts>;
  /** Gives every thread these blocks and takes away all but those of `keep`. */
  share(blocks: readonly SharedBlock[], keep: ReadonlySet<number>): void;
}

export interface FactKeeperParts {
  readonly threads: FactThreads;
  readonly steps: FactSteps;
  readonly clock: () => number;
  readonly timers: Timers;
  readonly log: Log;
  /** The file cannot be read where the columns rest. */
  readonly onDamage?: () => void;
  /** True while a first load still brings order lines: only what is whole becomes blocks. */
  readonly isLoading: () => boolean;
  /** Columns of more lines than before are here: what was answered without them may be asked again. */
  readonly onGrown?: () => void;
  /** Called once, when the columns are here for the first time and no load goes on. */
  readonly onReady?: () => void;
}

export interface FactKeeper {
  start(): void;
  /** Rows changed, came or were withdrawn. */
  changed(): void;
  stop(): Promise<void>;
}

/** Blocks next to each other, built one by one under one intent. */
export function joined(built: readonly BuiltFacts[]): BuiltFacts {
  const [first] = built;
  if (!first) throw new Error('nothing was built');
  // of another basis than the first: none of them is stored
  const basis = built.every((each) => each.basis === first.basis) ? first.basis : '';
  return { generation: first.generation, basis, blocks: built.flatMap(({ blocks }) => blocks) };
}

export function createFactKeeper(parts: FactKeeperParts): FactKeeper {
  const { threads, clock, timers, log, isLoading, onGrown, onReady, onDamage } = parts;
  const { take, ids } = parts.steps;
  const stopped = new AbortController();
  const { signal } = stopped;
  let inMemory: ReadonlySet<number> = new Set();
  let running: Promise<void> = Promise.resolve();
  let soon: { readonly at_ms: number; readonly timer: TimerHandle } | undefined;
  let later: TimerHandle | undefined;
  let started = false;
  let ready = false;
  let spent_ms = 0;
  let load_until_ms = 0;
  /** While months of a load are whole since this one, there is nothing more to make. */
  let settled_month: number | null = null;

  const share = (blocks: readonly SharedBlock[], keep: ReadonlySet<number>) => {
    threads.share(blocks, keep);
    inMemory = new Set([...inMemory, ...blocks.map((block) => block.id)].filter((id) => keep.has(id)));
  };

  const makeAfresh = async (): Promise<boolean> => {
    await take({ kind: 'forget' });
    share([], new Set());
    return true;
  };

  /** Blocks next to each other; false when they no longer fit. */
  const make = async (ranges: readonly OrderRange[], loading: boolean): Promise<boolean> => {
    const [first] = ranges;
    const last = ranges.at(-1);
    if (!first || !last) return false;
    const before = ids();
    const begun = await take({ kind: 'begin', intent: { range: { after: first.after, to: last.to }, loading } });
    if (begun.kind !== 'begun') throw new Error('an intent was answered by something else');
    const built: BuiltFacts[] = [];
    for (const range of ranges) {
      if (signal.aborted) return false;
      const began_ms = clock();
      built.push(await threads.build(range, begun.generation, signal));
      spent_ms += clock() - began_ms;
    }
    if (signal.aborted) return false;
    const taken = await take({ kind: 'store', built: joined(built) });
    if (taken.kind !== 'stored' || taken.blocks === null || taken.blocks.length === 0) return false;
    // a question under way may still be of the moment before
    share(taken.blocks, new Set([...before, ...taken.blocks.map((block) => block.id)]));
    return true;
  };

  /** False when there is nothing more to do. */
  const round = async (urgency: Urgency): Promise<boolean> => {
    const plan = await threads.plan(urgency, signal);
    if (plan === null || signal.aborted) return false;
    return plan.afresh ? await makeAfresh() : await make([plan.range], false);
  };

  const roundWhileLoading = async (): Promise<boolean> => {
    const plan = await threads.planWhileLoading(settled_month, signal);
    if (signal.aborted) return false;
    if (plan.afresh) return await makeAfresh();
    if (plan.ranges.length === 0) settled_month = plan.since_month;
    return await make(plan.ranges, true);
  };

  const pass = async (urgency: Urgency) => {
    const { stored, loaded } = await threads.load([...inMemory], signal);
    if (signal.aborted) return;
    share(loaded, new Set(stored));
    const loading = isLoading();
    if (!loading) settled_month = null;
    let made = 0;
    spent_ms = 0;
    for (let rounds = 0; urgency === 'many' || rounds < QUIET_ROUNDS; rounds++) {
      if (signal.aborted || !(await (loading ? roundWhileLoading() : round(urgency)))) break;
      made += 1;
    }
    if (signal.aborted) return;
    share([], ids());
    if (made > 0 && (loading || !ready)) onGrown?.();
    if (loading) load_until_ms = clock() + LOAD_BETWEEN * spent_ms;
    if (loading || ready) return;
    ready = true;
    onReady?.();
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
    soon?.timer.cancel();
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
      const kept = ids();
      if ([...inMemory].some((id) => !kept.has(id))) {
        share([], kept);
        settled_month = null;
      }
      later?.cancel();
      // not put off by the next change: a load brings one after the other
      const now_ms = clock();
      const at_ms = Math.max(now_ms + MANY_AFTER_MS, isLoading() ? load_until_ms : 0);
      if (soon === undefined || at_ms < soon.at_ms) {
        soon?.timer.cancel();
        const runNow = () => {
          soon = undefined;
          run('many');
        };
        soon = { at_ms, timer: timers.after(at_ms - now_ms, runNow) };
      }
      later = timers.after(QUIET_AFTER_MS, () => run('quiet'));
    },
    stop: async () => {
      stopped.abort();
      cancelTimers();
      await running;
    },
  };
}
