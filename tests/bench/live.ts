/**
 * From a person's note on one workstation to another's replica: over one server on either engine, over two on one
 * PostgreSQL; and how long nothing arrives when the server that drains is killed, or its machine vanishes.
 */
import { loadavg } from 'node:os';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { ReplicaService } from '#db/service.ts';
import { findPostgres, startCluster } from '#server/testing/postgres.ts';
import { percentiles, type Report } from './harness.ts';
import { withReplica } from './liveReplica.ts';
import { type ServerProcess, startServerProcess } from './serverProcess.ts';

const NOTES = 40;
const FALLS = 3;
const PATIENCE_MS = 90_000;
/** Two people who see each other's notes and the stock. */
const WRITER = 'planner';
const READER = 'controller';

export async function benchLive(report: Report, options: { readonly order_lines: number }): Promise<void> {
  const { order_lines } = options;
  const embedded = await startServerProcess({ order_lines });
  try {
    report.value('load of the machine', loadavg()[0] ?? 0, 'load');
    await notes(report, 'embedded', embedded, embedded);
  } finally {
    await embedded.stop();
  }
  const postgres = findPostgres();
  if (postgres.bin === null) {
    console.warn(`not measured on PostgreSQL: ${postgres.why}`);
    return;
  }
  const cluster = await startCluster(postgres.bin, { durable: true });
  try {
    const database_url = await cluster.createDatabase();
    const one = await startServerProcess({ order_lines, database_url });
    try {
      await notes(report, 'PostgreSQL', one, one);
      const two = await startServerProcess({ order_lines, database_url });
      try {
        await notes(report, 'PostgreSQL, two servers', one, two);
        await takeovers(report, { order_lines, database_url }, two);
      } finally {
        await two.stop();
      }
    } finally {
      await one.stop();
    }
  } finally {
    await cluster.stop();
  }
}

/** Written at one server, read at the other. */
async function notes(report: Report, name: string, here: ServerProcess, there: ServerProcess): Promise<void> {
  await withReplica(here, WRITER, async (writer) => {
    await withReplica(there, READER, async (reader) => {
      const seen: number[] = [];
      const decided: number[] = [];
      for (let note = 0; note < NOTES; note++) {
        const started = performance.now();
        const arrived = changed(reader, 'item_note');
        const own = outcome(writer);
        await writer.call('addItemNote', { item_id: here.started.item_id ?? 0, body: `note ${note}` });
        seen.push((await arrived) - started);
        decided.push((await own) - started);
      }
      const [half, most] = percentiles(seen);
      report.value(`${name}: a note seen by another, p50`, half, 'ms');
      report.value(`${name}: a note seen by another, p95`, most, 'ms');
      report.value(`${name}: its writer knows the outcome, p50`, percentiles(decided)[0], 'ms');
    });
  });
}

async function takeovers(
  report: Report,
  options: { readonly order_lines: number; readonly database_url: string },
  stays: ServerProcess,
): Promise<void> {
  await withReplica(stays, READER, async (reader) => {
    for (const how of ['SIGKILL', 'SIGSTOP'] as const) {
      const took: number[] = [];
      for (let fall = 0; fall < (how === 'SIGKILL' ? FALLS : 1); fall++) {
        const falls = await startServerProcess(options);
        try {
          const started = performance.now();
          const arrived = changed(reader, 'stock_balance');
          falls.tell({ fall: how });
          took.push((await arrived) - started);
        } finally {
          await falls.kill();
        }
      }
      const name = how === 'SIGKILL' ? 'the draining server is killed' : 'its machine vanishes';
      report.value(`${name}: the change it was draining is seen after, at most`, Math.max(...took), 'ms');
    }
  });
}

/** When rows of that table came to the replica. */
async function changed(service: ReplicaService, table: WireTableName): Promise<number> {
  return await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`nothing of ${table} was seen`)), PATIENCE_MS);
    const stop = service.onEvent((message) => {
      if (message.event !== 'changed' || !message.data.tables.includes(table)) return;
      clearTimeout(limit);
      stop();
      resolve(performance.now());
    });
  });
}

/** When the newest of one's own changes was decided and its rows were there. */
async function outcome(service: ReplicaService): Promise<number> {
  return await changed(service, 'mutation_outcome');
}
