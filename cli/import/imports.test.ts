/** Imports end to end: real files, real HTTP, the real server on both engines. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#cli/output.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { createDistributor } from '#server/testing/distributor.ts';
import { ENGINES, PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { connectForImport } from './connection.ts';
import { importOrders, type ImportSurroundings, type OrderImportOptions } from './orders.ts';
import { exportQuarantine, listQuarantine, retryQuarantine } from './quarantine.ts';

const ODDITIES = fileURLToPath(new URL('../../tests/fixtures/orders/oddities.csv', import.meta.url));
/** Computed by hand, line by line, in tests/fixtures/orders/README.md. */
const EXPECTED = {
  event: 'done',
  lines: 57,
  imported: 47,
  quarantined: 10,
  created: 47,
  source_total: '9007199257318.578',
  imported_total: '2560.36',
  quarantined_total: '9007199254758.219',
  rounding: '-0.001',
};
const DEFAULTS: Omit<OrderImportOptions, 'file'> = {
  source: 'orders',
  company: undefined,
  currency: undefined,
  timeZone: undefined,
  map: undefined,
  mapOnly: false,
  yes: false,
};

interface World {
  readonly server: RunningServer;
  readonly time: { now_ms: number };
  readonly dir: string;
  crash: string | null;
  around(user?: string): Told;
  query<T>(text: string): Promise<T[]>;
  /** What a repeat must not change. */
  written(): Promise<unknown>;
  close(): Promise<void>;
}
interface Told {
  readonly surroundings: ImportSurroundings;
  readonly events: Readonly<Record<string, unknown>>[];
  readonly text: string[];
  event(name: string): Readonly<Record<string, unknown>>;
}

