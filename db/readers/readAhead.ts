/**
 * What takes a while is read before anybody looks at it: stock and Today a moment after the columns are here, because the
 * first screen comes first, and Today again when rows had changed for a while. Delays are learned once Today is found, so
 * that one reader is always free for who asks. Forecasts of all positions come after that, are kept in the copy, and are
 * made again where histories changed.
 */
import { BinnacleError } from '#contract/errors.ts';
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import type { ForecastRowMade } from '#db/queries/forecast/makeForecasts.ts';
import type { Asker, ReaderJob } from './jobs.ts';
import type { Readers } from './readers.ts';

const AHEAD_AFTER_MS = 1500;
/** Changes come one after the other: looking again after each would keep a processor busy for nobody. */
const AGAIN_AFTER_MS = 120_000;
/** Forecasts go by whole months: what was ordered today changes none of them. */
const FORECASTS_AFTER_MS = 4000;
const FORECASTS_AGAIN_AFTER_MS = 30 * 60_000;

export interface ReadAheadParts {
  readonly readers: Readers;
  readonly timers: Timers;
  readonly log: Log;
  /** null while nobody is signed in. */
  readonly asker: () => Asker | null;
  /** Keeps forecasts that were made. */
  readonly keep: (made: readonly ForecastRowMade[]) => void;
}

/** Learning is worth doing again more seldom than looking: with one look in so many. */
const DELAYS_EVERY = 5;

export interface ReadAhead {
  soon(): void;
  /** Rows changed. */
  changed(): void;
  stop(): void;
}

export function createReadAhead({ readers, timers, log, asker, keep }: ReadAheadParts): ReadAhead {
  const pending = new Set<TimerHandle>();
  const due = new Set<string>();
  let begun = false;
  let stopped = false;
  let round = 0;
  /** Once, however often it is asked for meanwhile. */
  const after = (ms: number, what: string, run: () => void) => {
    if (stopped || due.has(what)) return;
    due.add(what);
    const timer = timers.after(ms, () => {
      due.delete(what);
      pending.delete(timer);
      run();
    });
    pending.add(timer);
  };
  const failed = (what: string, error: unknown) => {
    if (stopped || (error instanceof BinnacleError && error.code === 'cancelled')) return;
    log('error', `${what} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
  };
  const read = async (kind: Extract<ReaderJob['kind'], 'stockAhead' | 'todayAhead' | 'delaysAhead'>): Promise<void> => {
    const who = asker();
    if (who === null || stopped) return;
    try {
      await readers.run({ kind, asker: who }, undefined);
    } catch (error) {
      failed(kind, error);
    }
  };
  const readToday = async (): Promise<void> => {
    await read('todayAhead');
    if (round++ % DELAYS_EVERY === 0) await read('delaysAhead');
  };
  const forecasts = async (): Promise<void> => {
    const who = asker();
    if (who === null || stopped) return;
    try {
      const made = await readers.run({ kind: 'makeForecasts', asker: who }, undefined);
      if (!stopped && made.length > 0) keep(made);
    } catch (error) {
      failed('makeForecasts', error);
    }
  };
  return {
    soon: () => {
      after(AHEAD_AFTER_MS, 'first', () => {
        begun = true;
        void read('stockAhead');
        void readToday();
      });
      after(FORECASTS_AFTER_MS, 'forecasts', () => void forecasts());
    },
    changed: () => {
      if (!begun) return;
      after(AGAIN_AFTER_MS, 'today', () => void readToday());
      after(FORECASTS_AGAIN_AFTER_MS, 'forecasts', () => void forecasts());
    },
    stop: () => {
      stopped = true;
      for (const timer of pending) timer.cancel();
    },
  };
}
