/** Stock is read before anybody looks at it: a moment after the columns are here, because the first screen comes first. */
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import type { Asker } from './jobs.ts';
import type { Readers } from './readers.ts';

const AHEAD_AFTER_MS = 1500;

export interface ReadAhead {
  soon(): void;
  stop(): void;
}

export function createReadAhead(readers: Readers, timers: Timers, log: Log, asker: () => Asker | null): ReadAhead {
  let timer: TimerHandle | undefined;
  let stopped = false;
  const read = () => {
    const who = asker();
    if (who === null) return;
    readers.run({ kind: 'stockAhead', asker: who }, undefined).catch((error: unknown) => {
      if (stopped) return;
      log('error', `stock was not read ahead: ${error instanceof Error ? error.message : 'unknown error'}`);
    });
  };
  return {
    soon: () => {
      timer = timers.after(AHEAD_AFTER_MS, read);
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}
