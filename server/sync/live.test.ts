import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wireTable } from '#contract/wire/tables.ts';
import { startServer } from '#server/server.ts';
import { ENGINES, POSTGRES, type TestEngine } from '#server/testing/engines.ts';
import { listenLive } from '#server/testing/live.ts';
import { login, mutation, TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('live on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    test('live events name only buckets in scope, and say when the scope changed', async () => {
      const { db } = running.server.database;
      const { data, server } = running;
      const sales = await running.replica('sales');
      await sales.sync();
      const live = await listenLive(sales);
      const hello = await live.next();
      expect(hello).toMatchObject({ buckets: [], scope_changed: false, token_ttl_s: 900 });
      await db
        .updateTable('item_cost')
        .set({ unit_cost_micro: 5 })
        .where('id', '=', data.items[1] ?? 0)
        .execute();
      await server.drainNow();
      await db
        .updateTable('item')
        .set({ name: 'seen live' })
        .where('id', '=', data.items[1] ?? 0)
        .execute();
      const head = await server.drainNow();
      const event = await live.next();
      const itemBucket = sales.scope.find(([, table]) => table === wireTable('item').id)?.[0];
      expect(event).toMatchObject({ checkpoint: head.number, buckets: [itemBucket], scope_changed: false });
      // a new month makes a bucket nobody knew
      await db
        .insertInto('sales_order')
        .values({
          company_id: data.company_id,
          site_id: data.sites[0],
          channel_id: data.channels[0],
          month: 203_001,
          number: 'later',
          ordered_on: '2030-01-01',
          ordered_at: new Date(0),
          state: 'open',
        })
        .execute();
      await server.drainNow();
      expect(await live.next()).toMatchObject({ scope_changed: true });
      live.close();
    });

    test('who took its scope for another than it is now is told at once', async () => {
      const sales = await running.replica('sales');
      await sales.sync();
      for (const [known, scope_changed] of [
        [sales.scope_hash ?? '', false],
        ['another', true],
      ] as const) {
        const live = await listenLive(sales, known);
        expect(await live.next()).toMatchObject({ buckets: [], scope_changed });
        live.close();
      }
    });

    test('a live stream ends when the session does', async () => {
      const sales = await running.replica('sales');
      const live = await listenLive(sales);
      await live.next();
      const out = await sales.post('/auth/logout', {});
      expect(out.status).toBe(200);
      await running.server.database.db
        .updateTable('item')
        .set({ name: 'after' })
        .where('id', '=', running.data.items[2] ?? 0)
        .execute();
      await running.server.drainNow();
      await expect(live.ended).resolves.toBe(true);
      expect((await sales.post('/sync/open', {})).status).toBe(400);
      const refused = await sales.post('/sync/verify', {
        client_id: sales.client_id,
        epoch: sales.client_id,
        checkpoint: { number: 1, id: sales.client_id },
      });
      expect([refused.status, refused.body]).toEqual([
        401,
        { error: expect.objectContaining({ code: 'not_signed_in' }) },
      ]);
    });
  });
});

describe.skipIf(POSTGRES.missing !== null)('two servers of one database', () => {
  test('who signed in at one is known to the other, a note pushed to one is live on the other, also when its server is gone', async () => {
    const engine = await POSTGRES.start();
    const made = await engine.withDistributor();
    const one = await startTestServer({ ...engine, withDistributor: async () => made });
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const two = await startServer({ ...made.database, port: 0, clock: () => one.time.now_ms, log });
    const here = await one.replica('sales');
    const there = new TestReplica(two.url, (await login(one.server.url, 'finance')).access_token);
    await there.sync();
    const live = await listenLive(there);
    await live.next();
    await here.push(mutation('addItemNote', { item_id: one.data.items[0], body: 'over there' }));
    expect(await live.next()).toMatchObject({ scope_changed: true });
    await there.sync();
    expect(there.rows('item_note').map((row) => row['body'])).toEqual(['over there']);
    // both look at the jobs at the same time: each runs once
    await Promise.all([one.server.runDueJobs(), two.runDueJobs()]);
    const jobs = await two.database.db.selectFrom('server_job').select(['name', 'runs']).execute();
    expect(jobs.filter(({ runs }) => runs !== 1)).toEqual([]);
    expect(jobs.length).toBeGreaterThan(5);
    // an account closed at one ends its stream on the other without waiting for a change
    const closed = await listenLive(new TestReplica(two.url, (await login(one.server.url, 'sales')).access_token));
    await closed.next();
    await (await one.replica('admin')).post('/admin/users/sales/active', { active: false });
    await expect(closed.ended).resolves.toBe(true);
    // a change whose own server is gone before it drains is drained by the other's safety poll
    const [item] = made.data.items;
    await one.server.database.db
      .updateTable('item')
      .set({ name: 'left behind' })
      .where('id', '=', item ?? 0)
      .execute();
    await one.close();
    await live.next();
    await there.sync();
    expect(there.rows('item').map((row) => row['name'])).toContain('left behind');
    live.close();
    await two.close();
    await engine.stop();
  });
});
