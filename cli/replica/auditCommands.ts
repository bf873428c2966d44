/** Looking into one's own files: `key` (for opening them with other tools) and `dump` (every row as JSON). */
import type { Command } from 'commander';
import type { CommandLine } from '#cli/commandLine.ts';
import { dataDirOf } from '#cli/paths.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { type ReplicaOptions, serverUrlFor, withReplicaOptions } from './asking.ts';

export function registerAuditCommands(program: Command, line: CommandLine): void {
  withReplicaOptions(
    program.command('key').description('the raw keys of one’s own files, for audit with other tools'),
    'optional',
  ).action((options: ReplicaOptions) =>
    line.run(async (output) => {
      const { ownKeys } = await import('#db/session/ownFiles.ts');
      for (const { cipher, file, raw_hex } of await ownKeys(whose(options))) {
        output.event({ event: 'key', cipher, file, raw_hex }, `${file}  ${cipher}  ${raw_hex}`);
      }
    }),
  );

  withReplicaOptions(
    program.command('dump').description('every row of one’s own replica as JSON lines'),
    'optional',
  ).action((options: ReplicaOptions) =>
    line.run(async (output) => {
      const { dumpReplica } = await import('#db/session/ownFiles.ts');
      await dumpReplica(whose(options), (row) => output.data(JSON.stringify(row)));
    }),
  );
}

function whose(options: ReplicaOptions) {
  const dataDir = dataDirOf(options.dataDir);
  return {
    dataDir,
    server_url: serverUrlFor(dataDir, options.user, options.server),
    user_name: options.user,
    password: readPasswordFile(options.passwordFile),
  };
}
