/**
 * The same rows and the same work on Binnacle and on Zero, beside each other on this machine, as one table:
 * `node tests/rivals/run.ts [--lines N]`. Zero comes from the npm registry into a temporary folder that is removed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findPostgres, startCluster } from '#server/testing/postgres.ts';
import { median } from '../bench/harness.ts';
import { startServerProcess } from '../bench/serverProcess.ts';
import { endFamilies } from '../process/family.ts';
import { freePort } from '../process/world.ts';
import { type Awaited, type Loaded, nextOf, type Seen } from './messages.ts';
import { changeStock, copyPlain, sizesOf } from './source.ts';
import { installZero, startZero, ZERO_VERSION } from './zero.ts';

const LIVE_CHANGES = 25;
/** Stock balances changed in one transaction, where there are as many. */
const MOST_ROWS = 5_000;

interface Side {
  readonly name: string;
  readonly loaded: Loaded;
  readonly server_mb: number;
  readonly one_ms: readonly number[];
  readonly large_ms: number;
  /** On the server's side: what is in the database beyond an empty one's, and what the side keeps beside it. */
  readonly stored_bytes: number;
}

const { values } = parseArgs({ options: { lines: { type: 'string', default: '25000' } } });
const lines = Number(values.lines);
if (!Number.isSafeInteger(lines) || lines < 1000) throw new Error('--lines is a whole number from 1000.');
const { bin } = findPostgres();
if (bin === null)
  throw new Error('There are no PostgreSQL 15 server programs here (Debian: apt-get install postgresql-15).');

const folder = mkdtempSync(join(tmpdir(), 'binnacle-rivals-'));
const cluster = await startCluster(bin, {
  tcp_port: await freePort(),
  settings: ['wal_level=logical', 'max_wal_senders=10', 'max_replication_slots=10'],
});
const clients: ChildProcess[] = [];
const stops: (() => Promise<void>)[] = [];
try {
  console.log(`Installing Zero ${ZERO_VERSION} …`);
  installZero(folder);
  const [ours_url, theirs_url] = [await cluster.createDatabase(), await cluster.createDatabase()];
  process.env['BINNACLE_BENCH_DATABASE_URL'] = ours_url;
  const server = await startServerProcess({ order_lines: lines, server_dir: undefined });
  stops.push(server.stop);
  const tables = await copyPlain(ours_url, theirs_url);
  const plain = await sizesOf(theirs_url, tables);
  const empty_bytes = (await sizesOf(await cluster.createDatabase(), [])).all;
  const large_rows = Math.min(MOST_ROWS, plain.stock_balances);
  console.log(
    `${tables.length} tables copied, ${megabytes(plain.tables)} with their keys; load ${loadavg()[0]?.toFixed(1)}`,
  );

  const ours = await binnacle(server);
  await server.stop();
  const rig = await startZero(folder, theirs_url, tables);
  stops.push(rig.stop);
  const theirs = await zero(rig);
  if (ours.loaded.rows !== theirs.loaded.rows) console.log('The clients do not hold the same rows: compare nothing.');
  print(ours, theirs, { plain_bytes: plain.tables, copied_ms: rig.copied_ms, large_rows });

  async function binnacle(asked: typeof server): Promise<Side> {
    const script = new URL('./binnacleClient.ts', import.meta.url);
    const client = started(fork(script, [asked.started.url ?? '', join(folder, 'replica')]));
    const loaded = await nextOf<Loaded>(client);
    const seen = async (count: number): Promise<number> =>
      await latency(client, { count, value: 0 }, async () => {
        const { at_ms } = await asked.ask({ touch: count });
        return at_ms ?? Number.NaN;
      });
    const one_ms = await many(() => seen(1));
    const large_ms = await seen(large_rows);
    const { peak_mb = Number.NaN } = await asked.ask('stats');
    const stored_bytes = (await sizesOf(ours_url, tables)).all - empty_bytes;
    return { name: 'Binnacle', loaded, server_mb: peak_mb, one_ms, large_ms, stored_bytes };
  }

  async function zero(asked: typeof rig): Promise<Side> {
    const client = started(asked.client());
    const loaded = await nextOf<Loaded>(client);
    let value = 1_000_000;
    const seen = async (count: number): Promise<number> => {
      value += 1;
      return await latency(client, { count, value }, () => changeStock(theirs_url, count, value));
    };
    const one_ms = await many(() => seen(1));
    const large_ms = await seen(large_rows);
    const stored_bytes = (await sizesOf(theirs_url, tables)).all - empty_bytes + asked.copyBytes();
    return { name: `Zero ${ZERO_VERSION}`, loaded, server_mb: asked.peakMb(), one_ms, large_ms, stored_bytes };
  }
} finally {
  await endFamilies(clients.flatMap((client) => client.pid ?? []));
  for (const stop of stops) await stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

function started(client: ChildProcess): ChildProcess {
  clients.push(client);
  return client;
}

/** Milliseconds from the beginning of the transaction until the client shows it. */
async function latency(client: ChildProcess, awaited: Awaited, change: () => Promise<number>): Promise<number> {
  const ready = nextOf(client);
  client.send(awaited);
  await ready;
  const seen = nextOf<Seen>(client, 60_000);
  const began_at_ms = await change();
  return (await seen).seen_at_ms - began_at_ms;
}

async function many(measure: () => Promise<number>): Promise<readonly number[]> {
  const spent: number[] = [];
  for (let n = 0; n < LIVE_CHANGES; n++) spent.push(await measure());
  return spent;
}

interface Beside {
  readonly plain_bytes: number;
  readonly copied_ms: number;
  readonly large_rows: number;
}

function print(ours: Side, theirs: Side, { plain_bytes, copied_ms, large_rows }: Beside): void {
  const row = (what: string, value: (side: Side) => string) => ({
    what,
    [ours.name]: value(ours),
    [theirs.name]: value(theirs),
  });
  console.table([
    row('rows at the client', ({ loaded }) => String(loaded.rows)),
    row('everything at the client, s', ({ loaded }) => seconds(loaded.loaded_ms)),
    row('  of it before, the server’s own copy, s', (side) => (side === theirs ? seconds(copied_ms) : '–')),
    row('one change seen, p50, ms', ({ one_ms }) => median(one_ms).toFixed(0)),
    row('one change seen, p95, ms', ({ one_ms }) => (one_ms.toSorted((a, b) => a - b)[23] ?? Number.NaN).toFixed(0)),
    row(`a transaction of ${large_rows} rows seen, ms`, ({ large_ms }) => large_ms.toFixed(0)),
    row('client memory at its highest, MB', ({ loaded }) => loaded.peak_mb.toFixed(0)),
    row('server memory at its highest, MB', ({ server_mb }) => server_mb.toFixed(0)),
    row('stored at the server, × the plain tables', ({ stored_bytes }) => (stored_bytes / plain_bytes).toFixed(2)),
  ]);
  console.log(`load at the end ${loadavg()[0]?.toFixed(1)}`);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
