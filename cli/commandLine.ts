/** What every command is given: output, network, crash points, and one way to run and fail. */
import type { Command } from 'commander';
import { inWords } from '#db/sync/inWords.ts';
import { type FailureTests, failureTests } from '#cli/failureTests.ts';
import { trustAuthorities } from '#db/authorities.ts';
import { createOutput, errorSentence, type Output } from '#cli/output.ts';

export interface CommandLine extends FailureTests {
  readonly fetch: typeof fetch;
  /** Runs a command; a failure prints what happened to stderr and sets the exit code. */
  run(act: (output: Output) => Promise<void>): Promise<void>;
}

export function createCommandLine(program: Command, env: NodeJS.ProcessEnv): CommandLine {
  return {
    fetch,
    ...failureTests(env),
    async run(act) {
      const output = createOutput(program.opts()['json'] === true, process.stdout, process.stderr);
      try {
        const caFile: unknown = program.opts()['caFile'];
        if (typeof caFile === 'string') trustAuthorities(caFile);
        await act(output);
      } catch (error) {
        process.stderr.write(`binnacle: ${errorSentence(inWords(error))}\n`);
        process.exitCode = 1;
      }
    },
  };
}
