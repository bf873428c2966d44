/** Exports that are being written: they end with the workspace they were begun in, and only then is it left. */
import { BinnacleError } from '#contract/errors.ts';

export interface RunningExports {
  /** `work` settles only when nothing of it runs any more, whatever ended it. */
  run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends all of them and settles when the last has ended; none can be begun afterwards. */
  stop(): Promise<void>;
}

export function createRunningExports(): RunningExports {
  const leaving = new AbortController();
  const running = new Set<Promise<unknown>>();
  const refuseLeft = (): void => {
    if (leaving.signal.aborted) throw new BinnacleError('cancelled', 'Whoever asked for this export has left.');
  };
  return {
    run: async (signal, work) => {
      refuseLeft();
      const mine = work(AbortSignal.any(signal ? [signal, leaving.signal] : [leaving.signal]));
      running.add(mine);
      try {
        const value = await mine;
        // it may have been done in the very moment they left
        refuseLeft();
        return value;
      } finally {
        running.delete(mine);
      }
    },
    stop: async () => {
      leaving.abort();
      await Promise.allSettled(running);
    },
  };
}
