/** What the service takes from the machine it runs on; each is an argument, so that tests and simulations decide. */
import { randomBytes, randomUUID } from 'node:crypto';

export interface RandomSource {
  bytes(count: number): Uint8Array;
  uuid(): string;
  /** In [0, 1). */
  fraction(): number;
}

export interface TimerHandle {
  cancel(): void;
}
export interface Timers {
  after(delay_ms: number, run: () => void): TimerHandle;
}

/** Messages never hold passwords, tokens, keys or row contents. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export type CrashAt = (point: string) => void;

/** Where a test may end the process, in the order they are passed. */
export const HOST_CRASH_POINTS = [
  'host.work.migrate.before_commit',
  'host.queue.before_commit',
  'host.queue.committed',
  'host.begin.committed',
  'host.scope.committed',
  'host.load.staged',
  'host.apply.before_commit',
  'host.apply.committed',
  'host.index.made',
  'host.push.before_send',
  'host.push.sent',
  'host.outcomes.before_commit',
  'host.reset.before_commit',
  'host.columns.before_commit',
  'host.columns.committed',
] as const;

export function machineRandom(): RandomSource {
  return {
    bytes: (count) => randomBytes(count),
    uuid: () => randomUUID(),
    fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  };
}

export function machineTimers(): Timers {
  return {
    after: (delay_ms, run) => {
      const handle = setTimeout(run, delay_ms);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}
