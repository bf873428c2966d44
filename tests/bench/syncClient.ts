/**
 * The bench's workstation in a process of its own, with reader threads as a host with screens has them:
 * `node syncClient.ts URL DIR`. Loads a replica while a person clicks, and says what that took.
 */
import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionInput } from '#contract/actions.ts';
import { knownReplicas } from '#db/keys/place.ts';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService } from '#db/service.ts';
import { DEMO_PASSWORD } from '#server/demo/accounts.ts';
import { median, timed } from './harness.ts';
import { BENCH_USER } from './orders.ts';

export interface Loaded {
  readonly rows: number;
  readonly first_rows_ms: number;
  readonly stock_ms: number;
  readonly complete_ms: number;
  readonly clicks: Clicks;
  readonly idle: Clicks;
  /** The longest that the service's own thread did not listen while loading. */
  readonly held_up_ms: number;
  readonly file_mb: number;
  readonly log_peak_mb: number;
  readonly peak_mb: number;
  /** What a person waits for: at first nobody has sums, then both sides have them of everything. */
  readonly quick_first_ms: number;
  readonly verify_ms: number;
  readonly quick_ms: number;
  readonly equal: boolean;
}
export interface Clicks {
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly worst_ms: number;
}

const CLICK_EVERY_MS = 40;
const IDLE_CLICKS = 100;

const [url = '', dir = ''] = process.argv.slice(2);
const service = createReplicaService({
  dataDir: dir,
  serverUrl: url,
  device: 'bench',
  fetch,
  clock: () => Date.now(),
  random: machineRandom(),
  timers: machineTimers(),
  readers: 'workers',
  background: false,
  log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
});
await service.signIn({ user_name: BENCH_USER, password: DEMO_PASSWORD });
const files = knownReplicas(dir, BENCH_USER)[0]?.place;
if (!files) throw new Error('a signed-in person has files');

// reader threads do not keep a process alive, a host's windows do
const alive = setInterval(() => undefined, 1_000);
// reader threads take their time to start, load or no load
for (let n = 0; n < 4; n++) await service.call('companies', {});
let loading = true;
let log_peak = 0;
const started = performance.now();
const since = () => performance.now() - started;
let first_rows_ms: number | undefined;
let stock: Promise<number> | undefined;
service.onEvent((message) => {
  if (message.event !== 'changed') return;
  first_rows_ms ??= since();
  if (stock === undefined && stockIsWhole()) stock = stockShown();
});

const listening = monitorEventLoopDelay({ resolution: 5 });
listening.enable();
const clicking = clicks(() => loading);
let rows = 0;
await service.syncOnce().then((pulled) => {
  rows = pulled.rows;
});
const complete_ms = since();
listening.disable();
loading = false;
const whileLoading = await clicking;
let left = IDLE_CLICKS;
const idle = await clicks(() => left-- > 0);
const peak_mb = process.resourceUsage().maxRSS / 1000;
const file_mb = statSync(files.replica_file).size / 1e6;
let equal = true;
const verified = async (how: ActionInput<'verifyNow'>): Promise<number> =>
  await timed(async () => {
    equal &&= (await service.verify(how)).equal;
  });
const quick_first_ms = await verified({ depth: 'quick', rest: false });
const verify_ms = await verified({ depth: 'full' });
const quick_ms = await verified({ depth: 'quick', rest: false });
const loaded: Loaded = {
  rows,
  first_rows_ms: first_rows_ms ?? Number.NaN,
  stock_ms: (await stock) ?? Number.NaN,
  complete_ms,
  clicks: whileLoading,
  idle,
  held_up_ms: listening.max / 1e6,
  file_mb,
  log_peak_mb: log_peak / 1e6,
  peak_mb,
  quick_first_ms,
  verify_ms,
  quick_ms,
  equal,
};
process.send?.(loaded);
await service.close();
clearInterval(alive);
process.disconnect();

/** Everything the stock screen needs that does not come month by month. */
function stockIsWhole(): boolean {
  const tables = new Map(service.status().tables.map((table) => [table.name, table]));
  return ['item', 'policy', 'stock_balance'].every((name) => (tables.get(name)?.rows ?? 0) > 0);
}

/** From the start of the load to the first rows of the stock screen. */
async function stockShown(): Promise<number> {
  const [company] = await service.call('companies', {});
  if (!company) throw new Error('no company');
  await service.call('stockPositions', { company_id: company.id });
  return since();
}

/** A person's clicks: a short question every moment, through the service to a reader and back. */
async function clicks(goesOn: () => boolean): Promise<Clicks> {
  const spent: number[] = [];
  while (goesOn()) {
    spent.push(await timed(() => service.call('companies', {})));
    log_peak = Math.max(log_peak, sizeOf(`${files?.replica_file}-wal`));
    await sleep(CLICK_EVERY_MS);
  }
  const sorted = spent.toSorted((a, b) => a - b);
  return {
    count: spent.length,
    p50_ms: median(spent),
    p95_ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    worst_ms: sorted.at(-1) ?? Number.NaN,
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
