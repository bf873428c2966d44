/**
 * A host as it runs for a person who is offline, over a copy made before: opens every screen once, as the screens ask, and
 * says what each first question took and what memory it left. Process of its own: `screensHost.ts DIR USER PASSWORD_FILE READER_PROGRAM`.
 */
import { readFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { RULE_SUBJECTS } from '#domain/governance/subjects.ts';
import { FILL_MEASURES, MARGIN_MEASURES } from '#domain/kpi/pivotMeasures.ts';
import type { OperationInput, OperationName, OperationResult } from '#contract/operations.ts';
import { knownReplicas } from '#db/keys/place.ts';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { UNASKED_MS } from '#db/queries/forgetUnasked.ts';

export interface Asked {
  readonly kind: 'asked';
  readonly name: string;
  readonly ms: number;
  readonly cpu_ms: number;
  readonly rss_mb: number;
}
export interface Held {
  readonly kind: 'held';
  readonly name: string;
  readonly rss_mb: number;
  readonly private_mb: number;
  readonly shared_memory_mb: number;
  /** One a thread, the main one first: used, and taken from the machine. */
  readonly heaps: readonly { readonly used_mb: number; readonly total_mb: number; readonly external_mb: number }[];
}
export type FromScreens = Asked | Held;

const STRIP = [
  'fill_rate_unit',
  'backorder_value',
  'order_cycle_median',
  'stock_accuracy_locations',
  'gm3_rate',
  'claim_time_median',
];
const [dataDir = '', user_name = '', password_file = '', reader_program = ''] = process.argv.slice(2);

/** Reader threads are the pool's own; their heaps are asked for from outside. */
const workers = new Set<Worker>();
const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
const OwnWorker = threads.Worker;
threads.Worker = class extends OwnWorker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.add(this);
    this.once('exit', () => workers.delete(this));
  }
};
syncBuiltinESMExports();
const { createReplicaService } = await import('#db/service.ts');

const replica = knownReplicas(dataDir, user_name)[0];
if (replica === undefined) throw new Error(`${dataDir} holds no copy of ${user_name}`);
const service = createReplicaService({
  dataDir,
  serverUrl: replica.server_url,
  device: 'bench',
  fetch: () => Promise.reject(new Error('offline')),
  clock: Date.now,
  random: machineRandom(),
  timers: machineTimers(),
  readers: 'workers',
  readerProgram: new URL(reader_program),
  log: (level, message) => {
    if (level === 'error') process.stderr.write(`${level}: ${message}\n`);
  },
});
// reader threads alone keep no process alive
const alive = setInterval(() => undefined, 60_000);

