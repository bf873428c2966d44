/** What every command is given: output, network, crash points, and one way to run and fail. */
import type { Command } from 'commander';
import { inWords } from '#db/sync/inWords.ts';
import { createOutput, errorSentence, type Output } from '#cli/output.ts';

export interface CommandLine {
  readonly fetch: typeof fetch;
  /** Ends the process at a named point when BINNACLE_CRASH_AT asks for it: for tests of failure. */
  readonly crashAt: (point: string) => void;
  /** This machine's clock, moved by BINNACLE_CLOCK_OFFSET_S: for tests of clocks that are wrong. */
  readonly clock: () => number;
  /** Runs a command; a failure prints what happened to stderr and sets the exit code. */
  run(act: (output: Output) => Promise<void>): Promise<void>;
}

export function createCommandLine(program: Command, env: NodeJS.ProcessEnv): CommandLine {
  const [wanted, time = '1'] = (env['BINNACLE_CRASH_AT'] ?? '').split(':');
  let left = Number(time);
  const offset_ms = 1000 * Number(env['BINNACLE_CLOCK_OFFSET_S'] ?? 0);
  if (!Number.isFinite(offset_ms)) throw new Error('BINNACLE_CLOCK_OFFSET_S is no number of seconds');
  return {
    fetch,
    crashAt: (point) => {
      if (wanted !== point) return;
      left -= 1;
      if (left <= 0) process.kill(process.pid, 'SIGKILL');
    },
    clock: () => Date.now() + offset_ms,
    async run(act) {
      const output = createOutput(program.opts()['json'] === true, process.stdout, process.stderr);
      try {
        await act(output);
      } catch (error) {
        process.stderr.write(`binnacle: ${errorSentence(inWords(error))}\n`);
        process.exitCode = 1;
      }
    },
  };
}
