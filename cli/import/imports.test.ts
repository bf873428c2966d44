/** Imports end to end on both engines: real files, real HTTP, the real server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { exportQuarantine, listQuarantine, retryQuarantine } from './quarantine.ts';
import { EXPECTED, ODDITIES, run, startWorld, type World } from './testing/world.ts';

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
