/** A first load: batches that overlap while the server changes, crashes at every point, in both encodings and threads. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadProgress } from '#contract/events.ts';
import type { ReplicaService } from '#db/service.ts';
import { expectEqualCopy, lookAtCopy } from '#db/testing/copyOnDisk.ts';
import { orderLine, type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';

let server: ScriptedServer;
let dataDir: string;
let service: ReplicaService;
let crash_at: string | undefined;

const start = (readers: 'inline' | 'workers') =>
  testService({
    dataDir,
    readers,
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
    crashAt: (point) => {
      if (point === crash_at) throw new Error(`ended at ${point}`);
    },
  });
const signIn = () => service.signIn({ user_name: 'planner', password: 'right' });
const look = <T>(read: (all: (sql: string) => unknown[]) => T): Promise<T> => lookAtCopy(dataDir, server, read);
const expectEqual = (buckets: readonly number[]): Promise<void> => expectEqualCopy(dataDir, server, buckets);

describe.each([
  ['rows', 'inline'],
  ['columns', 'inline'],
  ['columns', 'workers'],
] as const)('a first load in %s, written %s', (encoding, readers) => {
  const INDEX =
    "SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('order_line_item_id', 'sales_order_company_id_number')";
  beforeEach(async () => {
    crash_at = undefined;
    server = scriptedServer();
    server.encoding = encoding;
    smallDistributor(server);
    dataDir = freshFolder();
    service = start(readers);
    await signIn();
  });
  afterEach(() => service.close());

  test('while rows change at every request and batches overlap, equals the server', async () => {
    // more than a first batch, so that the next is read while this one is written
    server.bucket(103, 'order_line', { company: 1, month: 202612 });
    for (let n = 0; n < 41_000; n++) server.put(103, n + 1, orderLine(202612, n));
    server.checkpoint();
    let requests = 0;
    server.before = (path) => {
      if (!path.startsWith('/sync/') || requests > 40) return;
      requests += 1;
      // in each bucket a row changes, and one moves on to the next
      for (const [at, bucket] of [103, 102, 101, 100].entries()) {
        const rows = server.rows(bucket);
        const changed = rows[requests % rows.length];
        const moved = rows[(requests * 7 + at) % rows.length];
        if (changed) server.put(bucket, changed.id, orderLine(202600 + at, requests));
        if (!moved || moved === changed) continue;
        const next = [102, 101, 100, 103][at] ?? 103;
        server.remove(bucket, moved.id);
        server.put(next, moved.id, orderLine(202700 + at, requests));
      }
      if (requests % 3 === 0) server.checkpoint();
    };
    await service.syncOnce();
    expect(server.requests.filter((path) => path === '/sync/snapshot').length).toBeGreaterThan(1);
    server.before = () => undefined;
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102, 103]);
    expect((await service.verify()).equal).toBe(true);
    await look((all) => expect(all(INDEX)).toEqual([{ n: 2 }]));
  });

  test.each(['host.apply.before_commit', 'host.apply.committed', 'host.index.made'])(
    'ended at %s goes on from there after the restart',
    async (point) => {
      crash_at = point;
      await expect(service.syncOnce()).rejects.toThrow();
      crash_at = undefined;
      await look((all) => {
        const complete = point === 'host.apply.before_commit' ? 0 : 6;
        expect(all("SELECT count(*) AS n FROM bucket WHERE state = 'complete'")).toEqual([{ n: complete }]);
        const made = all(INDEX)[0] as { n: number };
        expect(made.n).toBeLessThan(2);
      });
      await service.close();
      service = start(readers);
      await signIn();
      await service.syncOnce();
      await expectEqual([10, 20, 50, 100, 101, 102]);
      await look((all) => expect(all(INDEX)).toEqual([{ n: 2 }]));
    },
  );

  test('says how far it is and which months are here', async () => {
    const said: (LoadProgress | null)[] = [];
    service.onEvent((message) => {
      if (message.event === 'status') said.push(message.data.progress);
    });
    await service.syncOnce();
    const progress = said.filter((each) => each !== null);
    expect(progress[0]).toMatchObject({ rows: 0, buckets_done: 0, complete_from_month: null, oldest_month: 202609 });
    expect(progress.at(-1)).toMatchObject({ rows: 18, buckets_done: 6, buckets_total: 6, complete_from_month: 202609 });
    expect(progress.at(-1)?.bytes).toBeGreaterThan(0);
    expect(said.at(-1)).toBeNull();
  });

  test('the missing indexes are made without the server, too', async () => {
    crash_at = 'host.index.made';
    await expect(service.syncOnce()).rejects.toThrow();
    crash_at = undefined;
    server.down = true;
    await expect(service.syncOnce()).rejects.toThrow();
    await look((all) => expect(all(INDEX)).toEqual([{ n: 2 }]));
  });

  test('a scope that changes while parts are read loses and wins whole buckets', async () => {
    let opened = 0;
    server.before = (path) => {
      if (path !== '/sync/open' || ++opened !== 2) return;
      server.dropBucket(101);
      server.bucket(104, 'order_line', { company: 1, month: 202608 });
      server.put(104, 77, orderLine(202608, 1));
    };
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 102, 104]);
    await look((all) => expect(all('SELECT id FROM order_line WHERE bucket = 101')).toEqual([]));
  });

  test('a cursor that the server forgets while parts are read takes none of them', async () => {
    let opened = 0;
    server.before = (path) => {
      if (path !== '/sync/open' || ++opened !== 2) return;
      // drained and forgotten in between: no delta from the old cursor would ever bring it
      server.put(100, 202609000, orderLine(202609, 77));
      server.forgetLog();
    };
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102]);
    expect((await service.verify()).equal).toBe(true);
  });

  test('a new epoch while parts are read takes none of them', async () => {
    let opened = 0;
    server.before = (path) => {
      if (path !== '/sync/open' || ++opened !== 2) return;
      server.put(100, 202609000, orderLine(202609, 77));
      server.restore();
    };
    await service.syncOnce();
    await expectEqual([10, 20, 50, 100, 101, 102]);
    expect((await service.verify()).equal).toBe(true);
  });
});
