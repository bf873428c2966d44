/** A person asks while the first load of a service with all its threads goes on, and at its end. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MarginPivot } from '#contract/queries.ts';
import { machineTimers } from '#db/machine.ts';
import type { ReplicaService } from '#db/service.ts';
import { lookAtCopy } from '#db/testing/copyOnDisk.ts';
import { orderLine, type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';

const NEWEST = 202612;
/** More than a first batch, and than a view reads beside blocks. */
const LINES = 41_000;

let server: ScriptedServer;
let service: ReplicaService;
let dataDir: string;
let hold: Promise<void> | undefined;
let letGo: () => void;
const logged: string[] = [];

beforeEach(async () => {
  server = scriptedServer();
  smallDistributor(server);
  server.bucket(103, 'order_line', { company: 1, month: NEWEST });
  for (let n = 0; n < LINES; n++) {
    // in orders of five
    server.put(103, NEWEST * 1000 + n, orderLine(NEWEST, n).with(4, NEWEST * 1000 + Math.floor(n / 5)));
  }
  server.checkpoint();
  logged.length = 0;
  dataDir = freshFolder();
  const timers = machineTimers();
  service = testService({
    dataDir,
    readers: 'workers',
    background: true,
    serverUrl: server.url,
    clock: () => Date.UTC(2026, 11, 5),
    // what waits seconds for quiet waits tenths here
    timers: { ...timers, after: (delay_ms, run) => timers.after(delay_ms / 20, run) },
    log: (level, message) => void (level === 'error' && logged.push(message)),
    fetch: async (input, init) => {
      // the months before the newest
      if (typeof init?.body === 'string' && init.body.includes('"buckets":[{"bucket":102')) await hold;
      return await server.fetch(input, init);
    },
  });
  hold = new Promise((resolve) => {
    letGo = resolve;
  });
  await service.signIn({ user_name: 'planner', password: 'right' });
});
afterEach(async () => {
  letGo();
  await service.close();
  expect(logged).toEqual([]);
});

const blocks = () =>
  lookAtCopy(dataDir, server, (all) => (all('SELECT count(*) AS n FROM fact_segment')[0] as { n: number }).n);
const pivot = () =>
  service.call('marginPivot', {
    company_ids: [1],
    from_month: 202609,
    to_month: NEWEST,
    rows: ['channel'],
    measures: ['net_sales', 'lines'],
  });
const months = (answer: MarginPivot) => answer.columns.map(({ key }, at) => [key, ...(answer.column_totals[at] ?? [])]);
/** [net sales, lines] of the server's rows. */
const behind = (bucket: number) => {
  const rows = server.rows(bucket);
  return [rows.reduce((sum, { image }) => sum + Number(image[19]), 0), rows.length];
};

test('the newest month is answered from columns while older ones load; afterwards all of them are', async () => {
  await vi.waitFor(async () => expect(await blocks()).toBeGreaterThan(0), { timeout: 20_000, interval: 100 });
  expect(service.pill().progress).not.toBeNull();
  await vi.waitFor(async () => expect(months(await pivot())).toEqual([['202612', ...behind(103)]]), 10_000);
  expect((await pivot()).provenance.coverage).toBe('complete since Dec 2026; older months are loading: order lines');
  letGo();
  await vi.waitFor(() => expect(service.pill().connection).toBe('live'), 20_000);
  const every = [100, 101, 102, 103].map((bucket, at) => [String(202609 + at), ...behind(bucket)]);
  await vi.waitFor(async () => expect(months(await pivot())).toEqual(every), 10_000);
  expect((await pivot()).provenance.coverage).toBe('complete');
});
