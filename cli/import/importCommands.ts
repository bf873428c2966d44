/** `binnacle import …` and `binnacle quarantine …`. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { importKind, isKindName, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import { ordersTemplate } from '#domain/imports/orders/orderKind.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { connectForImport } from './connection.ts';
import { importFile, printHeld, printTemplate } from './fileImport.ts';
import { exportRefused, type FileQuarantineOptions, listRefused, retryRefused } from './fileQuarantine.ts';
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
    .option('--file <file>', 'the file: F.csv or F.csv.gz')
    .option('--template', 'print a file to start from and import nothing')
    .option('--map <file>', 'JSON map of columns; guessed otherwise')
    .option('--map-only', 'print the guessed map and import nothing')
    .option('--currency <code>', 'currency of a new company, such as GBP')
    .option('--time-zone <zone>', 'time zone of a new company, such as Europe/London')
    .option('-y, --yes', 'use the guessed map without asking')
    .action(
      (
        flags: PlaceFlags & {
          file?: string;
          template?: boolean;
          map?: string;
          mapOnly?: boolean;
          currency?: string;
          timeZone?: string;
          yes?: boolean;
        },
      ) =>
        line.run(async (output) => {
          const { file, source, company, currency, timeZone, map } = flags;
          if (flags.template === true) {
            output.data(ordersTemplate().trimEnd());
            return;
          }
          if (file === undefined) throw new BinnacleError('bad_arguments', 'Say which file: --file F.csv.');
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
  for (const kind of KIND_NAMES) registerKind(imports, kind, line);
  registerQuarantine(program.command('quarantine'), line);
}

interface FileFlags extends ConnectionFlags {
  readonly file?: string;
  readonly template?: boolean;
  readonly company?: string;
  readonly companyName?: string;
  readonly currency?: string;
  readonly timeZone?: string;
  readonly source: string;
  readonly map?: string;
  readonly mapOnly?: boolean;
  readonly dryRun?: boolean;
  readonly complete?: boolean;
  readonly held?: boolean;
  readonly makeMissing?: boolean;
  readonly yes?: boolean;
}

function registerKind(imports: Command, kind: KindName, line: CommandLine): void {
  const { title, about, many } = importKind(kind);
  const files = kind === 'statements' ? 'F.csv, F.csv.gz, or the bank’s own: CAMT.053 or MT940' : 'F.csv or F.csv.gz';
  const command = withConnection(imports.command(kind).summary(`import ${many}`).description(`${title}. ${about}`))
    .option('--file <file>', `the file: ${files}`)
    .option('--template', 'print a file to start from and import nothing')
    .option('--company <code>', 'the company it goes into')
    .option('--company-name <name>', 'name of a new company')
    .option('--currency <code>', 'currency of a new company, such as GBP; makes it when it does not exist')
    .option('--time-zone <zone>', 'time zone of a new company, such as Europe/London')
    .option('--source <name>', 'the system the rows come from', 'files')
    .option('--map <file>', 'JSON map of columns; guessed otherwise')
    .option('--map-only', 'print the guessed map and import nothing')
    .option('--dry-run', 'say what would be created, changed and refused, and apply nothing')
    .option('--make-missing', 'make sites, suppliers and accounts that the file names and the company lacks')
    .option('-y, --yes', 'use the guessed map without asking');
  if (kind === 'stock') command.option('--complete', 'balances the file does not name become 0 at the sites it names');
  if (kind === 'tasks' || kind === 'methods')
    command.option('--held', 'print what the company has, as a file that goes in again');
  command.action((flags: FileFlags) =>
    line.run(async (output) => {
      if (flags.template === true) {
        printTemplate(kind, output);
        return;
      }
      const { file, company, companyName, currency, timeZone, source, map } = flags;
      if (flags.held === true) {
        if (company === undefined) throw new BinnacleError('bad_arguments', 'Say of which company: --company CODE.');
        await printHeld(kind, company, surroundings(line, output, flags));
        return;
      }
      if (file === undefined) throw new BinnacleError('bad_arguments', 'Say which file: --file F.csv.');
      if (company === undefined && flags.mapOnly !== true)
        throw new BinnacleError('bad_arguments', 'Say into which company: --company CODE.');
      await importFile(
        {
          kind,
          file,
          company: company ?? '',
          companyName,
          currency,
          timeZone,
          source,
          map,
          mapOnly: flags.mapOnly === true,
          dryRun: flags.dryRun === true,
          complete: flags.complete === true,
          makeMissing: flags.makeMissing === true,
          yes: flags.yes === true,
        },
        surroundings(line, output, flags),
      );
    }),
  );
}

/** The kind of the quarantine asked for; undefined = orders. Throws on a name that is none. */
function fileQuarantine(flags: PlaceFlags & { readonly kind?: string }): FileQuarantineOptions | undefined {
  const { kind, company } = flags;
  if (kind === undefined || kind === 'orders') return undefined;
  if (!isKindName(kind))
    throw new BinnacleError('bad_arguments', `--kind ${kind}: one of orders, ${KIND_NAMES.join(', ')}.`);
  if (company === undefined) throw new BinnacleError('bad_arguments', 'Say of which company: --company CODE.');
  return { kind, company };
}

function registerQuarantine(quarantine: Command, line: CommandLine): void {
  quarantine.description('lines that could not be imported: list, export for correction, retry');
  withKind(quarantine.command('list').description('every quarantined line with its reason')).action(
    (flags: PlaceFlags & { kind?: string }) =>
      line.run(async (output) => {
        const around = surroundings(line, output, flags);
        const ofFile = fileQuarantine(flags);
        if (ofFile) await listRefused(ofFile, around);
        else await listQuarantine({ source: flags.source, company: flags.company }, around);
      }),
  );
  withKind(quarantine.command('export').description('the quarantined lines as CSV, to be corrected'))
    .option('--file <file>', 'where to write; standard output otherwise')
    .action((flags: PlaceFlags & { file?: string; kind?: string }) =>
      line.run(async (output) => {
        const { source, company, file } = flags;
        const around = surroundings(line, output, flags);
        const ofFile = fileQuarantine(flags);
        if (ofFile) await exportRefused({ ...ofFile, file }, around);
        else await exportQuarantine({ source, company, file }, around);
      }),
    );
  withKind(quarantine.command('retry').description('import corrected lines under their old identity'))
    .requiredOption('--file <file>', 'the corrected export')
    .action((flags: PlaceFlags & { file: string; kind?: string }) =>
      line.run(async (output) => {
        const { source, company, file } = flags;
        const around = surroundings(line, output, flags);
        const ofFile = fileQuarantine(flags);
        if (ofFile) await retryRefused({ ...ofFile, file }, around);
        else await retryQuarantine({ source, company, file }, around);
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

function withKind(command: Command): Command {
  return withPlace(withConnection(command)).option('--kind <kind>', `orders, ${KIND_NAMES.join(', ')}`, 'orders');
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
