/** Snapshots in columns: the same rows as in rows, by a client that shares no code with the feed. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WIRE_TABLES, wireTable } from '#contract/wire/tables.ts';
import { SENTINEL_COST_MICRO, SENTINEL_COST_MINOR } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('snapshots in columns on $name', ({ missing, start }) => {
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

    test.each([3, 100_000])('columns in answers of %i rows are the same rows, and equal the server', async (limit) => {
      const rows = await running.replica('finance');
      await rows.sync();
      const columns = await running.replica('finance');
      columns.encoding = 'columns';
      await columns.sync(limit);
      for (const { name } of WIRE_TABLES) {
        if (name !== 'mutation_outcome') expect(columns.rows(name), name).toEqual(rows.rows(name));
      }
      expect((await columns.verify()).body).toEqual({ moved: false, buckets: columns.sums() });
    });

    test('sales gets no byte of a cost, and may not ask for one', async () => {
      const sales = await running.replica('sales');
      sales.encoding = 'columns';
      await sales.sync();
      const finance = await running.replica('finance');
      finance.encoding = 'columns';
      await finance.sync();
      for (const sentinel of [SENTINEL_COST_MICRO, SENTINEL_COST_MINOR]) {
        expect(finance.received).toContain(String(sentinel));
        expect(sales.received).not.toContain(String(sentinel));
      }
      const costBucket = finance.scope.find(([, table]) => table === wireTable('item_cost').id)?.[0] ?? 0;
      const refused = await sales.post('/sync/snapshot', {
        client_id: sales.client_id,
        epoch: sales.epoch,
        buckets: [{ bucket: costBucket, after: null }],
        limit_rows: 10,
        encoding: 'columns',
      });
      expect(refused.status).toBe(403);
    });

    test('columns of a bucket larger than a block come in its order, and go on behind an id', async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      await sql`insert into party (company_id, code, name, kind)
        select ${company_id}, 'BLOCK-' || n, case n % 3 when 0 then 'a, "b"' when 1 then e'x\ny \\ é' else '' end, 'customer'
        from generate_series(1, 2500) n`.execute(db);
      await running.server.drainNow();
      for (const limit of [700, 100_000]) {
        const columns = await running.replica('finance');
        columns.encoding = 'columns';
        await columns.sync(limit);
        expect(columns.rows('party').filter((row) => String(row['code']).startsWith('BLOCK-'))).toHaveLength(2500);
        expect((await columns.verify()).body).toEqual({ moved: false, buckets: columns.sums() });
      }
    });
  });
});
