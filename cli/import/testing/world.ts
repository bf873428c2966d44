/** A server with its own database, and a command line without a terminal: everything between them is real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Output } from '#cli/output.ts';
import { connectForImport } from '#cli/import/connection.ts';
import { importOrders, type ImportSurroundings, type OrderImportOptions } from '#cli/import/orders.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import type { TestEngine } from '#server/testing/engines.ts';

export const ODDITIES = fileURLToPath(new URL('../../../tests/fixtures/orders/oddities.csv', import.meta.url));
/** Computed by hand, line by line, in tests/fixtures/orders/README.md. */
export const EXPECTED = {
  event: 'done',
  lines: 57,
  imported: 47,
  quarantined: 10,
  created: 47,
  source_total: '9007199257318.578',
  imported_total: '2560.36',
  quarantined_total: '9007199254758.219',
  rounding: '-0.001',
};
export const DEFAULTS: Omit<OrderImportOptions, 'file'> = {
  source: 'orders',
  company: undefined,
  currency: undefined,
  timeZone: undefined,
  map: undefined,
  mapOnly: false,
  yes: false,
};

export interface World {
  readonly server: RunningServer;
  readonly time: { now_ms: number };
  readonly dir: string;
  crash: string | null;
  around(user?: string): Told;
  query<T>(text: string): Promise<T[]>;
  /** What a repeat must not change. */
  written(): Promise<unknown>;
  close(): Promise<void>;
}
export interface Told {
  readonly surroundings: ImportSurroundings;
  readonly events: Readonly<Record<string, unknown>>[];
  readonly text: string[];
  event(name: string): Readonly<Record<string, unknown>>;
}

export async function startWorld(engine: TestEngine): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-imports-'));
  const time = { now_ms: Date.UTC(2026, 10, 23) };
  const world: { crash: string | null } = { crash: null };
  const clock = () => time.now_ms;
  const { database } = await engine.withDistributor();
  const server = await startServer({
    ...database,
    port: 0,
    clock,
    log: SILENT_LOG,
    crashAt: (point) => {
      if (point !== world.crash) return;
      world.crash = null;
      throw new Error(`crash at ${point}`);
    },
  });
  const query = async <T>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(server.database.db)).rows;
  return Object.assign(world, {
    server,
    time,
    dir,
    query,
    around: (user = 'admin') => tell(server.url, user),
    written: async () => {
      await server.drainNow();
      return await query(`select (select max(cp) from sync_log) as cp, (select max(seq) from sync_log) as seq,
        (select max(ver) from order_line) as ver,
        (select json_agg(json_build_array(invoice, ordinal, line_number, state, reason, fields, corrected_invoice, corrected_ordinal) order by id) from quarantine_line)::text as quarantine`);
    },
    close: async () => {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

function tell(url: string, user: string): Told {
  const events: Readonly<Record<string, unknown>>[] = [];
  const text: string[] = [];
  const output: Output = {
    json: true,
    event: (event) => void events.push(event),
    say: (sentence) => void text.push(sentence),
    data: (line) => void text.push(line),
    progress: () => {},
  };
  const connect = () => connectForImport({ fetch, sleep: async () => {}, server: url, user, password: 'demo' });
  return {
    surroundings: { output, connect, confirm: null, now: () => performance.now() },
    events,
    text,
    event: (name) => {
      const found = events.find(({ event }) => event === name);
      if (!found) throw new Error(`no event ${name} among ${events.map(({ event }) => String(event)).join(', ')}`);
      return found;
    },
  };
}

export async function run(
  world: World,
  file: string,
  options: Partial<OrderImportOptions> = {},
  user = 'admin',
): Promise<Told> {
  const told = world.around(user);
  await importOrders({ ...DEFAULTS, file, ...options }, told.surroundings);
  return told;
}
