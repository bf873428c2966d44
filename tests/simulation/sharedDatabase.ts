/**
 * One PGlite that several app nodes share, a statement at a time. Nobody runs a statement before the simulation grants it,
 * so it decides who goes next, which statement fails, and between which two statements a node dies.
 */
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PGliteDialect,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { OpenDatabase } from '#server/database.ts';
import type { ServerSchema } from '#server/schema/database.ts';
import { PlannedQueries } from './plannedQueries.ts';
import type { Pulse } from './pulse.ts';

/** A process on the server's side; when it is dead nothing of it ever runs on. */
export interface Tenant {
  readonly name: string;
  alive: boolean;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}
/** Changes a statement before it runs, or answers in its place: how a fault is planted into the server. */
export type Bend = (
  statement: Statement,
  ask: (statement: Statement) => Promise<readonly unknown[]>,
) => Bent | Promise<Bent>;
type Bent = Statement | { readonly rows: readonly unknown[] };

/** What becomes of the granted statement. */
export type Fate = 'runs' | 'refused' | 'crash before' | 'crash behind';

interface Holder {
  readonly tenant: Tenant;
  inTransaction: boolean;
  /** True while the transaction holds the row that makes a leader. */
  leads: boolean;
}
interface Waiting {
  readonly tenant: Tenant;
  readonly grant: (holder: Holder) => void;
}
interface Pending {
  readonly holder: Holder;
  readonly statement: Statement;
  readonly resolve: (rows: QueryResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

const OID = { int8: 20, date: 1082 } as const;

/** As server/database.ts reads values. */
const PARSERS = {
  parsers: {
    [OID.int8]: (text: string): number | bigint => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)),
    [OID.date]: (text: string): string => text,
  },
  serializers: { [pgliteTypes.DATE]: String },
};

/** It lies in memory: what guards against a torn disk is only work. */
const NO_CARE_FOR_THE_DISK = ['full_page_writes=off', 'wal_init_zero=off'].flatMap((setting) => ['-c', setting]);

export class SerializationFailure extends Error {
  readonly code = '40001';
}

export class SharedDatabase {
  private readonly pulse: Pulse;
  pglite: PGlite;
  bend: Bend | undefined;
  /** Runs behind every commit, before anyone else's statement. */
  committed: (statement: string) => Promise<void> = async () => {};
  private readonly listeners = new Set<{
    readonly tenant: Tenant;
    readonly channel: string;
    readonly heard: () => void;
  }>();
  /** Said in the open transaction, heard when it commits. */
  private saying = new Set<string>();
  private waiting: Waiting[] = [];
  private holder: Holder | null = null;
  private pending: Pending | null = null;
  private planned: PlannedQueries | undefined;

  constructor(pulse: Pulse, pglite: PGlite) {
    this.pulse = pulse;
    this.pglite = pglite;
  }

  static async load(image: Blob, wasm: WebAssembly.Module): Promise<PGlite> {
    const pglite = await PGlite.create({
      loadDataDir: image,
      pgliteWasmModule: wasm,
      startParams: [...PGlite.defaultStartParams, ...NO_CARE_FOR_THE_DISK],
      ...PARSERS,
    });
    await pglite.exec("set time zone 'UTC'");
    return pglite;
  }

  /** The database as one node opens it. */
  open(tenant: Tenant): OpenDatabase {
    const db = new Kysely<ServerSchema>({ dialect: this.dialect(tenant) });
    return {
      db,
      engine: 'pglite',
      local: true,
      listen: async (channel, heard) => {
        const listener = { tenant, channel, heard };
        this.listeners.add(listener);
        return async () => {
          this.listeners.delete(listener);
        };
      },
      copyFiles: null,
      close: async () => await db.destroy(),
    };
  }

  /** As NOTIFY tells all nodes of one database. */
  notify(channel: string): void {
    for (const listener of this.listeners) {
      if (listener.tenant.alive && listener.channel === channel) listener.heard();
    }
    this.pulse.beat();
  }

  /** How many different things could happen next: one when somebody holds the connection, else one for each who waits. */
  choices(): number {
    if (this.pending) return 1;
    return this.holder ? 0 : this.waiting.length;
  }

  idle(): boolean {
    return this.holder === null;
  }

  /** What would run next, when that is decided. */
  next(): { readonly tenant: Tenant; readonly statement: Statement; readonly leads: boolean } | null {
    if (!this.pending) return null;
    const { holder, statement } = this.pending;
    return { tenant: holder.tenant, statement, leads: holder.leads };
  }

