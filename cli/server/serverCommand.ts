/** `binnacle server`: the central server by itself. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { dataDirOf } from '#cli/paths.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { untilStopped } from '#cli/session/untilStopped.ts';
import type { ServerTls } from '#server/http/exposure.ts';
import { DEMO_SIZE_NAMES, type DemoSizeName, isDemoSizeName } from '#server/demo/size.ts';

export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is 0 to 65535');
  return port;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0');
  return value;
}

export function seedNumber(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) throw new InvalidArgumentError('a whole number');
  return seed;
}

/** The sizes worth offering are named; a smaller one, for tests, is taken too. */
export function demoSizeOption(description: string): Option {
  const names = DEMO_SIZE_NAMES.join(', ');
  return new Option('--size <size>', `${description}: ${names}`).default('demo').argParser((text: string) => {
    if (!isDemoSizeName(text)) throw new InvalidArgumentError(`one of ${names}`);
    return text;
  });
}

interface ServerCommandOptions {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly port: number;
  readonly host?: string;
  readonly publicHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly keyFile?: string;
  readonly trustedProxy?: readonly string[];
  readonly size: DemoSizeName;
  readonly seed: number;
  readonly empty?: boolean;
  readonly adminPasswordFile?: string;
  readonly tokenTtl?: number;
  readonly pruneAfter?: number;
}

export function registerServerCommand(program: Command, line: CommandLine): void {
  program
    .command('server')
    .description('run the central server; a new database is filled with the demo distributor unless --empty')
    .option('--data-dir <dir>', 'folder of the embedded database')
    .option('--database-url <url>', 'PostgreSQL 15 or newer instead of the embedded database')
    .option('--port <port>', 'TCP port, 0 = any free one', portNumber, 0)
    .option('--host <address>', 'address to listen on; beyond this machine only with TLS', '127.0.0.1')
    .option('--public-host <name...>', 'names people reach the server by')
    .option('--tls-cert <file>', 'certificate chain (PEM)')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--key-file <file>', 'at least 32 random bytes that lock the evidence; keep it apart from the backups')
    .option('--trusted-proxy <address...>', 'TLS ends at a proxy with this address; nobody else is answered')
    .addOption(demoSizeOption('size of the demo'))
    .option('--seed <number>', 'seed of the demo: the same seed gives the same rows', seedNumber, 1)
    .option('--empty', 'no demo data; an administrator account only')
    .option(
      '--admin-password-file <file>',
      'with --empty: the administrator’s password; otherwise a one-time code is printed',
    )
    .option('--token-ttl <seconds>', 'life of an access token, for tests of expiry', positiveNumber)
    .option('--prune-after <seconds>', 'first look for an old change log, for tests of its removal', positiveNumber)
    .action((options: ServerCommandOptions) =>
      line.run(async (output) => {
        const { prepareContents, runServer } = await import('./parts.ts');
        const dataDir = join(dataDirOf(options.dataDir), 'server');
        if (options.databaseUrl === undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
        const adminPassword =
          options.adminPasswordFile === undefined ? undefined : readPasswordFile(options.adminPasswordFile);
        const running = await runServer(
          {
            dataDir: options.databaseUrl === undefined ? dataDir : undefined,
            databaseUrl: options.databaseUrl,
            port: options.port,
            host: options.host,
            publicHosts: options.publicHost,
            tls: readTls(options),
            keyFile: options.keyFile === undefined ? undefined : readBytes(options.keyFile),
            trustedProxies: options.trustedProxy,
            tokenTtlS: options.tokenTtl,
            firstPruneMs: options.pruneAfter === undefined ? undefined : options.pruneAfter * 1000,
            crashAt: line.crashAt,
            clock: line.clock,
          },
          async (database) => {
            await prepareContents(
              database,
              {
                empty: options.empty === true,
                adminPassword,
                size: options.size,
                seed: options.seed,
                host: options.host ?? '127.0.0.1',
                clock: line.clock,
                crashAt: line.crashAt,
              },
              output,
            );
          },
        );
        // who hears that it listens may stop it in the same moment
        const stopped = untilStopped(process);
        output.event(
          { event: 'listening', url: running.url },
          `The server listens on ${running.url}. Ctrl+C stops it.`,
        );
        await stopped;
        await running.close();
      }),
    );
}

function readTls({ tlsCert, tlsKey }: ServerCommandOptions): ServerTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new BinnacleError('bad_arguments', '--tls-cert and --tls-key belong together.');
  }
  return { cert: readPem(tlsCert), key: readPem(tlsKey) };
}

function readPem(file: string): string {
  return readBytes(file).toString('utf8');
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new BinnacleError('bad_arguments', `Cannot read ${file}. Check the path and its permissions.`);
  }
}
