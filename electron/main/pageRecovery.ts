/**
 * A page that ended or hangs is loaded again at the same address. What was typed lies with the data service and comes
 * back; the person is asked only when it keeps ending, or when it hangs.
 */
import type { WebContents } from 'electron';

export interface RecoveryParts {
  readonly now: () => number;
  readonly after: (delay_ms: number, run: () => void) => () => void;
  /** The index of the button that was chosen. */
  readonly ask: (question: { message: string; buttons: string[] }, signal?: AbortSignal) => Promise<number>;
  readonly quit: () => void;
  readonly log: (line: string) => void;
}

type RecoveredContents = Pick<WebContents, 'on' | 'reload' | 'isDestroyed' | 'forcefullyCrashRenderer'>;

const WITHIN_MS = 60_000;
const ENDS_BEFORE_ASKING = 4;
/** Out of the event that says so: Chromium is still taking the process down. */
const RELOAD_AFTER_MS = 50;

export function recoverPage(contents: RecoveredContents, parts: RecoveryParts): void {
  let ends: number[] = [];
  let hanging: AbortController | null = null;

  const reload = (): void => {
    if (!contents.isDestroyed()) contents.reload();
  };

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    hanging?.abort();
    if (reason === 'clean-exit') return;
    parts.log(`the page ended: ${reason} (${exitCode})`);
    const now_ms = parts.now();
    ends = [...ends.filter((at_ms) => now_ms - at_ms < WITHIN_MS), now_ms];
    if (ends.length < ENDS_BEFORE_ASKING) {
      parts.after(RELOAD_AFTER_MS, reload);
      return;
    }
    const message = `The window ended ${ends.length} times within a minute (${reason}). What you typed is kept.`;
    void parts.ask({ message, buttons: ['Load it again', 'Quit'] }).then((chosen) => {
      if (chosen === 1) return parts.quit();
      ends = [];
      reload();
    });
  });

  contents.on('unresponsive', () => {
    if (hanging) return;
    const asking = new AbortController();
    hanging = asking;
    parts.log('the page does not answer');
    const message = 'The window does not answer. What you typed is kept if you load it again.';
    void parts.ask({ message, buttons: ['Wait', 'Load it again'] }, asking.signal).then((chosen) => {
      if (hanging === asking) hanging = null;
      // its end loads it again, at the same place
      if (chosen === 1 && !asking.signal.aborted && !contents.isDestroyed()) contents.forcefullyCrashRenderer();
    });
  });
  contents.on('responsive', () => {
    hanging?.abort();
    hanging = null;
  });
}
