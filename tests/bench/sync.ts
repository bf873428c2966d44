/** A real server on the embedded database and a real replica over loopback HTTP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { openConnection } from '#db/connection.ts';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { replicaDdl } from '#db/schema/replicaDdl.ts';
import { createReplicaService, type ReplicaService } from '#db/service.ts';
import { DEMO_PASSWORD } from '#server/demo/accounts.ts';
import { seedDemo } from '#server/demo/seed.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { median, type Report, timed } from './harness.ts';
import { demoBatches, rowInserter, SEED, wireRows } from './orders.ts';

const LIVE_CHANGES = 25;
const LARGE_TRANSACTION_ROWS = 5_000;

export async function benchSync(report: Report, order_lines: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-bench-'));
  const clock = () => Date.now();
  const today = dayNumber('2026-11-20');
  if (today === null) throw new Error('no such day');
  const size = { order_lines, items: 460, customers: 260 };
  let server: RunningServer | undefined;
  let service: ReplicaService | undefined;
  try {
    let seeded_ms = 0;
    server = await startServer({
      port: 0,
      clock,
      log: SILENT_LOG,
      prepare: async ({ db }) => {
        seeded_ms = await timed(() => seedDemo(db, { clock, size, seed: SEED, today }));
      },
    });
    report.value('seed the server', seeded_ms / 1000, 's');
    service = createReplicaService({
      dataDir: join(dir, 'replica'),
      serverUrl: server.url,
      device: 'bench',
      fetch,
      clock,
      random: machineRandom(),
      timers: machineTimers(),
      readers: 'inline',
      background: false,
      log: () => undefined,
    });
    await bootstrap(report, service, order_lines, dir);
    await service.close();
    service = undefined;
    await liveChanges(report, server, join(dir, 'live'));
  } finally {
    await service?.close();
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function bootstrap(report: Report, service: ReplicaService, order_lines: number, dir: string): Promise<void> {
  await service.signIn({ user_name: 'controller', password: DEMO_PASSWORD });
  let rows = 0;
  const synced_ms = await timed(async () => {
    rows = (await service.syncOnce()).rows;
  });
  if (rows < order_lines) throw new Error(`the bootstrap brought only ${rows} rows`);
  report.value('bootstrap over loopback', (rows / synced_ms) * 1000, 'rows/s');
  const raw = await rawInserts(join(dir, 'raw.db'), order_lines);
  report.value('raw inserts of the same rows', (raw.rows / raw.spent_ms) * 1000, 'rows/s');
  report.ratio('bootstrap over loopback', 'raw inserts of the same rows');
  report.value('verify the whole replica', await timed(() => service.verify()), 'ms');
}

/** The rows are made beforehand: only writing them counts. */
async function rawInserts(file: string, order_lines: number): Promise<{ rows: number; spent_ms: number }> {
  const batches = [...demoBatches(order_lines)].map((batch) => ({ table: batch.table, rows: wireRows(batch) }));
  const connection = openConnection({ file, raw_hex: 'c4'.repeat(32), synchronous: 'NORMAL', cache_kib: 64_000 });
  for (const statement of replicaDdl()) connection.exec(statement);
  const spent_ms = await timed(() => {
    for (const { table, rows } of batches) {
      const insert = rowInserter(connection, table);
      connection.transaction(() => insert(rows))();
    }
  });
  connection.close();
  return { rows: batches.reduce((sum, { rows }) => sum + rows.length, 0), spent_ms };
}

/** From the commit on the server to the moment the replica tells its screens. */
async function liveChanges(report: Report, server: RunningServer, dataDir: string): Promise<void> {
  const service = createReplicaService({
    dataDir,
    serverUrl: server.url,
    device: 'bench',
    fetch,
    clock: () => Date.now(),
    random: machineRandom(),
    timers: machineTimers(),
    readers: 'inline',
    log: () => undefined,
  });
  try {
    await service.signIn({ user_name: 'warehouse', password: DEMO_PASSWORD });
    await service.syncOnce();
    await until(() => service.pill().connection === 'live', 60_000);
    const spent: number[] = [];
    for (let change = 0; change < LIVE_CHANGES; change++) spent.push(await seen(service, () => touch(server, 1)));
    report.value('one change seen on another client, p50', median(spent), 'ms');
    report.value(
      'a 5,000-row transaction seen on another client',
      await seen(service, () => touch(server, LARGE_TRANSACTION_ROWS)),
      'ms',
    );
  } finally {
    await service.close();
  }
}

/** Milliseconds from the start of the change to the replica's `changed` event. */
async function seen(service: ReplicaService, change: () => Promise<void>): Promise<number> {
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

/** One committed transaction that changes that many stock balances; drained as after any write of the server. */
async function touch(server: RunningServer, rows: number): Promise<void> {
  await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + 1000
            where id in (select id from stock_balance order by id limit ${rows})`.execute(server.database.db);
  await server.drainNow();
}

async function until(condition: () => boolean, limit_ms: number): Promise<void> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > limit_ms) throw new Error('the replica did not come live');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
