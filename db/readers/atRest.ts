/**
 * What a thread gives back when nobody asked it for a while. V8 takes garbage away only when it needs the room, and every
 * thread has a heap of its own: five of them kept several hundred megabytes of what one morning's questions had left.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TimerHandle, Timers } from '#db/machine.ts';

/** Between two clicks nobody rests. */
export const REST_AFTER_MS = 10_000;

export interface AtRest {
  /** Something was asked; the rest begins anew. */
  again(): void;
  stop(): void;
}

/** Runs `tidy` once each time nothing was asked for a while. */
export function createAtRest(timers: Timers, tidy: () => void, after_ms = REST_AFTER_MS): AtRest {
  let timer: TimerHandle | undefined;
  const stop = () => {
    timer?.cancel();
    timer = undefined;
  };
  return {
    again: () => {
      stop();
      timer = timers.after(after_ms, () => {
        timer = undefined;
        tidy();
      });
    },
    stop,
  };
}

let collect:
  | ((options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void)
  | null
  | undefined;

/** Collects this thread's heap and gives what is free of it back to the machine; nothing where V8 does not allow it. */
export function collectHeap(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : null');
    collect = typeof found === 'function' ? (found as NonNullable<typeof collect>) : null;
  }
  // the flavour that shrinks: an ordinary collection keeps the room for what may come
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
