/** The reading side as the service sees it: questions in, answers out, none of them able to write. */
import type { ReaderFiles } from '#db/replica.ts';
import { type JobResults, openJobRunner, type ReaderJob } from './jobs.ts';

export interface Readers {
  /** Rejects with BinnacleError, or with the SqliteError-like of a file that cannot be read (see isDamage). */
  run<K extends ReaderJob['kind']>(
    job: Extract<ReaderJob, { kind: K }>,
    signal: AbortSignal | undefined,
  ): Promise<JobResults[K]>;
  close(): Promise<void>;
}

/** In this very process, one question after another: for a command line that asks once. */
export function createInlineReaders(files: ReaderFiles, elapsed: () => number): Readers {
  const runner = openJobRunner(files, elapsed);
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: async <K extends ReaderJob['kind']>(
      job: Extract<ReaderJob, { kind: K }>,
      signal: AbortSignal | undefined,
    ): Promise<JobResults[K]> => {
      const turn = last.then(() => runner.run(job, () => signal?.aborted === true));
      last = turn.catch(() => undefined);
      return (await turn) as JobResults[K];
    },
    close: async () => {
      await last;
      runner.close();
    },
  };
}
