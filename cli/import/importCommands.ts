/** `binnacle import …` and `binnacle quarantine …`. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { connectForImport } from './connection.ts';
import { type ImportSurroundings, importOrders } from './orders.ts';
import { exportQuarantine, listQuarantine, retryQuarantine } from './quarantine.ts';

interface ConnectionFlags {
  readonly server?: string;
  readonly user: string;
  readonly passwordFile?: string;
}
interface PlaceFlags extends ConnectionFlags {
  readonly source: string;
  readonly company?: string;
}

export function registerImportCommands(program: Command, line: CommandLine): void {
  const imports = program.command('import').description('read files into the server');
  withPlace(withConnection(imports.command('orders').description('import order lines from a CSV file, plain or gzip')))
    .requiredOption('--file <file>', 'the file: F.csv or F.csv.gz')
    .option('--map <file>', 'JSON map of columns; guessed otherwise')
    .option('--map-only', 'print the guessed map and import nothing')
    .option('--currency <code>', 'currency of a new company, such as GBP')
    .option('--time-zone <zone>', 'time zone of a new company, such as Europe/London')
    .option('-y, --yes', 'use the guessed map without asking')
    .action(
      (
        flags: PlaceFlags & {
          file: string;
          map?: string;
          mapOnly?: boolean;
          currency?: string;
          timeZone?: string;
          yes?: boolean;
        },
      ) =>
        line.run(async (output) => {
          const { file, source, company, currency, timeZone, map } = flags;
          await importOrders(
            {
              file,
              source,
              company,
              currency,
              timeZone,
              map,
              mapOnly: flags.mapOnly === true,
              yes: flags.yes === true,
            },
            surroundings(line, output, flags),
          );
        }),
    );
  registerQuarantine(program.command('quarantine'), line);
}

function registerQuarantine(quarantine: Command, line: CommandLine): void {
  quarantine.description('lines that could not be imported: list, export for correction, retry');
  withPlace(withConnection(quarantine.command('list').description('every quarantined line with its reason'))).action(
    (flags: PlaceFlags) =>
      line.run(async (output) => {
        await listQuarantine({ source: flags.source, company: flags.company }, surroundings(line, output, flags));
      }),
  );
  withPlace(withConnection(quarantine.command('export').description('the quarantined lines as CSV, to be corrected')))
    .option('--file <file>', 'where to write; standard output otherwise')
    .action((flags: PlaceFlags & { file?: string }) =>
      line.run(async (output) => {
        const { source, company, file } = flags;
        await exportQuarantine({ source, company, file }, surroundings(line, output, flags));
      }),
    );
  withPlace(withConnection(quarantine.command('retry').description('import corrected lines under their old identity')))
    .requiredOption('--file <file>', 'the corrected export')
    .action((flags: PlaceFlags & { file: string }) =>
      line.run(async (output) => {
        const { source, company, file } = flags;
        await retryQuarantine({ source, company, file }, surroundings(line, output, flags));
      }),
    );
}

/** Not `requiredOption`: `--map-only` works without a server. */
function withConnection(command: Command): Command {
  return command
    .option('--server <url>', 'address of the central server')
    .option('--user <name>', 'who imports', 'admin')
    .option('--password-file <file>', 'file holding that account’s password');
}

function withPlace(command: Command): Command {
  return command
    .option(
      '--source <name>',
      'the system the orders come from: with invoice and ordinal it identifies a line',
      'orders',
    )
    .option('--company <code>', 'import into this existing company instead of the source’s own');
}

function surroundings(line: CommandLine, output: Output, flags: ConnectionFlags): ImportSurroundings {
  const askable = !output.json && process.stdin.isTTY && process.stdout.isTTY;
  return {
    output,
    connect: async () => {
      if (flags.server === undefined)
        throw new BinnacleError('bad_arguments', 'Say which server: --server http://127.0.0.1:PORT.');
      if (flags.passwordFile === undefined)
        throw new BinnacleError('bad_arguments', 'Give the password in a file: --password-file F.');
      return await connectForImport({
        fetch: line.fetch,
        sleep: async (milliseconds) => await sleep(milliseconds),
        server: flags.server,
        user: flags.user,
        password: readPasswordFile(flags.passwordFile),
      });
    },
    confirm: askable ? confirmOnTerminal : null,
    now: () => performance.now(),
  };
}

async function confirmOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
