/**
 * What takes a while is read before anybody looks at it: stock and Today a moment after the columns are here, because the
 * first screen comes first, and Today again when rows had changed for a while.
 */
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import type { Asker, ReaderJob } from './jobs.ts';
import type { Readers } from './readers.ts';

const AHEAD_AFTER_MS = 1500;
/** Changes come one after the other: looking again after each would keep a processor busy for nobody. */
const AGAIN_AFTER_MS = 120_000;

export interface ReadAhead {
  soon(): void;
  /** Rows changed. */
  changed(): void;
  stop(): void;
}

export function createReadAhead(readers: Readers, timers: Timers, log: Log, asker: () => Asker | null): ReadAhead {
  let timer: TimerHandle | undefined;
  let again: TimerHandle | undefined;
  let begun = false;
  let stopped = false;
  const read = (kind: Extract<ReaderJob['kind'], 'stockAhead' | 'todayAhead'>) => {
    const who = asker();
    if (who === null) return;
    readers.run({ kind, asker: who }, undefined).catch((error: unknown) => {
      if (stopped) return;
      log('error', `${kind} could not be read: ${error instanceof Error ? error.message : 'unknown error'}`);
    });
  };
  return {
    soon: () => {
      timer = timers.after(AHEAD_AFTER_MS, () => {
        begun = true;
        read('stockAhead');
        read('todayAhead');
      });
    },
    changed: () => {
      if (!begun || stopped) return;
      again ??= timers.after(AGAIN_AFTER_MS, () => {
        again = undefined;
        read('todayAhead');
      });
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
      again?.cancel();
    },
  };
}
