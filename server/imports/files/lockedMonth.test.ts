import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('files and locked months on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with a preview', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    test('into a locked month a file books nothing and alters nothing; the same file again says nothing new', async () => {
      const { db } = running.server.database;
      const files = {
        shipments: 'shipment,order,item,shipped on,quantity\nDN-1,SO-0,FA-1,2026-10-10,1\n',
        purchases:
          'number,supplier,site,item,ordered_on,expected_on,ordered_qty,received_qty,received_on,receipt\nPO-7,S7,AMS,FA-1,2026-10-01,2026-10-12,5,2,2026-10-12,R-1\n',
        stock: 'site,item,on hand,as of\nAMS,FA-3,9,2026-10-20\n',
      } as const;
      const others = {
        shipments: files.shipments.replace('10-10,1', '10-10,2'),
        purchases: files.purchases.replace('5,2,2026-10-12', '5,3,2026-11-12'),
        stock: files.stock.replace('9,', '8,'),
      };
      const kinds = ['shipments', 'purchases', 'stock'] as const;
      for (const kind of kinds)
        expect((await admin.import(kind, files[kind], { make_missing: true })).counts, kind).toMatchObject({
          quarantined: 0,
        });
      await db
        .updateTable('close_period')
        .set({ locked: '{"sales": null, "purchasing": null, "stock": null}' })
        .where('period', '=', 202610)
        .execute();
      for (const kind of kinds) {
        const again = await admin.import(kind, files[kind]);
        expect([kind, again.counts]).toEqual([kind, expect.objectContaining({ unchanged: 1, quarantined: 0 })]);
        const outcome = await admin.import(kind, others[kind]);
        expect([kind, outcome.quarantined.map(({ reason }) => reason)]).toEqual([
          kind,
          [expect.stringMatching(/^(Sales|Purchasing|Stock) of October 2026 is locked\. Book it in an open month/)],
        ]);
      }
    });
  });
});
