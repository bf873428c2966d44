import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import type { OpenFileImport } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

/** Receipts, shipments and moves of a position up to the day its balance is of. */
const MOVED = `
  select coalesce((select sum(m.qty_milli) from stock_move m where m.site_id = b.site_id and m.item_id = b.item_id
      and m.moved_on <= coalesce(b.counted_on, '2999-01-01')), 0)
    + coalesce((select sum(r.qty_milli) from receipt_line r join po_line l on l.id = r.po_line_id
      where r.site_id = b.site_id and l.item_id = b.item_id and r.received_on <= coalesce(b.counted_on, '2999-01-01')), 0)
    - coalesce((select sum(s.qty_milli) from shipment_line s join order_line l on l.id = s.order_line_id
      where s.site_id = b.site_id and l.item_id = b.item_id and s.shipped_on <= coalesce(b.counted_on, '2999-01-01')), 0)`;

describe.each(ENGINES)('balances from files on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('are explained by movements', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin', running.time);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const moves = async (company: string): Promise<unknown[][]> =>
      (
        await rows<{ item: string; moved_on: string; qty: number; ref: string }>(`
          select i.code as item, m.moved_on, m.qty_milli / 1000 as qty, m.ref from stock_move m join item i on i.id = m.item_id
          join company c on c.id = m.company_id where c.code = '${company}' and m.kind = 'adjustment' order by m.id`)
      ).map(({ item, moved_on, qty, ref }) => [item, moved_on, qty, ref]);
    const into = {
      company_code: 'FRESH',
      new_company: { name: 'Fresh Trading', currency: 'GBP', time_zone: 'Europe/London' },
      make_missing: true,
    } as const;
    const bring = (kind: KindName, csv: string, options: Partial<OpenFileImport> = {}) =>
      admin.import(kind, csv, { ...into, ...options });

    test('whatever order documents and balances come in, and once', async () => {
      await bring('items', 'code,name\nA,Bolt\nB,Nut\n');
      const stock = (day: string, a: number, b: number) =>
        `site,item,on hand,as of\nX,A,${a},${day}\nX,B,${b},${day}\n`;
      await bring('stock', stock('2026-01-10', 100, 50), { file_name: 'january.csv' });
      expect(await moves('FRESH')).toEqual([
        ['A', '2026-01-10', 100, 'january.csv'],
        ['B', '2026-01-10', 50, 'january.csv'],
      ]);
      const again = await bring('stock', stock('2026-01-10', 100, 50));
      expect([again.counts.unchanged, (await moves('FRESH')).length]).toEqual([2, 2]);

      // 30 of A come in; the next file knows of them and of 5 more that nobody told of
      const receipt = (number: string, day: string, qty: number) =>
        `po,line,supplier,site,item,order date,ordered qty,eta,receipt,received on,received qty\n${number},1,S,X,A,2026-01-02,500,2026-01-20,GR-${number},${day},${qty}\n`;
      await bring('purchases', receipt('P1', '2026-01-20', 30));
      const same = await bring('stock', stock('2026-01-10', 100, 50));
      expect([same.counts.unchanged, (await moves('FRESH')).length]).toEqual([2, 2]);
      const next = await bring('stock', stock('2026-02-01', 135, 50), { file_name: 'february.csv' });
      expect(next.changed[0]?.fields).toContainEqual({ column: 'adjustment_qty_milli', before: null, after: 5000 });
      expect((await moves('FRESH')).slice(2)).toEqual([['A', '2026-02-01', 5, 'february.csv']]);

      // a receipt of January is entered late: the balance stays, and part of its adjustment was that receipt
      await bring('purchases', receipt('P2', '2026-01-25', 5));
      const late = await bring('stock', stock('2026-02-01', 135, 50), { file_name: 'february.csv' });
      expect(late.changed.map(({ label, fields }) => [label, fields])).toEqual([
        ['X · A', [{ column: 'adjustment_qty_milli', before: null, after: -5000 }]],
      ]);
      expect((await bring('stock', stock('2026-02-01', 135, 50))).counts.unchanged).toBe(2);

      const complete = await bring('stock', 'site,item,on hand,as of\nX,B,49,2026-02-02\n', { complete: true });
      expect(complete.counts).toMatchObject({ changed: 1, outside: 1 });
      expect(
        await rows(`select i.code, b.on_hand_qty_milli as on_hand, (${MOVED})::bigint as moved from stock_balance b
          join item i on i.id = b.item_id join company c on c.id = b.company_id where c.code = 'FRESH' order by i.code`),
      ).toEqual([
        { code: 'A', on_hand: 0, moved: 0 },
        { code: 'B', on_hand: 49_000, moved: 49_000 },
      ]);
    });

    test('and what lay there before any file stays the opening', async () => {
      await admin.import('stock', 'site,item,on hand\nAMS,FA-1,7\nAMS,FA-2,5\n');
      const day = new Date(running.time.now_ms).toISOString().slice(0, 10);
      expect(await moves('HAL')).toEqual([['FA-1', day, 2, 'stock.csv']]);
      await admin.import('stock', 'site,item,on hand\nAMS,FA-1,7\nAMS,FA-2,5\n');
      expect(await moves('HAL')).toHaveLength(1);
    });

    test('counts are of one site and day, each item and place once; what nobody knows the cost of says so', async () => {
      const head = 'count,counted on,site,item,bin,expected,counted\n';
      await bring('items', 'code,name,cost\nC,Nail,2.50\n');
      const first = await bring('counts', `${head}ST-1,2026-02-10,X,A,R1,100,97\nST-1,2026-02-10,X,C,,40,41\n`);
      expect([first.counts.created, first.quarantined, first.flags]).toEqual([2, [], 1]);
      const refused = await bring(
        'counts',
        `${head}${['ST-1,2026-02-10,Y,A,,1,1', 'ST-2,2026-02-11,X,A,R1,97,97', 'ST-2,2026-02-12,X,C,,41,41', 'ST-2,2026-02-11,X,Z,,1,1', 'ST-2,2026-02-11,x,A,R1,9,9'].join('\n')}\n`,
      );
      expect(refused.quarantined.map(({ line_number, reason }) => [line_number, reason])).toEqual([
        [2, 'The count "ST-1" is of the site X already; it cannot move.'],
        [4, 'Line 3 says another site or day for the same count.'],
        [5, 'There is no item "Z" in this company.'],
        [6, 'Line 3 is the same item at the same place of this count. Add the two up.'],
      ]);
      // however a file without numbers writes the site, the counts of a day there are one
      const unnamed = 'counted on,site,item,expected,counted\n';
      await bring('counts', `${unnamed}2026-02-12,X,A,97,97\n`);
      await rows(`update site set name = 'Xanten' where code = 'X'`);
      expect((await bring('counts', `${unnamed}2026-02-12,xanten,A,97,97\n`)).counts).toMatchObject({ unchanged: 1 });
      expect(
        await rows(`select i.code as item, l.location, c.unit_cost_micro as cost from stock_count_line l
          join item i on i.id = l.item_id left join stock_count_line_cost c on c.id = l.id order by l.id`),
      ).toEqual([
        { item: 'A', location: 'R1', cost: null },
        { item: 'C', location: 'C', cost: 2_500_000 },
        { item: 'A', location: 'R1', cost: null },
        { item: 'A', location: 'A', cost: null },
      ]);
    });

    test('a preview leaves none', async () => {
      const before = await moves('HAL');
      await admin.preview(await admin.stage('stock', 'site,item,on hand\nAMS,FA-1,70\n'));
      expect(await moves('HAL')).toEqual(before);
    });
  });
});
