/** What every command is given: output, network, crash points, and one way to run and fail. */
import type { Command } from 'commander';
import { trustAuthorities } from '#db/authorities.ts';
import { createOutput, errorSentence, type Output } from '#cli/output.ts';

export interface CommandLine {
  readonly fetch: typeof fetch;
  /** Ends the process at a named point when BINNACLE_CRASH_AT asks for it: for tests of failure. */
  readonly crashAt: (point: string) => void;
  /** Runs a command; a failure prints what happened to stderr and sets the exit code. */
  run(act: (output: Output) => Promise<void>): Promise<void>;
}

export function createCommandLine(program: Command, env: NodeJS.ProcessEnv): CommandLine {
  const wanted = env['BINNACLE_CRASH_AT'];
  return {
    fetch,
    crashAt: (point) => {
      if (wanted === point) process.kill(process.pid, 'SIGKILL');
    },
    async run(act) {
      const output = createOutput(program.opts()['json'] === true, process.stdout, process.stderr);
      try {
        const caFile: unknown = program.opts()['caFile'];
        if (typeof caFile === 'string') trustAuthorities(caFile);
        await act(output);
      } catch (error) {
        process.stderr.write(`binnacle: ${errorSentence(error)}\n`);
        process.exitCode = 1;
      }
    },
  };
}
