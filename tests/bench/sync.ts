/** A real server and a real workstation, each in a process of its own, over loopback HTTP; raw inserts beside them. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { replicaDdl } from '#db/schema/replicaDdl.ts';
import type { ReplicaService } from '#db/service.ts';
import { ownKeys } from '#db/session/ownFiles.ts';
import { DEMO_PASSWORD } from '#server/demo/accounts.ts';
import { median, type Report } from './harness.ts';
import { withReplica } from './liveReplica.ts';
import { BENCH_USER } from './orders.ts';
import { answerOf, type ServerProcess, startServerProcess } from './serverProcess.ts';
import type { Loaded } from './syncClient.ts';

const LIVE_CHANGES = 25;
const LARGE_TRANSACTION_ROWS = 5_000;
const RAW_BLOCK_ROWS = 20_000;

export interface SyncBenchOptions {
  readonly order_lines: number;
  /** Keeps the server's database in this folder and uses it again; without it the database lives in memory. */
  readonly server_dir: string | undefined;
}

export async function benchSync(report: Report, options: SyncBenchOptions): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-bench-'));
  const server = await startServerProcess(options);
  try {
    const { seeded_ms = 0, seeded_rows = 0, peak_mb = 0, url = '' } = server.started;
    if (seeded_ms > 0) {
      report.value('seed the server', seeded_ms / 1000, 's');
      report.value('seed the server, rows per second', (seeded_rows / seeded_ms) * 1000, 'rows/s');
      report.value('server memory at its highest, seeding', peak_mb, 'MB');
    }
    await bootstrap(report, server, url, options.order_lines, dir);
    await liveChanges(report, server);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function bootstrap(
  report: Report,
  server: ServerProcess,
  url: string,
  order_lines: number,
  dir: string,
): Promise<void> {
  const client = fork(new URL('./syncClient.ts', import.meta.url), [url, join(dir, 'replica')]);
  const loaded = (await answerOf(client)) as Loaded;
  if (loaded.rows < order_lines) throw new Error(`the bootstrap brought only ${loaded.rows} rows`);
  if (!loaded.equal) throw new Error('the replica does not equal the server');
  report.value('rows in the replica', loaded.rows, 'rows');
  report.value('bootstrap: first rows', loaded.first_rows_ms / 1000, 's');
  report.value('bootstrap: stock screen', loaded.stock_ms / 1000, 's');
  report.value('bootstrap: complete, every block checked', loaded.complete_ms / 1000, 's');
  report.value('bootstrap over loopback', (loaded.rows / loaded.complete_ms) * 1000, 'rows/s');
  const raw = await rawInserts(dir, url);
  report.value('raw inserts of the same rows', (raw.rows / raw.spent_ms) * 1000, 'rows/s');
  report.ratio('bootstrap over loopback', 'raw inserts of the same rows');
  report.value('a click while idle, p95', loaded.idle.p95_ms, 'ms');
  report.value('a click while loading, p50', loaded.clicks.p50_ms, 'ms');
  report.value('a click while loading, p95', loaded.clicks.p95_ms, 'ms');
  report.value('a click while loading, worst', loaded.clicks.worst_ms, 'ms');
  report.value('the service held up while loading, longest', loaded.held_up_ms, 'ms');
  report.value('host memory at its highest', loaded.peak_mb, 'MB');
  report.value('server memory at its highest, serving', (await server.ask('stats')).peak_mb ?? 0, 'MB');
  report.value('write-ahead log at its largest', loaded.log_peak_mb, 'MB');
  report.value('replica on disk', loaded.file_mb, 'MB');
  report.value('plain SQLite of the same rows', raw.plain_mb, 'MB');
  report.ratio('replica on disk', 'plain SQLite of the same rows');
  report.value('verify what is worked with, the first time', loaded.quick_first_ms, 'ms');
  report.value('verify the whole replica', loaded.verify_ms, 'ms');
  report.value('verify what is worked with, the rest by sums', loaded.quick_ms, 'ms');
}

/** The replica's very rows, read again and inserted one by one into a file with the same tables; only writing counts. */
async function rawInserts(dir: string, url: string): Promise<{ rows: number; spent_ms: number; plain_mb: number }> {
  const [own] = await ownKeys({
    dataDir: join(dir, 'replica'),
    server_url: url,
    user_name: BENCH_USER,
    password: DEMO_PASSWORD,
  });
  if (!own) throw new Error('the replica has a file and a key');
  const settings = { synchronous: 'NORMAL', cache_kib: 64_000 } as const;
  const source = openConnection({ file: own.file, raw_hex: own.raw_hex, readonly: true, ...settings });
  const encrypted = openConnection({ file: join(dir, 'raw.db'), raw_hex: own.raw_hex, ...settings });
  const plain_file = join(dir, 'plain.db');
  const plain = new Database(plain_file);
  plain.pragma('journal_mode = OFF');
  plain.pragma('synchronous = OFF');
  for (const statement of replicaDdl()) {
    encrypted.exec(statement);
    plain.exec(statement);
  }
  let rows = 0;
  let spent_ms = 0;
  for (const table of WIRE_TABLES) {
    const names = ['id', 'ver', 'bucket', ...table.columns.map((column) => column.name)];
    const insertSql = `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    const into = (connection: Connection) => {
      const statement = connection.prepare(insertSql);
      return connection.transaction((block: readonly unknown[][]) => {
        for (const row of block) statement.run(row);
      });
    };
    const intoEncrypted = into(encrypted);
    const intoPlain = into(plain);
    for (const block of blocks(source, table.name, names)) {
      const started = performance.now();
      intoEncrypted(block);
      spent_ms += performance.now() - started;
      intoPlain(block);
      rows += block.length;
    }
  }
  for (const connection of [source, encrypted, plain]) connection.close();
  return { rows, spent_ms, plain_mb: statSync(plain_file).size / 1e6 };
}

function* blocks(source: Connection, table: string, names: readonly string[]): Generator<unknown[][]> {
  let block: unknown[][] = [];
  for (const row of source
    .prepare<[], unknown[]>(`SELECT ${names.join(', ')} FROM ${table}`)
    .raw()
    .iterate()) {
    block.push(row);
    if (block.length < RAW_BLOCK_ROWS) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** From the commit on the server to the moment the replica tells its screens. */
async function liveChanges(report: Report, server: ServerProcess): Promise<void> {
  await withReplica(server, 'warehouse', async (service) => {
    const spent: number[] = [];
    for (let change = 0; change < LIVE_CHANGES; change++) {
      spent.push(await seen(service, () => server.ask({ touch: 1 })));
    }
    report.value('one change seen on another client, p50', median(spent), 'ms');
    report.value(
      'a 5,000-row transaction seen on another client',
      await seen(service, () => server.ask({ touch: LARGE_TRANSACTION_ROWS })),
      'ms',
    );
  });
}

/** Milliseconds from the start of the change to the replica's `changed` event. */
async function seen(service: ReplicaService, change: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const changed = new Promise<number>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the change was not seen within 30 s')), 30_000);
    const stop = service.onEvent((message) => {
      if (message.event !== 'changed') return;
      clearTimeout(limit);
      stop();
      resolve(performance.now() - started);
    });
  });
  await change();
  return await changed;
}
