/** Wires the central server together and starts it. */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { isLoopbackHost } from '#contract/serverAddress.ts';
import { type Checkpoint, PROTOCOL_VERSION } from '#contract/wire/protocol.ts';
import { demoAccounts } from './auth/accounts.ts';
import { keepClosePeople } from './auth/closePeople.ts';
import { createGuard } from './auth/guard.ts';
import { authRoutes } from './auth/routes.ts';
import { ACCESS_TTL_S, createSessionService, REFRESH_TTL_S } from './auth/sessions.ts';
import { backupRoutes } from './backup/routes.ts';
import type { Clock } from './clock.ts';
import { OverlongChanges } from './commands/overlong.ts';
import { journalRoutes } from './close/journal/exportRoute.ts';
import { carrierChargeRoutes } from './costs/chargesRoute.ts';
import { commandRoutes } from './commands/routes.ts';
import type { CrashAt } from './crashPoints.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { openEvidenceKey } from './evidence/key.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { adminRoutes } from './http/adminRoutes.ts';
import { createApp } from './http/app.ts';
import type { RouteContext } from './http/context.ts';
import { MOST_DELTA_ROWS } from './sync/delta.ts';
import { checkExposure, hostNames, type ServerTls } from './http/exposure.ts';
import { importRoutes } from './imports/routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { createJobRunner, type JobRunner, runRegularly } from './jobs/runJobs.ts';
import type { ServerLog } from './log.ts';
import { migrate } from './migrations/migrate.ts';
import { ensureIdentity, startNewEpoch } from './sync/epoch.ts';
import type { Heartbeat } from './sync/live.ts';
import { syncRoutes } from './sync/routes.ts';
import { type Sequencer, startSequencer } from './sync/sequencer.ts';
import { installTriggers } from './sync/triggers.ts';

export { type CrashAt, SERVER_CRASH_POINTS, type ServerCrashPoint } from './crashPoints.ts';

