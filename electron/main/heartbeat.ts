/**
 * Whether the data service still answers. Its SQLite is synchronous, so a few seconds of silence are its work; half a
 * minute is put to the person, who waits or has it started again. Counted in beats, not by the clock: a computer that
 * slept did not miss any.
 */
export interface HeartbeatParts {
  readonly after: (delay_ms: number, run: () => void) => () => void;
  readonly beat: () => void;
  /** The index of the button that was chosen; the question goes when the service answers. */
  readonly ask: (question: { message: string; buttons: string[] }, signal: AbortSignal) => Promise<number>;
  readonly restart: () => void;
  readonly log: (line: string) => void;
}

export interface Heartbeat {
  /** The service answered. */
  heard(): void;
  stop(): void;
}

export const BEAT_EVERY_MS = 5_000;
export const SILENT_BEATS = 6;

export function startHeartbeat(parts: HeartbeatParts): Heartbeat {
  let silent = 0;
  let asking: AbortController | null = null;
  let stopped = false;
  let cancel = parts.after(BEAT_EVERY_MS, tick);

  function tick(): void {
    if (stopped) return;
    if (silent >= SILENT_BEATS && asking === null) question();
    silent++;
    parts.beat();
    cancel = parts.after(BEAT_EVERY_MS, tick);
  }

  function question(): void {
    const mine = new AbortController();
    asking = mine;
    parts.log(`the data service has not answered for ${(silent * BEAT_EVERY_MS) / 1000} s`);
    const message =
      'The data service does not answer. It may be busy with something large. What you typed and did here is kept if it is started again.';
    void parts.ask({ message, buttons: ['Wait', 'Restart the data service'] }, mine.signal).then((chosen) => {
      if (asking === mine) asking = null;
      silent = 0;
      if (chosen === 1 && !mine.signal.aborted && !stopped) parts.restart();
    });
  }

  return {
    heard() {
      silent = 0;
      asking?.abort();
      asking = null;
    },
    stop() {
      stopped = true;
      cancel();
      asking?.abort();
      asking = null;
    },
  };
}
