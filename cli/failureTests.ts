/** What the environment asks of a process for tests of failure: to end at a named point, to believe in another time. */

export interface FailureTests {
  /** Ends the process where BINNACLE_CRASH_AT=<point>[:<n>] says, when it passes there for the n-th time. */
  readonly crashAt: (point: string) => void;
  /** This machine's clock, moved by BINNACLE_CLOCK_OFFSET_S. */
  readonly clock: () => number;
}

export function failureTests(env: NodeJS.ProcessEnv): FailureTests {
  const [wanted, time = '1'] = (env['BINNACLE_CRASH_AT'] ?? '').split(':');
  let left = Number(time);
  const offset_ms = 1000 * Number(env['BINNACLE_CLOCK_OFFSET_S'] ?? 0);
  if (!Number.isFinite(offset_ms)) throw new Error('BINNACLE_CLOCK_OFFSET_S is no number of seconds');
  return {
    crashAt: (point) => {
      if (wanted !== point) return;
      left -= 1;
      if (left <= 0) process.kill(process.pid, 'SIGKILL');
    },
    clock: () => Date.now() + offset_ms,
  };
}
