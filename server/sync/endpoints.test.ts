import { request as httpRequest } from 'node:http';
import { zstdDecompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifiedRange } from '#contract/wire/protocol.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { SENTINEL_COST_MICRO, SENTINEL_COST_MINOR } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation, ndjson, type TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { carrySums, keptSums } from './bucketSums.ts';
import { withTriggersOff } from './bulkLoad.ts';
import { readHead } from './checkpoints.ts';
import { startNewEpoch } from './epoch.ts';
import { LOG_KEPT_MS, pruneLog } from './retention.ts';

describe.each(ENGINES)('sync endpoints on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, { most_delta_rows: 23_000 });
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    test('a replica equals the server at its checkpoint, by its own computation', async () => {
      const { server, data } = running;
      const replica = await running.replica('finance');
      await replica.sync();
      expect(replica.rows('item').map((row) => row['code'])).toEqual(['FA-1', 'FA-2', 'FA-3']);
      expect(replica.rows('sales_order')).toHaveLength(3);
      const first = await replica.verify();
      expect(first.body).toEqual({ moved: false, buckets: replica.sums() });

      // a row of every life: changed, moved, deleted, made
      const { db } = server.database;
      await db
        .updateTable('item')
        .set({ name: 'Bolt "M8" × 40 é\t' })
        .where('id', '=', data.items[0] ?? 0)
        .execute();
      await db
        .updateTable('stock_balance')
        .set({ site_id: data.sites[1], on_hand_qty_milli: -5 })
        .where('site_id', '=', data.sites[0])
        .where('item_id', '=', -1)
        .execute();
      await db
        .updateTable('sales_order')
        .set({ site_id: data.sites[1] })
        .where('id', '=', data.orders[0] ?? 0)
        .execute();
      await db
        .deleteFrom('order_line_cost')
        .where('id', '=', data.lines[2] ?? 0)
        .execute();
      await db
        .insertInto('item')
        .values({ company_id: data.company_id, code: 'NEW', name: 'new', uom: 'm', active: true })
        .execute();
      const moved = await replica.verify();
      expect(moved.body).toMatchObject({ moved: true });
      await replica.sync();
      expect(replica.rows('item')).toHaveLength(4);
      expect(replica.rows('sales_order')).toHaveLength(3);
      expect(replica.rows('order_line_cost')).toHaveLength(2);
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });

      // the comparison can fail: one version differs
      const [bucket] = replica.sums()[0] ?? [0];
      const rows = replica.buckets.get(bucket);
      const [row] = rows?.values() ?? [];
      if (!row) throw new Error('the first bucket has a row');
      rows?.set(row.id, { ...row, ver: row.ver + 1 });
      expect((await replica.verify()).body).not.toEqual({ moved: false, buckets: replica.sums() });
    });

    test('a snapshot in small parts resumes and gives the same rows', async () => {
      const whole = await running.replica('finance');
      await whole.sync();
      const parts = await running.replica('finance');
      await parts.sync(1);
      const own = (sums: ReturnType<TestReplica['sums']>): unknown =>
        sums.filter(([bucket]) => whole.scope.find(([id]) => id === bucket)?.[1] !== wireTable('mutation_outcome').id);
      expect(own(parts.sums())).toEqual(own(whole.sums()));
      expect((await parts.verify()).body).toEqual({ moved: false, buckets: parts.sums() });
    });

    test('sales gets no cost bucket, id, hash or byte; finance does', async () => {
      const sales = await running.replica('sales');
      await sales.sync();
      await sales.verify();
      const finance = await running.replica('finance');
      await finance.sync();
      expect(finance.received).toContain(String(SENTINEL_COST_MICRO));
      expect(finance.received).toContain(String(SENTINEL_COST_MINOR));
      expect(sales.received).not.toContain(String(SENTINEL_COST_MICRO));
      expect(sales.received).not.toContain(String(SENTINEL_COST_MINOR));
      expect(sales.rows('item').length).toBeGreaterThan(0);
      const hidden = [
        'item_cost',
        'po_line_price',
        'order_line_cost',
        'close_period',
        'close_task',
        'close_task_line',
        'signoff',
      ] as const;
      const hiddenIds = hidden.map((name) => wireTable(name).id);
      expect(sales.scope.filter(([, table]) => hiddenIds.includes(table))).toEqual([]);
      const costBucket = finance.scope.find(([, table]) => table === wireTable('item_cost').id)?.[0] ?? 0;
      expect(costBucket).toBeGreaterThan(0);
      const reading = await sales.post('/sync/snapshot', {
        client_id: sales.client_id,
        epoch: sales.epoch,
        buckets: [{ bucket: costBucket, after: null }],
        limit_rows: 10,
      });
      expect(reading.status).toBe(403);
      const checking = await sales.post('/sync/verify', {
        client_id: sales.client_id,
        epoch: sales.epoch,
        checkpoint: sales.checkpoint,
        buckets: [costBucket],
      });
      expect(checking.status).toBe(403);
      // a change of a cost says nothing to sales, not even in a delta
      await running.server.database.db
        .updateTable('item_cost')
        .set({ unit_cost_micro: SENTINEL_COST_MICRO + 1 })
        .execute();
      sales.received = '';
      await sales.sync();
      expect(sales.received).not.toContain('"U"');
      expect(sales.received).not.toContain(String(SENTINEL_COST_MICRO + 1));
    });

    test('a grant on one site and channel reaches only these, and no other company', async () => {
      const { data } = running;
      const counter = await running.replica('counter');
      await counter.sync();
      expect(new Set(counter.rows('stock_balance').map((row) => row['site_id']))).toEqual(new Set([data.sites[1]]));
      for (const order of counter.rows('sales_order')) {
        expect([order['site_id'], order['channel_id']]).toEqual([data.sites[1], data.channels[1]]);
      }
      expect(counter.rows('sales_order')).toHaveLength(1);
      expect(counter.rows('company').map((row) => row['code'])).toEqual(['HAL']);
      expect(counter.received).not.toContain('GB-1');
      const admin = await running.replica('admin');
      await admin.sync();
      expect(admin.rows('company').map((row) => row['code'])).toEqual(['HAL', 'BRK']);
    });

    test('a lost grant takes its buckets out of the scope', async () => {
      const { db } = running.server.database;
      const auditor = await running.replica('auditor');
      await auditor.sync();
      expect(auditor.rows('item').length).toBeGreaterThan(0);
      const grant = await db
        .deleteFrom('access_grant')
        .where('role', '=', 'auditor')
        .returningAll()
        .executeTakeFirstOrThrow();
      await auditor.sync();
      expect(auditor.rows('item')).toEqual([]);
      expect(auditor.scope.map(([, table]) => table)).toEqual([wireTable('mutation_outcome').id]);
      await db.insertInto('access_grant').values(grant).execute();
      await auditor.sync();
      expect((await auditor.verify()).body).toEqual({ moved: false, buckets: auditor.sums() });
    });

    test('an outcome reaches its own installation only', async () => {
      const one = await running.replica('finance');
      const two = await running.replica('finance');
      await one.sync();
      await two.sync();
      await one.push(mutation('addItemNote', { item_id: running.data.items[0], body: 'mine' }));
      await one.sync();
      await two.sync();
      expect(one.rows('mutation_outcome')).toHaveLength(1);
      expect(two.rows('mutation_outcome')).toHaveLength(0);
      expect(two.rows('item_note').map((row) => row['body'])).toContain('mine');
      const thief = await running.replica('sales');
      const stolen = await thief.post('/sync/open', {
        schema: 1,
        client_id: one.client_id,
        epoch: null,
        checkpoint: null,
        scope_hash: null,
      });
      expect([stolen.status, stolen.body]).toEqual([
        403,
        { error: expect.objectContaining({ code: 'not_permitted' }) },
      ]);
    });

    test('an unknown checkpoint, a pruned log and a new epoch reset the replica', async () => {
      const replica = await running.replica('finance');
      await replica.sync();
      const { checkpoint, epoch } = replica;
      if (!checkpoint) throw new Error('a synced replica has a checkpoint');
      const invented = { number: checkpoint.number, id: '11111111-1111-4111-8111-111111111111' };
      const delta = await replica.post('/sync/delta', { client_id: replica.client_id, epoch, from: invented });
      expect([delta.status, delta.body]).toEqual([
        409,
        { error: expect.objectContaining({ code: 'unknown_checkpoint' }) },
      ]);
      replica.checkpoint = invented;
      expect((await replica.open()).plan).toBe('reset');
      replica.checkpoint = checkpoint;
      expect((await replica.open()).plan).toBe('continue');
      // nothing is old enough; later everything before the newest checkpoint is
      const { db } = running.server.database;
      expect(await pruneLog(db, () => running.time.now_ms)).toBe(0);
      await db.updateTable('item').set({ name: 'before the cut' }).execute();
      await running.server.drainNow();
      expect(await pruneLog(db, () => running.time.now_ms + LOG_KEPT_MS + 1)).toBeGreaterThan(0);
      expect((await replica.open()).plan).toBe('reset');
      await replica.sync();
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
      await startNewEpoch(running.server.database.db, () => running.time.now_ms);
      expect((await replica.open()).plan).toBe('reset');
      expect(replica.epoch).not.toBe(epoch);
      await replica.sync();
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
    });

    test('a kept sum answers for a bucket until it changes, its epoch ends, or it grows old', async () => {
      const { db } = running.server.database;
      const replica = await running.replica('finance');
      await replica.sync();
      const sums = replica.sums();
      const itemBucket = replica.scope.find(([, table]) => table === wireTable('item').id)?.[0] ?? 0;
      const asked = async (read: string): Promise<{ buckets: unknown; unread?: readonly number[] }> =>
        (await replica.verify({ read })).body as { buckets: unknown; unread?: readonly number[] };
      expect(await asked('rows')).toEqual({ moved: false, buckets: sums });
      expect(await asked('nothing')).toEqual({ moved: false, buckets: sums, unread: [] });

      // past the triggers: no checkpoint names it, so only a reading can find it; and it does
      await withTriggersOff(db, async (tx) => {
        await tx.updateTable('item').set({ uom: 'past' }).execute();
      });
      expect((await asked('changed')).buckets).toEqual(sums);
      expect((await asked('rows')).buckets).not.toEqual(sums);
      expect((await asked('changed')).buckets).not.toEqual(sums);
      const at = await readHead(db);
      expect((await keptSums(db, at, [itemBucket], running.time.now_ms)).size).toBe(1);
      expect((await keptSums(db, at, [itemBucket], running.time.now_ms + 8 * 86_400_000)).size).toBe(0);

      // through the triggers: read again, and the others are not
      await db.updateTable('item').set({ uom: 'pcs' }).execute();
      await replica.sync();
      expect((await asked('nothing')).unread).toEqual([itemBucket]);
      expect(await asked('changed')).toEqual({ moved: false, buckets: replica.sums() });
      expect((await asked('nothing')).unread).toEqual([]);

      // carried on by later looks, it still falls with the next change
      const head = { ...(await readHead(db)), head: { number: at.head.number + 1000, id: at.head.id } };
      await carrySums(db, head, [itemBucket]);
      expect((await keptSums(db, head, [itemBucket], running.time.now_ms)).size).toBe(1);
      await sql`update sync_bucket_sum set cp = ${(await readHead(db)).head.number}`.execute(db);

      // the log is pruned: what held at the cut holds, what changed before it is read again
      await db.updateTable('item').set({ uom: 'box' }).execute();
      await running.server.drainNow();
      await pruneLog(db, () => running.time.now_ms + LOG_KEPT_MS + 1);
      await replica.sync();
      expect((await asked('nothing')).unread).toEqual([itemBucket]);
      expect(await asked('changed')).toEqual({ moved: false, buckets: replica.sums() });

      await startNewEpoch(db, () => running.time.now_ms);
      await replica.sync();
      expect(await asked('nothing')).toMatchObject({ buckets: [], unread: replica.scope.map(([bucket]) => bucket) });
    });

    test('ranges of a bucket are summed and given row by row, within the scope only', async () => {
      const replica = await running.replica('finance');
      await replica.sync();
      const of = (table: 'item' | 'mutation_outcome' | 'item_cost'): number =>
        replica.scope.find(([, id]) => id === wireTable(table).id)?.[0] ?? 0;
      const bucket = of('item');
      const ids = [...(replica.buckets.get(bucket)?.keys() ?? [])].map(Number).toSorted((a, b) => a - b);
      const upto = ids[1] ?? 0;
      const whole = { bucket, after: null, upto: null, rows: false };
      const answer = await replica.verify({
        ranges: [whole, { ...whole, upto, rows: true }, { ...whole, after: upto, rows: true }],
      });
      const { buckets, ranges } = answer.body as { buckets: unknown; ranges: readonly VerifiedRange[] };
      expect(buckets).toEqual([]);
      const [, rows, hash] = replica.sums().find(([id]) => id === bucket) ?? [];
      expect(ranges[0]).toEqual({ rows, hash });
      expect(ranges.slice(1).map(({ lines }) => lines?.map(([id]) => id))).toEqual([ids.slice(0, 2), ids.slice(2)]);
      for (const [id, ver, image] of ranges[1]?.lines ?? []) {
        expect(replica.buckets.get(bucket)?.get(id)).toEqual({ id, ver, image });
      }
      expect((await replica.verify({ ranges: [{ ...whole, after: 'a' }] })).status).toBe(400);
      const sales = await running.replica('sales');
      await sales.sync();
      sales.received = '';
      for (const theirs of [of('item_cost'), of('mutation_outcome')]) {
        expect((await sales.verify({ ranges: [{ ...whole, bucket: theirs, rows: true }] })).status).toBe(403);
      }
      expect(sales.received).not.toContain('"lines"');
    });

    test('a snapshot read while others write is closed by the delta', async () => {
      const { db } = running.server.database;
      const { data } = running;
      let writing = true;
      const writer = async (): Promise<number> => {
        let round = 0;
        for (; writing; round++) {
          // PGlite answers without leaving the microtask queue: give the network its turn.
          await new Promise((resolve) => setTimeout(resolve, 2));
          await db.transaction().execute(async (tx) => {
            const item_id = data.items[round % data.items.length] ?? 0;
            await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + 1 where item_id = ${item_id}`.execute(
              tx,
            );
            await sql`update sales_order set channel_id = ${data.channels[round % 2]} where id = ${data.orders[0]}`.execute(
              tx,
            );
            await sql`update order_line_cost set cost_minor = cost_minor + 1`.execute(tx);
          });
        }
        return round;
      };
      const written = writer();
      const replica = await running.replica('finance');
      try {
        for (let count = 0; count < 3; count++) {
          const fresh = await running.replica('finance');
          await fresh.sync(2);
          await replica.sync(2);
          // at some checkpoint in the middle, whole: a moved order is there once, all costs are of one transaction
          for (const each of [fresh, replica]) {
            expect(each.rows('sales_order').filter((row) => row['id'] === data.orders[0])).toHaveLength(1);
            expect(new Set(each.rows('order_line_cost').map((row) => row['cost_minor'])).size).toBe(1);
          }
        }
      } finally {
        writing = false;
        expect(await written).toBeGreaterThan(3);
      }
      await replica.sync();
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
    });

    test('a delta ends at a checkpoint, large ones after one', { timeout: 60_000 }, async () => {
      const { db } = running.server.database;
      const replica = await running.replica('admin');
      const { company_id } = running.data;
      await db.insertInto('party').values({ company_id, code: 'first', name: 'p', kind: 'customer' }).execute();
      await replica.sync();
      const from = replica.checkpoint?.number ?? 0;
      for (const letter of ['a', 'b', 'c']) {
        await sql`insert into party (company_id, code, name, kind)
          select ${company_id}, ${letter} || n, 'p', 'customer' from generate_series(1, 12000) n`.execute(db);
        await running.server.drainNow();
      }
      // 12,000 + 12,000 is beyond the 20,000 of one delta
      expect(await replica.delta()).toBe('more');
      expect(replica.checkpoint?.number).toBe(from + 1);
      await replica.sync();
      expect(replica.rows('party').length).toBe(36_001);
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
      const before = replica.checkpoint;
      await db.transaction().execute(async (tx) => {
        await sql`update party set name = 'q' where code like 'a%' or code like 'b%'`.execute(tx);
        await sql`update item set name = 'r' where id = ${running.data.items[0]}`.execute(tx);
      });
      await running.server.drainNow();
      // a checkpoint of more rows than a client takes names the bucket they lie in, and sends the others'
      const asked = { client_id: replica.client_id, epoch: replica.epoch, from: before, reloads: true };
      const [header, ...rows] = ndjson((await replica.post('/sync/delta', asked)).text);
      const partyBucket = replica.scope.find(
        ([, tbl, company]) => tbl === wireTable('party').id && company === company_id,
      )?.[0];
      expect(header).toMatchObject({ reload: [partyBucket] });
      expect(rows).toMatchObject([
        { 1: 'U', 2: running.data.items[0] },
        { end: true, rows: 1 },
      ]);
      // whoever does not know what that means is sent every row
      expect(await replica.delta()).toBe('at head');
      expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
    });

    test('large answers are zstd when accepted and plain otherwise; small ones are plain', async () => {
      const replica = await running.replica('admin');
      const open = await replica.open();
      const body = JSON.stringify({
        client_id: replica.client_id,
        epoch: open.epoch,
        buckets: replica.scope.map(([bucket]) => ({ bucket, after: null })),
        limit_rows: 1000,
      });
      const packed = await raw(replica, '/sync/snapshot', body, 'gzip, zstd');
      const plain = await raw(replica, '/sync/snapshot', body, 'gzip, zstd;q=0');
      expect([packed.encoding, plain.encoding]).toEqual(['zstd', undefined]);
      expect(zstdDecompressSync(packed.bytes).toString()).toBe(plain.bytes.toString());
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
      expect(packed.cache).toContain('private');
      const small = JSON.stringify({ user_name: 'nobody', password: 'x' });
      expect((await raw(replica, '/auth/login', small, 'zstd')).encoding).toBeUndefined();
    });
  });
});

interface Raw {
  readonly encoding: string | undefined;
  readonly cache: string | undefined;
  readonly bytes: Buffer;
}

/** fetch decodes by itself, so the bytes are read with node:http. */
async function raw(replica: TestReplica, path: string, body: string, accept: string): Promise<Raw> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest(
      `${replica.url}${path}`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'accept-encoding': accept,
          'x-binnacle-protocol': '1',
          authorization: `Bearer ${replica.access_token}`,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            encoding: response.headers['content-encoding'],
            cache: response.headers['cache-control'],
            bytes: Buffer.concat(parts),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