async function startWorld(engine: TestEngine): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-imports-'));
  const time = { now_ms: Date.UTC(2026, 10, 23) };
  const world: { crash: string | null } = { crash: null };
  const clock = () => time.now_ms;
  const server = await startServer({
    ...(await engine.fresh()),
    port: 0,
    clock,
    log: SILENT_LOG,
    crashAt: (point) => {
      if (point !== world.crash) return;
      world.crash = null;
      throw new Error(`crash at ${point}`);
    },
    prepare: async ({ db }) => {
      await createDistributor(db, clock);
    },
  });
  const query = async <T>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(server.database.db)).rows;
  return Object.assign(world, {
    server,
    time,
    dir,
    query,
    around: (user = 'admin') => tell(server.url, user),
    written: async () => {
      await server.drainNow();
      return await query(`select (select max(cp) from sync_log) as cp, (select max(seq) from sync_log) as seq,
        (select max(ver) from order_line) as ver,
        (select json_agg(json_build_array(invoice, ordinal, line_number, state, reason, fields, corrected_invoice, corrected_ordinal) order by id) from quarantine_line)::text as quarantine`);
    },
    close: async () => {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

function tell(url: string, user: string): Told {
  const events: Readonly<Record<string, unknown>>[] = [];
  const text: string[] = [];
  const output: Output = {
    json: true,
    event: (event) => void events.push(event),
    say: (sentence) => void text.push(sentence),
    data: (line) => void text.push(line),
    progress: () => {},
  };
  const connect = () => connectForImport({ fetch, sleep: async () => {}, server: url, user, password: 'demo' });
  return {
    surroundings: { output, connect, confirm: null, now: () => performance.now() },
    events,
    text,
    event: (name) => {
      const found = events.find(({ event }) => event === name);
      if (!found) throw new Error(`no event ${name} among ${events.map(({ event }) => String(event)).join(', ')}`);
      return found;
    },
  };
}

async function run(
  world: World,
  file: string,
  options: Partial<OrderImportOptions> = {},
  user = 'admin',
): Promise<Told> {
  const told = world.around(user);
  await importOrders({ ...DEFAULTS, file, ...options }, told.surroundings);
  return told;
}

const CORRECTIONS: readonly (readonly [string, string])[] = [
  [',ten,', ',10,'],
  [',2011-02-30 09', ',2011-02-28 09'],
  ['1.2345', '1.234'],
  ['9007199254741,', '9,'],
  [',n/a,', ',0.5,'],
  [',x,2011-05-31', ',2,2011-05-31'],
];

describe.each(ENGINES.filter(({ missing }) => missing === null))('an import on $name', ({ start }) => {
  let engine: TestEngine;
  let world: World;
  beforeAll(async () => {
    engine = await start();
    world = await startWorld(engine);
  });
  afterAll(async () => {
    await world.close();
    await engine.stop();
  });

  it('ties to the source to the last digit', async () => {
    const told = await run(world, ODDITIES);
    expect(told.event('done')).toEqual(EXPECTED);
    expect(told.event('import')).toMatchObject({
      company: 'ORDERS',
      created: true,
      currency: 'GBP',
      time_zone: 'Europe/London',
    });
    const [stored] = await world.query(
      `select count(*)::int as lines, sum(gross_minor)::int as gross_minor, sum(net_minor)::int as net_minor from order_line where source = 'orders'`,
    );
    expect(stored).toEqual({ lines: 47, gross_minor: 256_036, net_minor: 256_036 });
  });

  it('stores every kind of line as what it is', async () => {
    const kinds = await world.query(
      `select kind, count(*)::int as lines, sum(gross_minor)::int as gross_minor from order_line where source = 'orders' group by kind order by kind`,
    );
    expect(kinds).toEqual([
      { kind: 'adjustment', lines: 8, gross_minor: -1_107_121 },
      { kind: 'discount', lines: 1, gross_minor: -2750 },
      { kind: 'fee', lines: 4, gross_minor: 1240 },
      { kind: 'freight', lines: 3, gross_minor: 67_377 },
      { kind: 'goods', lines: 27, gross_minor: 18_146_895 },
      { kind: 'return', lines: 4, gross_minor: -16_849_605 },
    ]);
  });

  it('keeps an invoice that recurs under its first date, and repeats as lines of their own', async () => {
    expect(
      await world.query(`select number, ordered_on::text as ordered_on, to_char(ordered_at, 'YYYY-MM-DD HH24:MI') as at, o.month, country,
        (select code from party where id = o.party_id) as party, (select count(*)::int from order_line where order_id = o.id) as lines
      from sales_order o where number in ('536365', '542806', '549015', '547000') and source = 'orders' order by number`),
    ).toEqual([
      {
        number: '536365',
        ordered_on: '2010-12-01',
        at: '2010-12-01 08:26',
        month: 201012,
        country: 'United Kingdom',
        party: '17850',
        lines: 5,
      },
      {
        number: '542806',
        ordered_on: '2011-02-01',
        at: '2011-02-01 11:19',
        month: 201102,
        country: 'United Kingdom',
        party: '12836',
        lines: 2,
      },
      {
        number: '547000',
        ordered_on: '2011-03-27',
        at: '2011-03-27 01:30',
        month: 201103,
        country: 'Norway',
        party: '12433',
        lines: 1,
      },
      {
        number: '549015',
        ordered_on: '2011-06-01',
        at: '2011-05-31 23:01',
        month: 201106,
        country: 'United Kingdom',
        party: null,
        lines: 1,
      },
    ]);
    expect(
      await world.query(
        `select l.ordinal, l.ordered_on::text as ordered_on from order_line l join sales_order o on o.id = l.order_id where o.number = '542806' order by 1`,
      ),
    ).toEqual([
      { ordinal: 1, ordered_on: '2011-02-01' },
      { ordinal: 2, ordered_on: '2011-02-01' },
    ]);
  });

  it('names items by the first priced description and keeps odd text whole', async () => {
    expect(
      await world.query(
        `select code, name from item where source = 'orders' and code in ('85123A', '22712', '22752', '15056N', '21258', 'gift_0001_40') order by code`,
      ),
    ).toEqual([
      { code: '15056N', name: '15" PLATE' },
      { code: '21258', name: 'VICTORIAN SEWING BOX\nLARGE' },
      { code: '22712', name: '22712' },
      { code: '22752', name: 'SET 7 BABUSHKA NESTING BOXES, "LARGE"' },
      { code: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER' },
      { code: 'gift_0001_40', name: 'Dotcomgiftshop Gift Voucher £40.00' },
    ]);
    expect(await world.query(`select code, kind from channel where source = 'orders'`)).toEqual([
      { code: 'unmapped', kind: 'unmapped' },
    ]);
  });

  it('says line number and reason of what it could not keep', async () => {
    const told = world.around();
    await listQuarantine({ source: 'orders', company: undefined }, told.surroundings);
    const listed = told.events.filter(({ event }) => event === 'quarantined');
    expect(listed.map(({ line_number, invoice, ordinal, reason }) => [line_number, invoice, ordinal, reason])).toEqual([
      [46, '549005', 1, 'The quantity "ten" is not a number.'],
      [48, '549006', 1, 'The date "2011-02-30 09:00:00" is not a date from 1900 to 2999.'],
      [49, '', 1, 'The invoice number is empty.'],
      [50, '549007', 1, 'The quantity is finer than thousandths.'],
      [51, '549008', 1, 'The quantity is too large to be kept exactly.'],
      [52, '549009', 1, 'The line has 4 columns, the header has 8.'],
      [53, '549010', 1, 'The line has 9 columns, the header has 8.'],
      [54, '549011', 1, 'The quotes of the line do not fit together.'],
      [56, '549013', 1, 'The unit price "n/a" is not a number.'],
      [59, '549015', 1, 'The quantity "x" is not a number.'],
    ]);
    expect(listed[7]).toMatchObject({
      raw: '549011,22094,"RED RETROSPOT TISSUE BOX,1,2011-04-05 09:00:00,1.00,13777.0,United Kingdom',
    });
    expect(told.event('done')).toMatchObject({ quarantined: 10 });
  });

  it('changes nothing when the same file comes again', async () => {
    const before = await world.written();
    const again = await run(world, ODDITIES);
    expect(again.event('done')).toEqual({ ...EXPECTED, created: 0 });
    expect(again.event('report')).toMatchObject({ changed: 0, corrected_earlier: 0 });
    expect(await world.written()).toEqual(before);
  });

  it('takes corrected lines back under their identity', async () => {
    const exported = join(world.dir, 'quarantine.csv');
    await exportQuarantine({ source: 'orders', company: undefined, file: exported }, world.around().surroundings);
    let text = readFileSync(exported, 'utf8');
    for (const [wrong, right] of CORRECTIONS) {
      expect(text).toContain(wrong);
      text = text.replace(wrong, right);
    }
    // The line without an invoice gets one that has lines already: it goes behind them.
    text = text.replace('49,,1,The invoice number is empty.,,', '49,,1,The invoice number is empty.,549005,');
    writeFileSync(exported, text);
    const told = world.around();
    await retryQuarantine({ source: 'orders', company: undefined, file: exported }, told.surroundings);
    // 10 × 2.95 + 4 × 2.95 + 2.95 + 1.234 × 2 + 9 + 0.5 + 2 × 2; two broken lines stay;
    // the one with the stray quote has all its columns and is accepted as the export shows it (1.00).
    expect(told.event('done')).toEqual({
      event: 'done',
      lines: 10,
      imported: 8,
      quarantined: 2,
      created: 8,
      source_total: '61.218',
      imported_total: '61.22',
      quarantined_total: '0',
      rounding: '-0.002',
    });
    expect(
      await world.query(`select o.number, l.ordinal, l.ordered_on::text as ordered_on, l.month, l.gross_minor from order_line l join sales_order o on o.id = l.order_id
      where o.number in ('549005', '549015') order by 1, 2`),
    ).toEqual([
      { number: '549005', ordinal: 1, ordered_on: '2011-04-05', month: 201104, gross_minor: 2950 },
      { number: '549005', ordinal: 2, ordered_on: '2011-04-05', month: 201104, gross_minor: 1180 },
      { number: '549005', ordinal: 3, ordered_on: '2011-04-05', month: 201104, gross_minor: 295 },
      // The first line came last, and its date is the order's.
      { number: '549015', ordinal: 1, ordered_on: '2011-05-31', month: 201105, gross_minor: 400 },
      { number: '549015', ordinal: 2, ordered_on: '2011-05-31', month: 201105, gross_minor: 200 },
    ]);
    const before = await world.written();
    const again = world.around();
    await retryQuarantine({ source: 'orders', company: undefined, file: exported }, again.surroundings);
    expect(again.event('done')).toMatchObject({ lines: 10, imported: 8, quarantined: 2, created: 0 });
    expect(await world.written()).toEqual(before);
  });

  it('leaves corrected lines alone when the uncorrected file comes again', async () => {
    const before = await world.written();
    const again = await run(world, ODDITIES);
    expect(again.event('done')).toEqual({ ...EXPECTED, created: 0 });
    expect(again.event('report')).toMatchObject({ changed: 0, corrected_earlier: 8 });
    expect(await world.written()).toEqual(before);
  });

  it('updates what a later file says otherwise, and only that', async () => {
    const other = join(world.dir, 'later.csv');
    writeFileSync(
      other,
      readFileSync(ODDITIES, 'utf8').replace(
        'WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39',
        'WHITE METAL LANTERN,7,2010-12-01 08:26:00,3.39',
      ),
    );
    const { cp } = (await world.query<{ cp: number }>('select max(cp)::int as cp from sync_log'))[0] ?? { cp: 0 };
    const told = await run(world, other);
    expect(told.event('done')).toMatchObject({ imported: 47, created: 0, imported_total: '2563.75' });
    expect(told.event('report')).toMatchObject({ changed: 1 });
    await world.server.drainNow();
    expect(await world.query(`select count(*)::int as changes from sync_log where cp > ${cp}`)).toEqual([
      { changes: 1 },
    ]);
  });

  it('keeps apart what another source calls by the same numbers', async () => {
    const told = await run(world, ODDITIES, { source: 'shop', currency: 'EUR', timeZone: 'Europe/Paris' });
    expect(told.event('import')).toMatchObject({
      company: 'SHOP',
      created: true,
      currency: 'EUR',
      time_zone: 'Europe/Paris',
    });
    expect(told.event('done')).toEqual(EXPECTED);
    expect(
      await world.query(
        `select c.code, count(*)::int as orders from sales_order o join company c on c.id = o.company_id where number = '536365' group by 1 order by 1`,
      ),
    ).toEqual([
      { code: 'ORDERS', orders: 1 },
      { code: 'SHOP', orders: 1 },
    ]);
  });
});

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
