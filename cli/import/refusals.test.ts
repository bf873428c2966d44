/** What an import refuses, asks, survives and needs permission for. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { importOrders } from './orders.ts';
import { exportQuarantine, listQuarantine, retryQuarantine } from './quarantine.ts';
import { DEFAULTS, EXPECTED, ODDITIES, run, startWorld, type World } from './testing/world.ts';

describe('imports', () => {
  let engine: TestEngine;
  let world: World;
  beforeAll(async () => {
    engine = await PGLITE.start();
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    world = await startWorld(engine);
  });
  afterEach(() => world.close());

  const file = (content: string | Buffer): string => {
    const path = join(world.dir, 'file.csv');
    writeFileSync(path, content);
    return path;
  };
  const countOrders = () =>
    world.query(
      `select (select count(*)::int from import_batch) as batches, (select count(*)::int from company) as companies`,
    );

  it('write nothing for a file that is no order file', async () => {
    const before = await countOrders();
    for (const [content, words] of [
      ['', 'it is empty'],
      [Buffer.from([0, 1, 2, 3, 4, 0, 0, 0]), 'binary'],
      ['536365,85123A,HEART,6\n', 'no header'],
      ['InvoiceNo,StockCode,Quantity,UnitPrice\n1,A,1,1\n', 'No column looks like the invoice or order date.'],
      ['InvoiceNo,StockCode,Quantity,UnitPrice,InvoiceDate\n', 'no order line'],
    ] as const) {
      await expect(run(world, file(content))).rejects.toThrow(words);
    }
    await expect(run(world, ODDITIES, { currency: 'pounds' })).rejects.toThrow('three capital letters');
    await expect(run(world, ODDITIES, { timeZone: 'Mars/Olympus' })).rejects.toThrow('not a time zone');
    await expect(run(world, ODDITIES, { source: 'Not A Source' })).rejects.toThrow('source');
    await expect(run(world, ODDITIES, { source: 'binnacle', company: 'HAL' })).rejects.toThrow(
      'kept for orders made in',
    );
    expect(await countOrders()).toEqual(before);
  });

  it('stop at an ambiguous map unless a map file or a person settles it', async () => {
    const ambiguous = file(
      'OrderNo;InvoiceNo;SKU;Qty;Price;Date\nS1;R1;A-1;2;1,50;5/4/2026\nS1;R2;A-2;1;0,99;6/4/2026\n',
    );
    await expect(run(world, ambiguous)).rejects.toThrow(/"OrderNo" and "InvoiceNo".*day\/month or month\/day/s);
    const printed = world.around();
    await expect(importOrders({ ...DEFAULTS, file: ambiguous, mapOnly: true }, printed.surroundings)).rejects.toThrow(
      'more than one way',
    );
    expect(printed.event('map')).toMatchObject({ map: { decimal_mark: ',' } });
    const mapFile = join(world.dir, 'map.json');
    writeFileSync(
      mapFile,
      JSON.stringify({
        columns: { invoice: 'InvoiceNo', item: 'SKU', quantity: 'Qty', unit_price: 'Price', ordered_at: 'Date' },
        date_order: 'dmy',
      }),
    );
    const told = await run(world, ambiguous, { map: mapFile });
    expect(told.event('done')).toMatchObject({ lines: 2, imported: 2, imported_total: '3.99' });
    expect(
      await world.query(
        `select number, ordered_on::text as ordered_on from sales_order where source = 'orders' order by 1`,
      ),
    ).toEqual([
      { number: 'R1', ordered_on: '2026-04-05' },
      { number: 'R2', ordered_on: '2026-04-06' },
    ]);
    writeFileSync(mapFile, '{"colums": {}}');
    await expect(run(world, ambiguous, { map: mapFile })).rejects.toThrow('colums');
  });

  it('ask a person where there is one', async () => {
    const told = world.around();
    const asked: string[] = [];
    const confirm = async (question: string) => {
      asked.push(question);
      return false;
    };
    await expect(importOrders({ ...DEFAULTS, file: ODDITIES }, { ...told.surroundings, confirm })).rejects.toThrow(
      'Nothing was imported',
    );
    expect(asked).toHaveLength(1);
    await importOrders({ ...DEFAULTS, file: ODDITIES }, { ...told.surroundings, confirm: async () => true });
    expect(told.event('done')).toEqual(EXPECTED);
  });

  it('map channels, sites, discounts and promised dates', async () => {
    const path = file(
      'Order No,SKU,Qty,Price,Order Date,Channel,Warehouse,Discount %,Committed Date\nS1,A-1,3,9.99,2026-01-05,Web shop,LEEDS,10,2026-01-09\nS1,A-2,1,1.00,2026-01-05,,,,\n',
    );
    const told = await run(world, path, { currency: 'GBP', timeZone: 'Europe/London' });
    expect(told.event('done')).toMatchObject({
      imported: 2,
      source_total: '30.97',
      imported_total: '30.97',
      rounding: '0',
    });
    expect(
      await world.query(`select ordinal, c.code as channel, c.kind as channel_kind, s.code as site, gross_minor, discount_minor, net_minor, committed_on::text as committed_on
      from order_line l join channel c on c.id = l.channel_id left join site s on s.id = l.site_id where l.source = 'orders' order by ordinal`),
    ).toEqual([
      {
        ordinal: 1,
        channel: 'Web shop',
        channel_kind: 'ecommerce',
        site: 'LEEDS',
        gross_minor: 2997,
        discount_minor: 300,
        net_minor: 2697,
        committed_on: '2026-01-09',
      },
      {
        ordinal: 2,
        channel: 'unmapped',
        channel_kind: 'unmapped',
        site: null,
        gross_minor: 100,
        discount_minor: 0,
        net_minor: 100,
        committed_on: null,
      },
    ]);
    // as people write them: another case, or the name the screens show
    await world.query(`update site set name = 'Leeds depot' where code = 'LEEDS'`);
    const again = file(
      'Order No,SKU,Qty,Price,Order Date,Channel,Warehouse\nS2,A-1,1,9.99,2026-01-06,WEB SHOP,leeds DEPOT\nS3,A-1,1,9.99,2026-01-06,Elsewhere,LEEDS\nS4,A-1,1,9.99,2026-01-06,ELSEWHERE,York\nS5,A-1,1,9.99,2026-01-06,elsewhere,YORK\n',
    );
    await run(world, again, { currency: 'GBP', timeZone: 'Europe/London' });
    expect(
      await world.query(`select o.number, c.code as channel, s.code as site from sales_order o join channel c on c.id = o.channel_id
      join site s on s.id = o.site_id where o.number in ('S2', 'S3', 'S4', 'S5') order by 1`),
    ).toEqual([
      { number: 'S2', channel: 'Web shop', site: 'LEEDS' },
      { number: 'S3', channel: 'Elsewhere', site: 'LEEDS' },
      // new ones of one file as well: as its first line writes them
      { number: 'S4', channel: 'Elsewhere', site: 'York' },
      { number: 'S5', channel: 'Elsewhere', site: 'York' },
    ]);
  });

  it('are for those who may', async () => {
    await expect(run(world, ODDITIES, {}, 'finance')).rejects.toThrow('needs an administrator');
    await expect(run(world, ODDITIES, { company: 'HAL' }, 'sales')).rejects.toThrow('no company HAL that you may');
    await expect(run(world, ODDITIES, { company: 'BRK' }, 'finance')).rejects.toThrow('no company BRK that you may');
    await expect(run(world, ODDITIES, { company: 'NOPE' })).rejects.toThrow('no company NOPE that you may');
    await expect(run(world, ODDITIES, { company: 'HAL', currency: 'GBP' }, 'finance')).rejects.toThrow(
      'has the currency EUR',
    );
    const told = await run(world, ODDITIES, { company: 'HAL' }, 'finance');
    expect(told.event('import')).toMatchObject({ company: 'HAL', created: false, currency: 'EUR' });
    expect(told.event('done')).toEqual(EXPECTED);
    await expect(
      listQuarantine({ source: 'orders', company: 'HAL' }, world.around('sales').surroundings),
    ).rejects.toThrow('no company HAL');
  });

  it('give the creator of a company a grant over it when theirs do not reach', async () => {
    await world.query(
      `update access_grant set company_id = (select id from company where code = 'HAL') where user_id = (select id from app_user where name = 'admin')`,
    );
    await run(world, ODDITIES);
    expect(
      await world.query(
        `select c.code, g.role from access_grant g join company c on c.id = g.company_id where g.user_id = (select id from app_user where name = 'admin') order by 1`,
      ),
    ).toEqual([
      { code: 'HAL', role: 'admin' },
      { code: 'ORDERS', role: 'admin' },
    ]);
  });

  it.each(['server.import.before_commit', 'server.import.committed'])(
    'survive a failure at %s without losing or doubling a line',
    async (point) => {
      world.crash = point;
      const told = await run(world, ODDITIES);
      expect(world.crash).toBeNull();
      expect(told.event('done')).toEqual(EXPECTED);
      expect(await world.query(`select count(*)::int as lines from order_line where source = 'orders'`)).toEqual([
        { lines: 47 },
      ]);
    },
  );

  it('go on when the access token ends on the way', async () => {
    const told = world.around();
    const connect = async () => {
      const connection = await told.surroundings.connect();
      world.time.now_ms += 16 * 60_000;
      return connection;
    };
    await importOrders({ ...DEFAULTS, file: ODDITIES }, { ...told.surroundings, connect });
    expect(told.event('done')).toEqual(EXPECTED);
  });

  it('refuse blocks out of order, doubled lines and foreign imports', async () => {
    const connection = await world.around().surroundings.connect();
    const header = ['Invoice', 'SKU', 'Qty', 'Price', 'Date'];
    const map = {
      columns: { invoice: 'Invoice', item: 'SKU', quantity: 'Qty', unit_price: 'Price', ordered_at: 'Date' },
      date_order: 'ymd',
      decimal_mark: '.',
      kinds: { freight_codes: [], discount_codes: [], fee_codes: [], adjustment_codes: [], cancellation_prefixes: [] },
    };
    const open = {
      source: 'orders',
      company_code: null,
      currency: null,
      time_zone: null,
      assumed: { currency: 'EUR', time_zone: 'UTC' },
      file_name: 'f',
      header,
      map,
      mode: 'file',
    };
    const { import_id } = await connection.post<{ import_id: number }>('/imports/orders', open, false);
    const lines = [{ line_number: 2, invoice: 'I1', ordinal: 1, fields: ['I1', 'A', '1', '2.00', '2026-01-05'] }];
    const send = (block: number, sent: readonly unknown[]) =>
      connection.post(`/imports/orders/${import_id}/lines`, { block, lines: sent }, false);
    await expect(send(2, lines)).rejects.toThrow('expects block 1');
    await expect(send(1, [...lines, ...lines])).rejects.toThrow('repeats the identity');
    await expect(send(1, [{ ...lines[0], invoice: 'I2' }])).rejects.toThrow('another invoice');
    await expect(
      send(
        1,
        Array.from({ length: 5001 }, (_, index) => ({ ...lines[0], ordinal: index + 1 })),
      ),
    ).rejects.toThrow();
    const first = await send(1, lines);
    expect(first).toMatchObject({ imported: 1, created: 1 });
    expect(await send(1, lines)).toEqual(first);
    const other = await world.around('finance').surroundings.connect();
    await expect(other.post(`/imports/orders/${import_id}/lines`, { block: 2, lines }, false)).rejects.toThrow(
      'no such import',
    );
    await expect(connection.post('/imports/orders', { ...open, header: ['Invoice'] }, false)).rejects.toThrow(
      'does not fit',
    );
    await expect(connection.post('/imports/orders', { ...open, map: null }, false)).rejects.toThrow('needs a map');
  });

  it('take only exports of the quarantine for a retry', async () => {
    await run(world, ODDITIES);
    const retry = (content: string) =>
      retryQuarantine({ source: 'orders', company: undefined, file: file(content) }, world.around().surroundings);
    await expect(retry('InvoiceNo,Quantity\n1,2\n')).rejects.toThrow('not an export of the quarantine');
    const header =
      'line_number,invoice,ordinal,reason,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
    await expect(retry(`${header}46,549005,7,x,549005,22086,KIT,10,2011-04-05 09:00:00,2.95,,\n`)).rejects.toThrow(
      'not in the quarantine',
    );
    await expect(retry(`${header}46,549005,one,x,549005,22086,KIT,10,2011-04-05 09:00:00,2.95,,\n`)).rejects.toThrow(
      'no ordinal',
    );
    const taken = join(world.dir, 'taken.csv');
    writeFileSync(taken, 'corrections');
    await expect(
      exportQuarantine({ source: 'orders', company: undefined, file: taken }, world.around().surroundings),
    ).rejects.toThrow('exists already');
    expect(readFileSync(taken, 'utf8')).toBe('corrections');
  });
});
