/** The reading side as the service sees it: questions in, answers out, none of them able to write. */
import type { FactThreads } from '#db/analysis/factKeeper.ts';
import type { SharedBlock } from '#db/analysis/factMemory.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { type JobResults, openJobRunner, type ReaderJob } from './jobs.ts';

export interface Readers {
  /** Rejects with BinnacleError, or with the SqliteError-like of a file that cannot be read (see isDamage). */
  run<K extends ReaderJob['kind']>(
    job: Extract<ReaderJob, { kind: K }>,
    signal: AbortSignal | undefined,
  ): Promise<JobResults[K]>;
  /** Gives every reader these columns and takes away all but those of `keep`. */
  share(blocks: readonly SharedBlock[], keep: ReadonlySet<number>): void;
  /** Nobody is answered any more, and what a reader is busy with is not waited for. */
  close(): Promise<void>;
}

/** The readers as the keeper of the column cache uses them. */
export function factThreads(readers: Readers): FactThreads {
  return {
    load: (known, signal) => readers.run({ kind: 'factsLoad', known }, signal),
    plan: (urgency, signal) => readers.run({ kind: 'factsPlan', urgency }, signal),
    planWhileLoading: (settled_month, signal) => readers.run({ kind: 'factsPlanWhileLoading', settled_month }, signal),
    build: (range, generation, signal) => readers.run({ kind: 'factsBuild', range, generation }, signal),
    share: (blocks, keep) => readers.share(blocks, keep),
  };
}

/** In this very process, one question after another: for a command line that asks once. */
export function createInlineReaders(files: ReaderFiles, elapsed: () => number): Readers {
  const runner = openJobRunner(files, elapsed, { loadsColumns: true });
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    run: async <K extends ReaderJob['kind']>(
      job: Extract<ReaderJob, { kind: K }>,
      signal: AbortSignal | undefined,
    ): Promise<JobResults[K]> => {
      const turn = last.then(() => runner.run(job, () => closed || signal?.aborted === true));
      last = turn.catch(() => undefined);
      return (await turn) as JobResults[K];
    },
    share: (blocks, keep) => {
      last = last.then(() => runner.share(blocks, keep));
    },
    close: async () => {
      closed = true;
      await last;
      runner.close();
    },
  };
}
