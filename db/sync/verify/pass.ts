/**
 * Reads what a verification left unread, a small part at a time and with as long a rest after each: nobody's click
 * waits for it. It goes on where it was after a restart, waits while the server cannot be asked, and can be held.
 */
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import { WireFailure } from '../failure.ts';
import type { VerificationStore } from './verification.ts';

const SHORTEST_REST_MS = 50;
const TRY_AGAIN_MS = 30_000;

export interface VerifyPassParts {
  readonly store: VerificationStore;
  readonly timers: Timers;
  readonly clock: () => number;
  readonly log: Log;
  /** Reads a part; false when nothing was left. */
  readonly step: () => Promise<boolean>;
  /** False while the server cannot be asked or the copy is being loaded. */
  readonly mayRun: () => boolean;
  readonly onChange: () => void;
  readonly onBroken: (error: unknown) => void;
}

export interface VerifyPass {
  /** There may be something to read, or the server is back. */
  kick(): void;
  /** Milliseconds the rest will take at the pace so far; null until that can be told. */
  left_ms(): number | null;
  stop(): Promise<void>;
}

export function createVerifyPass(parts: VerifyPassParts): VerifyPass {
  const { store, timers, clock } = parts;
  let stopped = false;
  let running: Promise<void> | undefined;
  let rest: TimerHandle | undefined;
  let pace: { readonly at_ms: number; readonly done_rows: number } | undefined;

  const isDue = (): boolean => {
    const pass = store.pass();
    return pass !== null && !pass.paused;
  };
  const later = (ms: number): void => {
    rest?.cancel();
    rest = timers.after(ms, () => {
      rest = undefined;
      kick();
    });
  };

  const run = async (): Promise<void> => {
    const began_ms = clock();
    try {
      const more = await parts.step();
      if (stopped) return;
      parts.onChange();
      if (more) later(Math.max(SHORTEST_REST_MS, clock() - began_ms));
      else pace = undefined;
    } catch (error) {
      if (stopped) return;
      if (error instanceof WireFailure) later(TRY_AGAIN_MS);
      else {
        parts.log('error', `verifying stopped: ${error instanceof Error ? error.message : 'unknown error'}`);
        parts.onBroken(error);
      }
    }
  };

  const kick = (): void => {
    if (stopped || running || rest) return;
    if (!isDue()) {
      pace = undefined;
      return;
    }
    if (!parts.mayRun()) {
      pace = undefined;
      return;
    }
    pace ??= { at_ms: clock(), done_rows: store.pass()?.done_rows ?? 0 };
    running = run().finally(() => {
      running = undefined;
    });
  };

  return {
    kick,
    left_ms: () => {
      const pass = store.pass();
      if (!pass || !pace || pass.paused) return null;
      const read_rows = pass.done_rows - pace.done_rows;
      const took_ms = clock() - pace.at_ms;
      if (read_rows <= 0 || took_ms <= 0) return null;
      return Math.round(((pass.total_rows - pass.done_rows) / read_rows) * took_ms);
    },
    stop: async () => {
      stopped = true;
      rest?.cancel();
      await running;
    },
  };
}
