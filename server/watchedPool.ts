/**
 * Connections to PostgreSQL that are watched: one that neither answers nor breaks would hold its statement, and all who
 * wait for the same reading, for ever. A long statement is no such thing, and only PostgreSQL can tell the two apart: a
 * session that waits for its client while its client waits for it has lost the way between them.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';

/** The database was not reached, or the way to it was lost under a statement. Asked again, it is another connection. */
export class DatabaseUnreachable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseUnreachable';
  }
}

/** A reading, or what may be done twice, once more when its connection was lost. */
export async function onceMore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable)) throw error;
    return await read();
  }
}

export interface WatchedPoolOptions {
  readonly config: pg.ClientConfig;
  readonly max: number;
  /** A statement that took longer is asked after. */
  readonly stalled_ms: number;
}

/** A session waiting for its client in the middle of a statement is slow at first, and lost when found so again and again. */
const LOST_AFTER_LOOKS = 3;
/** How many times `stalled_ms` a new connection may take, and a statement while not even those are answered. */
const PATIENCE_TIMES = 2;

interface Running {
  readonly client: pg.PoolClient;
  readonly pid: number;
  readonly since_ms: number;
  looks: number;
  given_up: boolean;
}

export function watchedPool({ config, max, stalled_ms }: WatchedPoolOptions): PostgresPool {
  const patient = { ...config, connectionTimeoutMillis: PATIENCE_TIMES * stalled_ms };
  // Said here and not to the pool, which would bound the wait for a free connection by it too.
  class PatientClient extends pg.Client {
    constructor() {
      super(patient);
    }
  }
  const pool = new pg.Pool({ ...config, max, Client: PatientClient });
  // An idle connection that breaks is replaced by the pool; the next statement reports what matters.
  pool.on('error', () => {});
  // One that breaks under a transaction tells its statement too; unheard, the event would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));

  const running = new Set<Running>();
  const answered_at_ms = new WeakMap<pg.PoolClient, number>();
  /** Since when a statement waits that was lost: who has not answered after it may have lost the way as well. */
  let suspect_since_ms = 0;
  let looking = false;

  const look = async (): Promise<void> => {
    const now_ms = performance.now();
    const late = [...running].filter(({ since_ms, given_up }) => !given_up && now_ms - since_ms > stalled_ms);
    if (looking || late.length === 0) return;
    looking = true;
    try {
      const lost = await withConnection(patient, stalled_ms, async (asker) => {
        const pids = late.map(({ pid }) => pid);
        const waits = await whoWaits(asker, pids);
        if (waits === null) return [];
        const found = late.filter((each) => running.has(each) && isLost(each, waits.get(each.pid) ?? 'gone'));
        // its locks go with it, among them the drain's
        await asker.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [found.map(({ pid }) => pid)]);
        return found;
      });
      for (const each of lost) giveUp(each);
    } catch (error) {
      // it refuses, so it is there, and of the statements nothing is known
      if (error instanceof pg.DatabaseError) return;
      for (const each of late) {
        if (performance.now() - each.since_ms > PATIENCE_TIMES * stalled_ms) giveUp(each);
      }
    } finally {
      looking = false;
    }
  };
  const giveUp = (each: Running): void => {
    if (!running.has(each)) return;
    each.given_up = true;
    suspect_since_ms = Math.max(suspect_since_ms, each.since_ms);
    each.client.end().catch(() => undefined);
  };
  const watch = setInterval(() => void look(), stalled_ms / 4);
  watch.unref();

  const ask = async (client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const each: Running = { client, pid: pidOf(client), since_ms: performance.now(), looks: 0, given_up: false };
    running.add(each);
    try {
      const result = await client.query(text, [...values]);
      answered_at_ms.set(client, performance.now());
      return result;
    } catch (error) {
      if (error instanceof pg.DatabaseError && !isFarewell(error)) throw error;
      throw new DatabaseUnreachable(
        `the database did not answer, and its connection was given up: ${String(error)}`,
        error,
      );
    } finally {
      running.delete(each);
    }
  };

  const connect = async (): Promise<PostgresPoolClient> => {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        if (error instanceof pg.DatabaseError || pool.ending) throw error;
        throw new DatabaseUnreachable(`the database is not reached: ${String(error)}`, error);
      });
      const good_at_ms = answered_at_ms.get(client) ?? Number.POSITIVE_INFINITY;
      if (good_at_ms > suspect_since_ms) return watched(client, ask);
      breakOff(client);
    }
  };
  return {
    options: pool.options,
    connect,
    end: async () => {
      await pool.end();
      clearInterval(watch);
    },
  };
}

function watched(
  client: pg.PoolClient,
  ask: (client: pg.PoolClient, text: string, values: readonly unknown[]) => Promise<pg.QueryResult>,
): PostgresPoolClient {
  const query: unknown = async (text: string, values: readonly unknown[]) => await ask(client, text, values);
  return {
    processID: pidOf(client),
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  };
}

/** Its process at PostgreSQL. */
function pidOf(client: pg.ClientBase): number {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
}

/** Without the farewell, which a lost way would keep it waiting for. */
function breakOff(client: pg.PoolClient): void {
  client.query('select 1').catch(() => undefined);
  client.release(true);
}

/** The server ends the session, or is not up: no answer to the statement. */
function isFarewell(error: pg.DatabaseError): boolean {
  return error.code?.startsWith('57P0') === true;
}

type Waits = 'works' | 'for its client' | 'within a statement' | 'gone';

/**
 * What each of those sessions does; one that has only just ended its statement works: its answer is on the way. Null when
 * something that shares connections lies between: the processes are then not the ones we were told.
 */
async function whoWaits(asker: pg.Client, pids: readonly number[]): Promise<ReadonlyMap<number, Waits> | null> {
  const own = await asker.query<{ pid: number }>('select pg_backend_pid() as pid');
  if (own.rows[0]?.pid !== pidOf(asker)) return null;
  const { rows } = await asker.query<{ pid: number; waits: Waits }>(
    `select pid, case
        when state like 'idle%' and state_change < clock_timestamp() - interval '1 second' then 'for its client'
        when wait_event in ('ClientRead', 'ClientWrite') and state = 'active' then 'within a statement'
        else 'works' end as waits
      from pg_stat_activity where pid = any($1::int[])`,
    [pids],
  );
  return new Map(rows.map(({ pid, waits }) => [pid, waits]));
}

function isLost(each: Running, waits: Waits): boolean {
  each.looks = waits === 'within a statement' ? each.looks + 1 : 0;
  return waits === 'gone' || waits === 'for its client' || each.looks >= LOST_AFTER_LOOKS;
}

async function withConnection<T>(
  config: pg.ClientConfig,
  most_ms: number,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  await client.connect();
  const deadline = setTimeout(() => void client.end().catch(() => undefined), most_ms);
  try {
    return await use(client);
  } finally {
    clearTimeout(deadline);
    client.end().catch(() => undefined);
  }
}