  /** Grants the connection to one who waits, or decides the fate of the statement at hand. Returns what died. */
  async advance(choice: number, fate: Fate): Promise<Tenant | null> {
    const { pending } = this;
    if (!pending) {
      const [chosen] = this.waiting.splice(choice, 1);
      if (!chosen || this.holder) throw new Error('there is nothing to grant');
      this.holder = { tenant: chosen.tenant, inTransaction: false, leads: false };
      chosen.grant(this.holder);
      await this.pulse.settle();
      return null;
    }
    this.pending = null;
    const { holder } = pending;
    if (fate === 'crash before') return await this.kill(holder.tenant);
    if (fate === 'refused') {
      await this.abort(holder, pending.statement);
      pending.reject(new SerializationFailure('could not serialize access (simulated)'));
      await this.pulse.settle();
      return null;
    }
    let outcome: () => void;
    try {
      const result = await this.run(holder, pending.statement);
      outcome = () => pending.resolve(result);
    } catch (error) {
      outcome = () => pending.reject(error);
    }
    if (fate === 'crash behind') return await this.kill(holder.tenant);
    outcome();
    await this.pulse.settle();
    return null;
  }

  /** The process is gone: what it had not committed is rolled back, and nothing of it hears of anything again. */
  async kill(tenant: Tenant): Promise<Tenant> {
    tenant.alive = false;
    this.waiting = this.waiting.filter((each) => each.tenant !== tenant);
    if (this.pending?.holder.tenant === tenant) this.pending = null;
    if (this.holder?.tenant === tenant) {
      if (this.holder.inTransaction) await this.pglite.query('rollback');
      this.saying = new Set();
      this.holder = null;
    }
    await this.pulse.settle();
    return tenant;
  }

  /** As the database does it: a failed statement takes its transaction along. */
  private async abort(holder: Holder, statement: Statement): Promise<void> {
    if (!holder.inTransaction) return;
    if (statement.sql === 'commit') {
      await this.pglite.query('rollback');
      holder.inTransaction = false;
      holder.leads = false;
    } else await this.pglite.query('select 1 / 0').catch(() => undefined);
  }

  private async run(holder: Holder, statement: Statement): Promise<QueryResult<unknown>> {
    if (this.planned?.pglite !== this.pglite) this.planned = new PlannedQueries(this.pglite);
    const { planned } = this;
    const ask = async ({ sql, parameters }: Statement): Promise<readonly unknown[]> =>
      (await planned.query(sql, parameters)).rows;
    const bent = (await this.bend?.(statement, ask)) ?? statement;
    if ('rows' in bent) return { rows: [...bent.rows], numAffectedRows: 0n };
    const { rows, affectedRows } = await planned.query(bent.sql, bent.parameters);
    const text = bent.sql.trim().toLowerCase();
    const said = /^select pg_notify\(\$1/.exec(text) ? bent.parameters[0] : undefined;
    if (typeof said === 'string') this.saying.add(said);
    if (text === 'begin') holder.inTransaction = true;
    else if (text === 'commit' || text === 'rollback') {
      holder.inTransaction = false;
      holder.leads = false;
    } else if (text.includes('"sync_cp" for update')) holder.leads = true;
    if (!holder.inTransaction) {
      // whoever only read has committed nothing
      if (!/^(select|rollback)\b/.test(text)) await this.committed(text);
      const heard = [...this.saying];
      this.saying = new Set();
      if (text !== 'rollback') for (const channel of heard) this.notify(channel);
    }
    return { rows, ...(affectedRows === undefined ? {} : { numAffectedRows: BigInt(affectedRows) }) };
  }

  private dialect(tenant: Tenant): Dialect {
    return {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => this.driver(tenant),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    };
  }

  private driver(tenant: Tenant): Driver {
    const holders = new WeakMap<DatabaseConnection, Holder>();
    const execute = (holder: Holder, statement: Statement): Promise<QueryResult<unknown>> =>
      new Promise((resolve, reject) => {
        if (!tenant.alive) return;
        if (this.holder !== holder || this.pending) throw new Error('a statement without the connection');
        this.pending = { holder, statement, resolve, reject };
        this.pulse.beat();
      });
    const raw = async (connection: DatabaseConnection, text: string): Promise<void> => {
      const holder = holders.get(connection);
      if (!holder) throw new Error('an unknown connection');
      await execute(holder, { sql: text, parameters: [] });
    };
    return {
      init: async () => {},
      acquireConnection: () =>
        new Promise((resolve) => {
          if (!tenant.alive) return;
          this.waiting.push({
            tenant,
            grant: (holder) => {
              const connection: DatabaseConnection = {
                executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> =>
                  (await execute(holder, { sql: query.sql, parameters: query.parameters })) as QueryResult<R>,
                streamQuery: () => {
                  throw new Error('nothing is streamed');
                },
              };
              holders.set(connection, holder);
              resolve(connection);
            },
          });
          this.pulse.beat();
        }),
      beginTransaction: async (connection) => await raw(connection, 'begin'),
      commitTransaction: async (connection) => await raw(connection, 'commit'),
      rollbackTransaction: async (connection) => await raw(connection, 'rollback'),
      releaseConnection: async (connection) => {
        if (this.holder !== null && holders.get(connection) === this.holder) this.holder = null;
        this.pulse.beat();
      },
      destroy: async () => {},
    };
  }
}

/** Past every node and every fault: what the world does to the database. */
export function besideNodes({ pglite }: Pick<SharedDatabase, 'pglite'>): Kysely<ServerSchema> {
  return new Kysely({ dialect: new PGliteDialect({ pglite }) });
}
