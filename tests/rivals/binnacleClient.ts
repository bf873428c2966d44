/**
 * Our side's client, in a process of its own: `node binnacleClient.ts URL DIR`. Loads every row into an encrypted
 * replica and says so; then says when the change shows that it was told to wait for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService } from '#db/service.ts';
import { DEMO_PASSWORD } from '#server/demo/accounts.ts';
import { BENCH_USER } from '../bench/orders.ts';
import type { Loaded, Seen } from './messages.ts';

const [url = '', dir = ''] = process.argv.slice(2);
const service = createReplicaService({
  dataDir: dir,
  serverUrl: url,
  device: 'rivals',
  fetch,
  clock: () => Date.now(),
  random: machineRandom(),
  timers: machineTimers(),
  readers: 'inline',
  log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
});
const started = performance.now();
await service.signIn({ user_name: BENCH_USER, password: DEMO_PASSWORD });
await service.syncOnce();
while (service.pill().connection !== 'live') await sleep(20);
const loaded_ms = performance.now() - started;
const rows = service.status().tables.reduce((sum, table) => sum + table.rows, 0);

let waits = false;
// a commit's rows come whole: the first word of a change is of all of them
service.onEvent((message) => {
  if (!waits || message.event !== 'changed') return;
  waits = false;
  process.send?.({ seen_at_ms: Date.now() } satisfies Seen);
});
process.on('message', () => {
  waits = true;
  process.send?.({ waiting: true });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ rows, loaded_ms, peak_mb: process.resourceUsage().maxRSS / 1000 } satisfies Loaded);
