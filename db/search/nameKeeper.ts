/** Puts noted names into the index while nothing else happens: after rows came in, a portion at a time. */
import type { Connection } from '#db/connection.ts';
import type { TimerHandle, Timers } from '#db/machine.ts';
import { createNameIndex } from './nameIndex.ts';

/** About 10 ms: what a click or a batch of rows may have to wait for. */
const NAMES_AT_ONCE = 500;
const PAUSE_MS = 5;

export interface NameKeeper {
  /** There may be noted names. */
  kick(): void;
  /** All of them, now: for a process that ends when it is done. */
  finish(): void;
  stop(): void;
}

/** `held`: another connection is writing the file, and waiting for it would hold up everything else; kick when it is done. */
export function createNameKeeper(
  replica: Connection,
  timers: Timers,
  held: () => boolean,
  onFailure: (error: unknown) => void,
): NameKeeper {
  const index = createNameIndex(replica);
  let stopped = false;
  let timer: TimerHandle | undefined;

  const portion = (): void => {
    timer = undefined;
    if (stopped || !replica.open || held()) return;
    try {
      // somebody else's transaction comes first
      if (replica.inTransaction || index.putIn(NAMES_AT_ONCE) > 0) kick();
    } catch (error) {
      onFailure(error);
    }
  };
  const kick = (): void => {
    if (!stopped) timer ??= timers.after(PAUSE_MS, portion);
  };

  return {
    kick,
    finish: () => {
      while (!stopped && index.putIn(NAMES_AT_ONCE * 10) > 0);
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}