function say(message: FromScreens): void {
  if (process.send === undefined) console.log(JSON.stringify(message));
  else process.send(message);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const cpu_ms = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Readers give memory back when nobody asked them for ten seconds. */
const GIVEN_BACK_MS = 11_000;

/** Nothing goes on in the background any more. */
async function atRest(): Promise<void> {
  await sleep(GIVEN_BACK_MS);
  for (let quiet = 0; quiet < 3; ) {
    const before = cpu_ms();
    await sleep(1000);
    quiet = cpu_ms() - before < 50 ? quiet + 1 : 0;
  }
}

async function ask<N extends OperationName>(
  screen: string,
  name: N,
  args: OperationInput<N>,
): Promise<OperationResult<N>> {
  const cpu = cpu_ms();
  const started = performance.now();
  const answer = await service.call(name, args);
  const ms = performance.now() - started;
  say({
    kind: 'asked',
    name: `${screen}: ${name}`,
    ms,
    cpu_ms: cpu_ms() - cpu,
    rss_mb: process.memoryUsage.rss() / 1e6,
  });
  return answer;
}

async function hold(name: string): Promise<void> {
  const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8');
  const of = (what: RegExp) => [...rollup.matchAll(what)].reduce((sum, [, kib]) => sum + Number(kib), 0) / 1e3;
  const own = process.memoryUsage();
  const heaps = [{ used: own.heapUsed, total: own.heapTotal, external: own.external }];
  for (const worker of workers) {
    const info = await worker.getHeapStatistics();
    heaps.push({ used: info.used_heap_size, total: info.total_heap_size, external: info.external_memory });
  }
  say({
    kind: 'held',
    name,
    rss_mb: own.rss / 1e6,
    private_mb: of(/Private_\w+:\s+(\d+) kB/g),
    shared_memory_mb: own.arrayBuffers / 1e6,
    heaps: heaps.map(({ used, total, external }) => ({
      used_mb: used / 1e6,
      total_mb: total / 1e6,
      external_mb: external / 1e6,
    })),
  });
}

await service.signIn({ user_name, password: readFileSync(password_file, 'utf8').trim(), mode: 'offline' });
const companies = await ask('frame', 'companies', {});
const company = companies.toSorted((a, b) => b.months.length - a.months.length || a.id - b.id)[0];
const month = company?.months.at(-1);
if (company === undefined || month === undefined) throw new Error('the copy holds no orders');
const company_id = company.id;
const scope = { company_ids: [company_id] };
const span = { from_month: company.months.at(-13) ?? month, to_month: month };
const block = { offset: 0, limit: 100 };

// as a person who signs in is shown Today: nothing is read yet
const strip = { ...scope, from_month: month, to_month: month, kpis: [...STRIP] };
await Promise.all([
  ask('signed in just now, Today', 'today', { ...scope, at_once: true }),
  ask('signed in just now, Today', 'kpiValues', strip),
]);
const list = await ask('and all of it', 'today', scope);
await atRest();
await hold('Today opened, columns and stock read ahead');
await ask('Today again', 'today', { ...scope, at_once: true });
await ask('Today again', 'kpiValues', strip);
const first = list.rows[0];
if (first !== undefined) await ask('Today', 'exceptionDetail', { company_id, key: first.key });

const stock = await ask('Stock', 'stockPositions', { company_id, ...block });
const open = stock.rows[0]?.key;
if (open !== undefined) await ask('Stock', 'stockPositions', { company_id, expanded: [open], ...block });
const flat = await ask('Stock', 'stockPositions', { company_id, group_by: 'none', ...block });
const item_id = flat.rows.find((row) => row.item_id !== null)?.item_id;
if (item_id !== null && item_id !== undefined) {
  await ask('Stock', 'itemDetail', { item_id });
  await ask('Stock', 'itemMovements', { item_id, ...block });
}
await atRest();
await hold('and Stock');

await ask('Fill rate', 'fillPivot', { ...scope, ...span, rows: ['channel', 'category'], measures: [...FILL_MEASURES] });
await ask('Fill rate', 'kpiValues', { ...scope, from_month: month, to_month: month, kpis: ['fill_rate_unit'] });
await ask('Fill rate', 'fillRateLines', { company_id, from_month: month, to_month: month, ...block });
await atRest();
await hold('and Fill rate');

const measures = [...MARGIN_MEASURES];
await ask('Margin', 'marginPivot', { ...scope, ...span, rows: ['channel', 'category'], measures });
await ask('Margin', 'marginLeakage', { ...scope, from_month: month, to_month: month });
await ask('Margin', 'marginLines', { company_id, from_month: month, to_month: month, figure: 'net', ...block });
await ask('Margin', 'marginLeakageLines', { company_id, from_month: month, to_month: month, ...block });
const compared = { from_month: month, to_month: month, against: 'previous' } as const;
await ask('Margin bridge', 'marginBridge', { ...scope, ...compared, rows: ['channel'] });
await ask('Margin bridge', 'marginBridgeLines', { company_id, ...compared, effect: 'price' });
await ask('Margin unusual falls', 'marginErosion', { company_id, month });
await ask('Margin unusual falls', 'marginErosion', { company_id, month });
await ask('Margin ledger', 'marginTies', { company_id, month });
await atRest();
await hold('and Margin');

const wanted = await ask('Replenishment', 'replenishment', { company_id, ...block });
await ask('Replenishment', 'replenishmentDesk', { company_id });
const proposed = wanted.rows.find((row) => row.kind !== 'group');
if (proposed !== undefined) {
  const { item_id, site_id, key } = proposed;
  await ask('Replenishment', 'replenishmentWorking', { company_id, key });
  await ask('Forecast', 'itemForecast', { item_id, site_id });
}
await ask('Replenishment again', 'replenishment', { company_id, offset: 100, limit: 100 });
await atRest();
await hold('and Replenishment');

await ask('Forecast', 'forecasts', { company_id, ...block });
await ask('Forecast again', 'forecasts', { company_id, offset: 100, limit: 100 });
await atRest();
await hold('and Forecast');

const queue = await ask('Fulfilment', 'fulfilment', { company_id, ...block });
const queued = queue.rows.find((row) => row.order_line_id !== null)?.order_line_id;
if (queued != null) await ask('Fulfilment', 'fulfilmentLine', { company_id, order_line_id: queued });
await ask('Fulfilment by channel', 'fulfilment', { company_id, group_by: 'channel', ...block });
const complained = await ask('Claims', 'claims', { company_id, view: 'all', ...block });
const claim_id = complained.rows[0]?.claim_id;
if (claim_id != null) await ask('Claims', 'claimDetail', { company_id, claim_id });
const beyond = await ask('Approvals', 'orderApprovals', { company_id });
const [asked] = beyond.rows;
if (asked) await ask('Approvals', 'orderApproval', { company_id, order_id: asked.order_id, kind: asked.kind });
await ask('Exceptions', 'exceptions', { ...scope, ...block });
await ask('Transfers', 'transfers', { company_id });
await ask('ABC and XYZ', 'itemClasses', { company_id, ...block });
await ask('Delay risk', 'delayRisk', { company_id });
await ask('Scenarios', 'scenarios', { company_id });
const bought = await ask('Suppliers', 'suppliers', { company_id });
const supplier_id = bought.rows[0]?.supplier_id;
if (supplier_id !== undefined) await ask('Suppliers', 'supplierDetail', { company_id, supplier_id });
for (const subject of RULE_SUBJECTS) await ask(`Rules, ${subject}`, 'rulesInForce', { company_id, subject, ...block });
await ask('Rules', 'ruleChanges', { company_id });
await atRest();
await hold(
  'and Fulfilment, Claims, Approvals, Exceptions, Transfers, classes, Delay risk, Scenarios, Suppliers and Rules',
);

const periods = await ask('Close', 'closePeriods', { company_id });
const period = periods.find(({ state }) => state === 'open')?.period;
if (period !== undefined) await ask('Close', 'closeBoard', { company_id, period });
await ask('Find', 'find', { text: '' });
await ask('Find', 'find', { text: 'bolt' });
await ask('Sync', 'syncStatus', {});
await ask('Today again', 'today', scope);
await atRest();
await hold('every screen opened once');
// what nobody asks for meanwhile is given up
await sleep(UNASKED_MS);
await atRest();
await hold('and left alone for five minutes');
clearInterval(alive);
await service.close();
process.disconnect?.();
