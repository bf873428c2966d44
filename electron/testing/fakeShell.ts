/** The real shell on the fake of Electron, with clocks and timers that a test moves by hand. */
import type { ShellParts } from '../main/shell.ts';
import { startShell } from '../main/shell.ts';
import type { FakeElectron } from './fakeElectron.ts';

export interface FakeTimer {
  readonly delay_ms: number;
  readonly run: () => void;
  cancelled: boolean;
}

export interface FakeShell {
  /** Every timer the shell set, oldest first; a test runs them. */
  readonly timers: FakeTimer[];
  now_ms: number;
  /** Lets what was promised happen. */
  settle(): Promise<void>;
}

export function startFakeShell(
  fake: FakeElectron,
  argv: readonly string[],
  more: Partial<Pick<ShellParts, 'platform' | 'loadUpdater'>> = {},
): FakeShell {
  const timers: FakeTimer[] = [];
  const shell: FakeShell = {
    timers,
    now_ms: 0,
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
  startShell({
    electron: fake.parts,
    argv,
    platform: 'linux',
    dist: '/opt/binnacle/dist',
    icon: undefined,
    device: 'bench-3',
    nonce: () => 'abc',
    now: () => shell.now_ms,
    wallClock: () => 0,
    after: (delay_ms, run) => {
      const timer = { delay_ms, run, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    loadUpdater: () => Promise.reject(new Error('no updater here')),
    ...more,
  });
  return shell;
}
