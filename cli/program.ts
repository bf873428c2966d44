/** The commands of `binnacle`: wiring only. */
import { Command, Option } from 'commander';
import { HOST_CRASH_POINTS } from '#db/machine.ts';
import { SERVER_CRASH_POINTS } from '#server/crashPoints.ts';
import { registerCompanyCommands } from './admin/companyCommands.ts';
import { registerJobCommands } from './admin/jobCommands.ts';
import { registerTrailCommand } from './admin/trailCommand.ts';
import { registerUserCommands } from './admin/userCommands.ts';
import { createCommandLine } from './commandLine.ts';
import { registerForecastCommands } from './forecast/forecastCommands.ts';
import { registerImportCommands } from './import/importCommands.ts';
import { registerBinderCommand } from './replica/binderCommand.ts';
import { registerAuditCommands } from './replica/auditCommands.ts';
import { registerReplicaCommands } from './replica/replicaCommands.ts';
import { registerRulesCommands } from './rules/rulesCommands.ts';
import { registerServeCommand } from './replica/serveCommand.ts';
import { registerVerifyCommand } from './replica/verifyCommand.ts';
import { registerBackupCommands } from './server/backupCommands.ts';
import { registerServerCommand } from './server/serverCommand.ts';
import { registerStartCommand } from './start/startCommand.ts';

/** Parses the arguments and runs one command; resolves when it ended. */
export async function runBinnacle(): Promise<void> {
  const program = new Command('binnacle')
    .description('Operations cockpit for multi-channel distributors')
    .addOption(new Option('--json', 'one JSON event per line instead of sentences'))
    .addOption(new Option('--ca-file <file>', 'certificates (PEM) of your own authority, for an https:// server'))
    .showHelpAfterError('(--help says more)')
    .addHelpText(
      'after',
      `
Tests of failure: BINNACLE_CLOCK_OFFSET_S=<seconds> moves the clock of this process;
BINNACLE_CRASH_AT=<point>[:<n>] ends it when it passes there (for the n-th time)
  ${[...SERVER_CRASH_POINTS, ...HOST_CRASH_POINTS].join('\n  ')}`,
    );

  const line = createCommandLine(program, process.env);
  registerStartCommand(program, line);
  registerServerCommand(program, line);
  registerBackupCommands(program, line);
  registerServeCommand(program, line);
  registerImportCommands(program, line);
  registerForecastCommands(program, line);
  registerReplicaCommands(program, line);
  registerRulesCommands(program, line);
  registerVerifyCommand(program, line);
  registerAuditCommands(program, line);
  registerBinderCommand(program, line);
  registerUserCommands(program, line);
  registerCompanyCommands(program, line);
  registerJobCommands(program, line);
  registerTrailCommand(program, line);

  await program.parseAsync();
}