export interface ServerOptions {
  /** Directory of the embedded database; ignored with a `databaseUrl`; without either it lives in memory. */
  readonly dataDir?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** 0 = any free port. */
  readonly port: number;
  /** Address to bind, 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** Further names this server is reached by, when it is bound beyond loopback. */
  readonly publicHosts?: readonly string[] | undefined;
  readonly tls?: ServerTls | undefined;
  /** What the key file holds, by which the key of the evidence is kept sealed. */
  readonly keyFile?: Buffer | undefined;
  /** See Exposure. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly tokenTtlS?: number | undefined;
  readonly crashAt?: CrashAt | undefined;
  /** How long after the start the old change log is looked at for the first time. */
  readonly firstPruneMs?: number | undefined;
  /** See RunTimes. */
  readonly soonMs?: number | undefined;
  readonly clock: Clock;
  readonly log: ServerLog;
  /** Runs when the schema is ready and before the server listens: seeding and restoring. */
  readonly prepare?: ((database: OpenDatabase) => Promise<void>) | undefined;
  /** Safety poll for writes that came past this process. */
  readonly poll_ms?: number | undefined;
  /** Rows of one checkpoint a client is sent at most, MOST_DELTA_ROWS unless given. */
  readonly most_delta_rows?: number | undefined;
  /** See DatabaseOptions. */
  readonly onPanic?: ((why: string) => void) | undefined;
  readonly template?: Blob | undefined;
  readonly templateCacheDir?: string | undefined;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly server_id: string;
  readonly database: OpenDatabase;
  /** Drains everything committed so far; resolves to the head. */
  readonly drainNow: () => Promise<Checkpoint>;
  /** Runs the jobs that are due now; they run by themselves too. */
  readonly runDueJobs: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** On which servers of one database tell each other that a session or a grant changed. */
const ACCESS_CHANNEL = 'binnacle_access';

const VERSION = readVersion();

/**
 * Opens and migrates the database, then listens. Throws NotExposed for an address beyond this machine without TLS, and
 * before listening when a demo server would be reachable from elsewhere.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  checkExposure({ ...options, host }, options.clock());
  const crashAt = options.crashAt ?? (() => {});
  const database = await openDatabase(options);
  try {
    const { server_id } = await prepareDatabase(database, { ...options, crashAt });
    await refuseExposedDemo(database, host);
    return await listen(database, server_id, { ...options, host, crashAt });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Schema, triggers, identity, then whatever the caller loads. Triggers of another form mean row images of another form:
 * the old log cannot be mixed with the new one, so a new epoch begins and every replica loads afresh.
 */
export async function prepareDatabase(
  database: OpenDatabase,
  options: Pick<ServerOptions, 'clock' | 'prepare' | 'crashAt'>,
): Promise<{ readonly server_id: string }> {
  await migrate(database.db, undefined, options.crashAt);
  const identity = await ensureIdentity(database.db, options.clock);
  await installTriggers(database.db, (tx) => startNewEpoch(tx, options.clock));
  await options.prepare?.(database);
  await keepClosePeople(database.db);
  return identity;
}

async function refuseExposedDemo(database: OpenDatabase, host: string): Promise<void> {
  if ((await demoAccounts(database.db)).length === 0) return;
  if (!isLoopbackHost(host)) {
    throw new Error(
      `this server has demo accounts with a known password: it listens on 127.0.0.1 only, not on ${host}`,
    );
  }
  if (!database.local) {
    throw new Error('this database has demo accounts with a known password: it may only be one on this machine');
  }
}

export interface ServerNode {
  readonly app: FastifyInstance;
  readonly sequencer: Sequencer;
  readonly jobs: JobRunner;
}

export interface NodeOptions {
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly crashAt: CrashAt;
  readonly tokenTtlS?: number | undefined;
  readonly most_delta_rows?: number | undefined;
  readonly poll_ms?: number | undefined;
  readonly isOwnHost: (host: string) => boolean;
  readonly tls?: ServerTls | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  /** See ServerOptions. */
  readonly keyFile?: Buffer | undefined;
  /** See ServerOptions. */
  readonly dataDir?: string | undefined;
  /** See DELTA_ROWS. */
  readonly deltaRows?: number | undefined;
  /** Of the live streams; every 15 s unless given. */
  readonly heartbeat?: Heartbeat | undefined;
}

/** One server of an open and prepared database, listening nowhere yet. */
export async function createNode(database: OpenDatabase, server_id: string, options: NodeOptions): Promise<ServerNode> {
  const { clock, log, crashAt } = options;
  const { db } = database;
  const app = await createApp(options);
  const sequencer = await startSequencer({ database, clock, crashAt, log, poll_ms: options.poll_ms ?? 2000 });
  let recheckStreams = (): void => {};
  const accessChanged = (): void => {
    recheckStreams();
    // The embedded engine has no other server.
    if (database.engine === 'pglite') return;
    sql`select pg_notify(${ACCESS_CHANNEL}, '')`
      .execute(db)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'other servers were not told of changed access'));
  };
  const stopListening = await database.listen(ACCESS_CHANNEL, () => recheckStreams());
  app.addHook('onClose', async () => await stopListening());
  const beside = database.copyFiles && options.dataDir !== undefined ? join(dirname(options.dataDir), 'backups') : null;
  const jobs = createJobRunner({ database, clock, crashAt, kick: sequencer.kick, backups: beside }, log);
  const context: RouteContext = {
    db,
    ...createGuard(db, clock),
    kick: sequencer.kick,
    runSoon: jobs.runSoon,
    accessChanged,
    most_delta_rows: options.most_delta_rows ?? MOST_DELTA_ROWS,
    clock,
    crashAt,
    log,
    overlong: new OverlongChanges(),
  };
  const sessions = await createSessionService({
    db,
    clock,
    server_id,
    access_ttl_s: options.tokenTtlS ?? ACCESS_TTL_S,
    refresh_ttl_s: REFRESH_TTL_S,
    accessChanged,
  });

  app.get('/health', async () => ({
    ok: true,
    version: VERSION,
    server_id,
    protocol: PROTOCOL_VERSION,
    demo_accounts: await demoAccounts(db),
  }));
  authRoutes(app, sessions, context.requireUser);
  adminRoutes(app, context);
  commandRoutes(app, context);
  evidenceRoutes(app, context, await openEvidenceKey(db, options.keyFile));
  journalRoutes(app, context);
  carrierChargeRoutes(app, context);
  importRoutes(app, context);
  backupRoutes(app, context, database, beside);
  jobRoutes(app, context);
  recheckStreams = syncRoutes(app, context, sequencer, options.deltaRows, options.heartbeat).recheckAll;
  return { app, sequencer, jobs };
}

async function listen(
  database: OpenDatabase,
  server_id: string,
  options: ServerOptions & { readonly host: string; readonly crashAt: CrashAt },
): Promise<RunningServer> {
  const { log, host } = options;
  let ownHosts: ReadonlySet<string> = new Set();
  const { app, sequencer, jobs } = await createNode(database, server_id, {
    ...options,
    isOwnHost: (name) => ownHosts.has(name.toLowerCase()),
  });

  await app.listen({ host, port: options.port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  const { port } = address;
  ownHosts = hostNames(options, port);
  const url = `${options.tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  // What a crash left in the outbox becomes a checkpoint now, not at the first request.
  sequencer.kick();
  const stopJobs = runRegularly(jobs, log, { first_ms: options.firstPruneMs, soon_ms: options.soonMs });
  log.info({ url, engine: database.engine, server_id }, 'the server listens');
  if (options.trustedProxies?.length) {
    log.warn({ proxies: options.trustedProxies }, 'TLS ends at a proxy: only these addresses are answered');
  }
  return {
    url,
    port,
    server_id,
    database,
    drainNow: sequencer.drain,
    runDueJobs: jobs.runDue,
    close: async () => {
      await stopJobs();
      await app.close();
      await sequencer.close();
      await database.close();
    },
  };
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version;
  }
  throw new Error('package.json has no version');
}
