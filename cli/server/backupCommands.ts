/** `binnacle backup` and `binnacle restore`: the server's whole database as one file, and a server from it. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { dataDirOf } from '#cli/paths.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { openServerSession } from '#cli/session/serverSession.ts';
import type { BackupManifest } from '#server/backup/manifest.ts';

interface BackupCommandOptions {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly out?: string;
  readonly server?: string;
  readonly user: string;
  readonly passwordFile?: string;
}
interface RestoreCommandOptions {
  readonly file: string;
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly check?: boolean;
}

const Made = z.object({ file: z.string(), checkpoint: z.number(), made_at: z.string(), bytes: z.number() });

export function registerBackupCommands(program: Command, line: CommandLine): void {
  program
    .command('backup')
    .description('write the server’s whole database into one file; it holds all data in plain, so keep it safe')
    .option('--out <file>', 'the file; with --server the running server names it')
    .option('--data-dir <dir>', 'folder of a server that is stopped')
    .option('--database-url <url>', 'PostgreSQL; the server may run')
    .option('--server <url>', 'a running server writes the backup beside its database')
    .option('--user <name>', 'with --server: an administrator', 'admin')
    .option('--password-file <file>', 'with --server: file holding the password')
    .action((options: BackupCommandOptions) =>
      line.run(async (output) => {
        if (options.server !== undefined) {
          const made = await askServer(line, options);
          output.event({ event: 'backup', ...made }, `${made.file}: everything up to checkpoint ${made.checkpoint}.`);
          return;
        }
        if (options.out === undefined) throw new BinnacleError('bad_arguments', 'Name the file with --out.');
        const { summaryOf } = await import('./parts.ts');
        const manifest = await fromFiles(line, { ...options, out: options.out });
        output.event(
          { event: 'backup', file: resolve(options.out), ...summaryOf(manifest) },
          `${resolve(options.out)}: everything up to checkpoint ${manifest.checkpoint}.`,
        );
      }),
    );
  program
    .command('restore')
    .description('make a server’s database from a backup, in a new folder or an empty PostgreSQL database')
    .requiredOption('--file <file>', 'the backup')
    .option('--data-dir <dir>', 'new folder of the embedded database')
    .option('--database-url <url>', 'empty PostgreSQL database')
    .option('--check', 'only hold every file of the backup against its manifest')
    .action((options: RestoreCommandOptions) =>
      line.run(async (output) => {
        const { checkBackup, endProcess, restoreBackup, summaryOf } = await import('./parts.ts');
        if (options.check === true) {
          const manifest = await checkBackup(options.file);
          output.event(
            { event: 'checked', ...summaryOf(manifest) },
            `Whole: made ${manifest.made_at}, everything up to checkpoint ${manifest.checkpoint}.`,
          );
          return;
        }
        const { databaseUrl } = options;
        const dataDir = databaseUrl === undefined ? join(dataDirOf(options.dataDir), 'server') : undefined;
        const manifest = await restoreBackup({
          file: options.file,
          dataDir,
          databaseUrl,
          clock: line.clock,
          crashAt: line.crashAt,
          onPanic: endProcess,
        });
        output.event(
          { event: 'restored', ...summaryOf(manifest) },
          `Restored to ${manifest.made_at}. Workstations load afresh and offer again what was accepted after it.`,
        );
      }),
    );
}

async function fromFiles(
  line: CommandLine,
  options: BackupCommandOptions & { readonly out: string },
): Promise<BackupManifest> {
  const { endProcess, isNewDataDir, makeBackup, openDatabase } = await import('./parts.ts');
  const { databaseUrl } = options;
  const dataDir = join(dataDirOf(options.dataDir), 'server');
  if (databaseUrl === undefined && isNewDataDir(dataDir)) {
    throw new BinnacleError('not_found', `There is no database in ${dataDir}. Name its folder with --data-dir.`);
  }
  const database = await openDatabase(databaseUrl === undefined ? { dataDir, onPanic: endProcess } : { databaseUrl });
  try {
    return await makeBackup({ database, databaseUrl, file: options.out, clock: line.clock, crashAt: line.crashAt });
  } finally {
    await database.close();
  }
}

async function askServer(line: CommandLine, options: BackupCommandOptions): Promise<z.infer<typeof Made>> {
  if (options.out !== undefined) {
    throw new BinnacleError('bad_arguments', 'A running server names the file itself: leave --out away.');
  }
  if (options.passwordFile === undefined) throw new BinnacleError('bad_arguments', '--server needs --password-file.');
  const password = readPasswordFile(options.passwordFile);
  const session = await openServerSession(line.fetch, options.server ?? '', options.user, password);
  try {
    return Made.parse(await session.request('POST', '/admin/backup'));
  } finally {
    await session.close();
  }
}
