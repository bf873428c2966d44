/** Starts the server in this process with the machine's clock and a log on stderr for what goes wrong. */
import { statfsSync } from 'node:fs';
import { BinnacleError } from '#contract/errors.ts';
import { cacheDir } from '#cli/paths.ts';
import type { OpenDatabase } from '#server/database.ts';
import { NotExposed, type ServerTls } from '#server/http/exposure.ts';
import type { ServerLog } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { DatabaseUnreachable } from '#server/watchedPool.ts';

export interface RunServerOptions {
  readonly dataDir?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly port: number;
  readonly host?: string | undefined;
  readonly publicHosts?: readonly string[] | undefined;
  readonly tls?: ServerTls | undefined;
  readonly keyFile?: Buffer | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  readonly tokenTtlS?: number | undefined;
  readonly firstPruneMs?: number | undefined;
  readonly crashAt: (point: string) => void;
  readonly clock: () => number;
}

/** Only what an operator must act on; requests and successes are not news. */
export const STDERR_LOG: ServerLog = {
  info: () => {},
  warn: (details, message) => process.stderr.write(`warning: ${message} ${JSON.stringify(details)}\n`),
  error: (details, message) => process.stderr.write(`error: ${message} ${JSON.stringify(details)}\n`),
};

/** Free room below which a database that does not open has most likely found none. */
const SCARCE_BYTES = 32 * 1024 * 1024;

/** See DatabaseOptions.onPanic. */
export function endProcess(why: string): never {
  return endSaying(
    why.includes('No space left')
      ? 'The disk of the server is full, so its database stopped. Everything acknowledged is kept. Make room, then start the server again.'
      : `The database stopped: ${why}. Everything acknowledged is kept. Start the server again.`,
  );
}

/** At once: an embedded database that gave up would be asked once more by its own listener of the end, and never answer. */
function endSaying(sentence: string): never {
  process.stderr.write(`binnacle: ${sentence}\n`);
  process.removeAllListeners('exit');
  process.exit(1);
}

function lacksRoom(dataDir: string): boolean {
  const { bavail, bsize } = statfsSync(dataDir);
  return bavail * bsize < SCARCE_BYTES;
}

export async function runServer(
  options: RunServerOptions,
  prepare: (database: OpenDatabase) => Promise<void>,
): Promise<RunningServer> {
  try {
    return await startServer({
      ...options,
      log: STDERR_LOG,
      onPanic: endProcess,
      prepare,
      templateCacheDir: cacheDir(process.platform, process.env),
    });
  } catch (error) {
    if (error instanceof NotExposed) throw new BinnacleError('not_permitted', error.message);
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new BinnacleError(
        'conflict',
        `Port ${options.port} is taken by another program. Stop it, or choose another with --port.`,
      );
    }
    if (options.databaseUrl === undefined && options.dataDir !== undefined && lacksRoom(options.dataDir)) {
      endSaying(
        `The disk that holds ${options.dataDir} is full, so the database cannot be opened. Everything acknowledged is kept. Make room, then start the server again.`,
      );
    }
    if (options.databaseUrl !== undefined && error instanceof DatabaseUnreachable) {
      throw new BinnacleError(
        'offline',
        `No PostgreSQL answers at ${new URL(options.databaseUrl).host}. Check --database-url and that it runs.`,
        true,
      );
    }
    throw error;
  }
}
