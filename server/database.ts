/** Opens the database: embedded PGlite in a directory, or PostgreSQL by URL. The one edge where column values are parsed. */
import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { lockDataDir } from './dataDirLock.ts';
import { isLoopbackHost } from '#contract/serverAddress.ts';
import type { Database, ServerSchema } from './schema/database.ts';
import { prepareDataDir, isNewDataDir } from './template.ts';
import { watchedPool } from './watchedPool.ts';

export interface DatabaseOptions {
  /** Directory of the embedded PGlite; without it and without a URL the database lives in memory. */
  readonly dataDir?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** A tar made by PGlite's dumpDataDir: a new database starts from it and saves the time of initdb. */
  readonly template?: Blob | undefined;
  /** Where such an image is kept between first starts; of this user alone. Without it every new directory runs initdb. */
  readonly templateCacheDir?: string | undefined;
  /**
   * The embedded database gave up, most likely because its log found no room on the disk. Its next statement would never
   * return and stop this process for ever, so whoever is called here ends the process at once. What was committed is kept.
   */
  readonly onPanic?: ((why: string) => void) | undefined;
  /** Pool size on PostgreSQL. */
  readonly maxConnections?: number | undefined;
  /** ABANDONED_MS unless given. */
  readonly abandonedMs?: number | undefined;
  /** STALLED_MS unless given. */
  readonly stalledMs?: number | undefined;
}

export interface OpenDatabase {
  readonly db: Database;
  readonly engine: 'pglite' | 'postgres';
  /** False when rows may travel to another machine. */
  readonly local: boolean;
  /** Hears other servers' checkpoints; on PGlite there is no other server and nothing is ever heard. */
  listen(channel: string, heard: () => void): Promise<() => Promise<void>>;
  /** Copies the embedded database's files into a new folder, as they are between two statements. Null elsewhere. */
  readonly copyFiles: ((folder: string) => Promise<void>) | null;
  close(): Promise<void>;
}

const RECONNECT_MS = 1000;
/**
 * A machine that vanishes inside a transaction leaves its locks behind, the drain's among them, and nothing of it says so.
 * PostgreSQL ends a transaction that has waited this long for its next statement: far longer than any of ours computes.
 */
const ABANDONED_MS = 15_000;
/** A statement of PostgreSQL that took longer is asked after on another connection: see watchedPool.ts. */
const STALLED_MS = 3000;
/** A connection that only listens is asked whether it is there, after this many times STALLED_MS without a word. */
const PULSE_TIMES = 2;
const OID = { int8: 20, date: 1082 } as const;

/** int8 as a number where it is exact (all stored values are), else as a BigInt: never a rounded number. */
function parseInt8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
const sameText = (text: string): string => text;

export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  if (options.databaseUrl !== undefined) return openPostgres(options.databaseUrl, options);
  return await openPglite(options);
}

async function openPglite(options: DatabaseOptions): Promise<OpenDatabase> {
  const release = options.dataDir === undefined ? async () => {} : await lockDataDir(options.dataDir);
  try {
    return await startPglite(options, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function startPglite(options: DatabaseOptions, release: () => Promise<void>): Promise<OpenDatabase> {
  const { dataDir, templateCacheDir } = options;
  if (dataDir !== undefined && templateCacheDir !== undefined && isNewDataDir(dataDir)) {
    await prepareDataDir(dataDir, templateCacheDir);
  }
  const template = dataDir === undefined || isNewDataDir(dataDir) ? options.template : undefined;
  const pglite = await PGlite.create({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    // The log of what was written is kept no longer than this behind a checkpoint (server/jobs makes them).
    startParams: [...PGlite.defaultStartParams, '-c', 'max_wal_size=128MB', '-c', 'min_wal_size=32MB'],
    ...(template === undefined ? {} : { loadDataDir: template }),
    parsers: { [OID.int8]: parseInt8, [OID.date]: sameText },
    serializers: { [pgliteTypes.DATE]: String },
  });
  const db = new Kysely<ServerSchema>({
    dialect: new PGliteDialect({ pglite }),
    log: (event) => {
      if (event.level === 'error' && isPanic(event.error)) options.onPanic?.(event.error.message);
    },
  });
  await sql`set time zone 'UTC'`.execute(db);
  return {
    db,
    engine: 'pglite',
    local: true,
    listen: async () => async () => {},
    copyFiles:
      dataDir === undefined
        ? null
        : async (folder) => {
            await sql`checkpoint`.execute(db);
            await pglite.runExclusive(() => cp(dataDir, folder, { recursive: true, mode: constants.COPYFILE_FICLONE }));
          },
    close: async () => {
      await db.destroy();
      await release();
    },
  };
}

function isPanic(error: unknown): error is Error {
  return error instanceof Error && 'severity' in error && error.severity === 'PANIC';
}

function openPostgres(url: string, options: DatabaseOptions): OpenDatabase {
  const { maxConnections = 10, abandonedMs = ABANDONED_MS, stalledMs = STALLED_MS } = options;
  const types = new pg.TypeOverrides();
  types.setTypeParser(OID.int8, parseInt8);
  types.setTypeParser(OID.date, sameText);
  const config = {
    connectionString: url,
    // Short statements only: compiling them costs more than running them.
    options: `-c jit=off -c timezone=UTC -c idle_in_transaction_session_timeout=${abandonedMs}`,
    types,
  };
  const pool = watchedPool({ config, max: maxConnections, stalled_ms: stalledMs });
  const db = new Kysely<ServerSchema>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    engine: 'postgres',
    local: isLoopbackUrl(url),
    listen: async (channel, heard) => await listenForever(config, stalledMs, channel, heard),
    copyFiles: null,
    close: async () => await db.destroy(),
  };
}

/**
 * Listens on a connection of its own and comes back when it breaks, or answers nothing any more; what was missed meanwhile
 * counts as heard.
 */
async function listenForever(
  config: pg.ClientConfig,
  stalled_ms: number,
  channel: string,
  heard: () => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let current: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: PULSE_TIMES * stalled_ms });
    client.on('notification', heard);
    // 'end' follows every broken connection; without a listener an 'error' would end the process.
    client.on('error', () => {});
    let pulse: NodeJS.Timeout | undefined;
    client.once('end', () => {
      clearTimeout(pulse);
      if (!stopped) retry = setTimeout(reconnect, RECONNECT_MS);
    });
    current = client;
    await client.connect();
    // what is said on a quiet connection is the only sign that anything would be heard on it
    const ask = async (text: string): Promise<void> => {
      const deadline = setTimeout(() => void client.end().catch(() => undefined), stalled_ms);
      await client.query(text).finally(() => clearTimeout(deadline));
      pulse = setTimeout(() => void ask('select 1').catch(() => undefined), PULSE_TIMES * stalled_ms);
      pulse.unref();
    };
    await ask(`listen ${client.escapeIdentifier(channel)}`);
  };
  const reconnect = (): void => {
    connect().then(heard, () => undefined);
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await current?.end().catch(() => undefined);
  };
}

function isLoopbackUrl(url: string): boolean {
  const parsed = new URL(url);
  const socket = parsed.searchParams.get('host');
  if (socket !== null) return socket.startsWith('/') || isLoopbackHost(socket);
  return parsed.hostname === '' || isLoopbackHost(parsed.hostname);
}
