/** The clock everybody is given, each with an offset of their own, and the timers that run on it. */
import type { TimerHandle, Timers } from '#db/machine.ts';

interface Timer {
  readonly at_ms: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class VirtualTime {
  /** In the last of the months the business writes in: figures are of months that have begun. */
  now_ms = 1_795_600_000_000;
  private timers: Timer[] = [];
  private made = 0;

  after(delay_ms: number, run: () => void): TimerHandle {
    this.made += 1;
    const timer: Timer = { at_ms: this.now_ms + delay_ms, order: this.made, run, cancelled: false };
    this.timers.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  /** Timers of one process: they end with it. */
  timersOf(isAlive: () => boolean): Timers {
    return {
      after: (delay_ms, run) =>
        this.after(delay_ms, () => {
          if (!isAlive()) return;
          try {
            run();
          } catch (error) {
            // it may die in a timer as anywhere else
            if (isAlive()) throw error;
          }
        }),
    };
  }

  advance(by_ms: number): void {
    this.now_ms += by_ms;
    const due = this.timers
      .filter((timer) => timer.at_ms <= this.now_ms)
      .toSorted((a, b) => a.at_ms - b.at_ms || a.order - b.order);
    this.timers = this.timers.filter((timer) => timer.at_ms > this.now_ms && !timer.cancelled);
    for (const timer of due) if (!timer.cancelled) timer.run();
  }
}
