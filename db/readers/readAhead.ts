/**
 * What takes a while is read before anybody looks at it: stock and Today a moment after the columns are here, because the
 * first screen comes first, and Today again when rows had changed for a while. Delays are learned once Today is found, so
 * that one reader is always free for who asks.
 */
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import type { Asker, ReaderJob } from './jobs.ts';
import type { Readers } from './readers.ts';

const AHEAD_AFTER_MS = 1500;
/** Changes come one after the other: looking again after each would keep a processor busy for nobody. */
const AGAIN_AFTER_MS = 120_000;

/** Learning is worth doing again more seldom than looking: with one look in so many. */
const DELAYS_EVERY = 5;

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
  let round = 0;
  const read = async (kind: Extract<ReaderJob['kind'], 'stockAhead' | 'todayAhead' | 'delaysAhead'>): Promise<void> => {
    const who = asker();
    if (who === null || stopped) return;
    try {
      await readers.run({ kind, asker: who }, undefined);
    } catch (error) {
      if (stopped) return;
      log('error', `${kind} could not be read: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  };
  const readToday = async (): Promise<void> => {
    await read('todayAhead');
    if (round++ % DELAYS_EVERY === 0) await read('delaysAhead');
  };
  return {
    soon: () => {
      timer = timers.after(AHEAD_AFTER_MS, () => {
        begun = true;
        void read('stockAhead');
        void readToday();
      });
    },
    changed: () => {
      if (!begun || stopped) return;
      again ??= timers.after(AGAIN_AFTER_MS, () => {
        again = undefined;
        void readToday();
      });
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
      again?.cancel();
    },
  };
}
