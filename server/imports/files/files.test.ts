import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import type { FileImportOutcome, FileImportPage } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { refuseHidden } from './companyOfFile.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const NEW_COMPANY = { name: 'Fresh Trading', currency: 'GBP', time_zone: 'Europe/London' };

describe.each(ENGINES)('importing files on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with a preview', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    let crash: string | null = null;
    const afresh = async (): Promise<void> => {
      await running?.close();
      running = await startTestServer(engine, {
        crashAt: (point) => {
          if (point !== crash) return;
          crash = null;
          throw new Error(`crash at ${point}`);
        },
      });
      admin = await fileClient(running.server.url, 'admin', running.time);
    };
    beforeAll(async () => {
      engine = await start();
      await afresh();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const logEnd = async (): Promise<number> => {
      await running.server.drainNow();
      const [end] = await rows<{ seq: number }>('select coalesce(max(seq), 0)::bigint as seq from sync_log');
      return end?.seq ?? 0;
    };
    const counts = ({ counts: { lines, created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      lines,
      created,
      changed,
      unchanged,
      quarantined,
    });

    test('the templates of a whole business go into a company of their own, and a second time change nothing', async () => {
      const order = [
        'suppliers',
        'customers',
        'items',
        'prices',
        'purchases',
        'stock',
        'accounts',
        'gl',
        'rates',
        'plan',
        'rebates',
      ] as const;
      const into = { company_code: 'FRESH', new_company: NEW_COMPANY, make_missing: true };
      for (const kind of order) {
        const csv = templateCsv(importKind(kind));
        const lines = csv.trim().split('\n').length - 1;
        const outcome = await admin.import(kind, csv, into);
        expect([kind, counts(outcome), outcome.quarantined]).toEqual([
          kind,
          { lines, created: lines, changed: 0, unchanged: 0, quarantined: 0 },
          [],
        ]);
      }
      const end = await logEnd();
      for (const kind of order) {
        const again = await admin.import(kind, templateCsv(importKind(kind)), into);
        expect([kind, counts(again)]).toEqual([
          kind,
          { lines: again.counts.lines, created: 0, changed: 0, unchanged: again.counts.lines, quarantined: 0 },
        ]);
      }
      expect(await logEnd()).toBe(end);
      expect(
        await rows(`select p.number, p.state, l.ordered_qty_milli, l.received_qty_milli, l.received_on
          from purchase_order p join po_line l on l.purchase_order_id = p.id order by p.number`),
      ).toEqual([
        {
          number: 'PO-7001',
          state: 'received',
          ordered_qty_milli: 20_000_000,
          received_qty_milli: 20_000_000,
          received_on: '2026-02-02',
        },
        { number: 'PO-7002', state: 'open', ordered_qty_milli: 10_000, received_qty_milli: 0, received_on: null },
      ]);
      const { body } = await admin.post<FileImportPage>('/imports/files/earlier', {});
      expect(body.imports).toHaveLength(2 * order.length);
    });

    test('no import writes a rule of prices; a file that repeats what holds passes', async () => {
      const head = 'kind,item,price,max_discount,valid_from';
      const file = `${head}\nfloor,FA-1,0.25,,2026-01-01\nlist,FA-1,0.4,12.5,2026-01-01\nlist,FA-2,0.4,,2026-01-01\n`;
      const first = await admin.import('prices', file);
      expect(counts(first)).toEqual({ lines: 3, created: 1, changed: 0, unchanged: 0, quarantined: 2 });
      expect(first.quarantined.map(({ reason }) => reason.slice(0, 62))).toEqual([
        'A price floor is a rule that somebody else approves, so no imp',
        'A highest discount is a rule that somebody else approves, so n',
      ]);
      const { company_id, items } = running.data;
      const of = { company_id, item_id: items[0] ?? 0, valid_from: '2026-01-01' };
      const { db } = running.server.database;
      await db
        .insertInto('price_floor')
        .values({ ...of, floor_price_micro: 250_000 })
        .execute();
      await db
        .insertInto('price_rule')
        .values({ ...of, max_discount_bp: 1250, owner: 'finance' })
        .execute();
      const again = await admin.import('prices', `${file.replace('0.4,12.5', ',12.5')}floor,FA-2,0.26,,2026-01-01\n`);
      expect(counts(again)).toEqual({ lines: 4, created: 0, changed: 0, unchanged: 3, quarantined: 1 });
      await rows(`delete from price_floor returning id`);
      await rows(`delete from price_rule returning id`);
    });

    test('a barcode names one item, and stock keeps the unit it is counted in', async () => {
      const head = 'code,name,uom,barcode';
      await admin.import('items', `${head}\nBC-1,One,pcs,111\nBC-2,Two,pcs,222\n`);
      const clash = await admin.import(
        'items',
        `${head}\nBC-3,Three,pcs,333\nBC-4,Four,pcs,333\nBC-5,Five,pcs,111\nFA-1,Bolt FA-1,m,\n`,
      );
      expect(counts(clash)).toEqual({ lines: 4, created: 0, changed: 0, unchanged: 0, quarantined: 4 });
      expect(clash.quarantined.map(({ reason }) => reason)).toEqual([
        'Line 3 gives the barcode 333 to BC-4. One barcode names one item: correct one of them.',
        'Line 2 gives the barcode 333 to BC-3. One barcode names one item: correct one of them.',
        'The barcode 111 is that of BC-1 already. One barcode names one item: correct it, or give BC-1 another in this file.',
        'Stock of FA-1 is counted in pcs, the line says m. Keep pcs, or make a new item for m.',
      ]);
      // two items that change theirs with each other do not clash
      const swapped = await admin.import('items', `${head}\nBC-1,One,pcs,222\nBC-2,Two,pcs,111\n`);
      expect(counts(swapped)).toMatchObject({ changed: 2, quarantined: 0 });
      // what waits was looked at: later tests count what they bring themselves
      await rows(`delete from item where code like 'BC-%' returning id`);
    });

    test('a preview writes nothing and says before and after; applying does just that', async () => {
      const before = await logEnd();
      const csv =
        'Artikelnr;Bezeichnung;Einheit;EK-Preis'.replaceAll(';', ',') +
        '\nFA-1,Bolt renamed,pcs,0.5\nNEW-1,Fresh nut,m,1.25\n';
      const import_id = await admin.stage('items', csv);
      const preview = await admin.preview(import_id);
      expect(await logEnd()).toBe(before);
      expect(preview).toMatchObject({ applied: false, counts: { lines: 2, created: 1, changed: 1, quarantined: 0 } });
      expect(preview.changed).toEqual([
        {
          line_number: 2,
          label: 'FA-1',
          fields: [
            { column: 'name', before: 'Bolt FA-1', after: 'Bolt renamed' },
            { column: 'unit_cost_micro', before: 987_654_321_123, after: 500_000 },
          ],
        },
      ]);
      expect(preview.tie).toEqual([
        { label: 'Unit cost', source: '1.75', imported: '1.75', quarantined: '0', unreadable: 0 },
      ]);
      const applied = await admin.post<FileImportOutcome>(`/imports/files/${import_id}/apply`, {
        fingerprint: preview.fingerprint,
      });
      expect(applied.body).toEqual({ ...preview, applied: true });
      expect(
        await rows(`select code, name, uom, active from item where code in ('FA-1', 'NEW-1') order by code`),
      ).toEqual([
        { code: 'FA-1', name: 'Bolt renamed', uom: 'pcs', active: true },
        { code: 'NEW-1', name: 'Fresh nut', uom: 'm', active: true },
      ]);
      expect(await logEnd()).toBeGreaterThan(before);
      const twice = await admin.post(`/imports/files/${import_id}/apply`, { fingerprint: preview.fingerprint });
      expect(twice.status).toBe(409);
    });

    test('applying is refused when the data moved since the preview', async () => {
      const import_id = await admin.stage('items', 'code,name\nFA-3,Bolt renamed\n');
      const { fingerprint } = await admin.preview(import_id);
      await running.server.database.db
        .updateTable('item')
        .set({ name: 'Meanwhile' })
        .where('code', '=', 'FA-3')
        .execute();
      const answer = await admin.post(`/imports/files/${import_id}/apply`, { fingerprint });
      expect([answer.status, answer.body]).toEqual([
        409,
        {
          error: expect.objectContaining({ code: 'conflict', message: expect.stringContaining('Nothing was applied') }),
        },
      ]);
      expect(await rows(`select name from item where code = 'FA-3'`)).toEqual([{ name: 'Meanwhile' }]);
      const again = await admin.preview(import_id);
      expect(again.changed[0]?.fields).toEqual([{ column: 'name', before: 'Meanwhile', after: 'Bolt renamed' }]);
    });

    test('a crash before the commit leaves nothing, and the same file can be applied then', async () => {
      const import_id = await admin.stage('items', 'code,name\nNEW-2,Fresh nut\n');
      const { fingerprint } = await admin.preview(import_id);
      crash = 'server.import.before_commit';
      expect((await admin.post(`/imports/files/${import_id}/apply`, { fingerprint })).status).toBe(500);
      expect(await rows(`select code from item where code = 'NEW-2'`)).toEqual([]);
      expect((await admin.post(`/imports/files/${import_id}/apply`, { fingerprint })).status).toBe(200);
      expect(await rows(`select code from item where code = 'NEW-2'`)).toEqual([{ code: 'NEW-2' }]);
    });

    test('every line is imported or waits with its reason, ties out, and leaves the quarantine when put right', async () => {
      await afresh();
      const bad =
        'site,item,qty on hand,reserved\nAMS,FA-1,12.5,1\nAMS,NOPE,3,0\nAMS,FA-2,many,0\nRTM,FA-1,7,0\nRTM,FA-1,7,0\n'.replace(
          'qty on hand',
          'on hand qty',
        );
      const outcome = await admin.import('stock', bad);
      expect(counts(outcome)).toEqual({ lines: 5, created: 0, changed: 2, unchanged: 0, quarantined: 3 });
      expect(outcome.tie).toEqual([
        { label: 'Quantity', source: '29.5', imported: '19.5', quarantined: '10', unreadable: 1 },
      ]);
      const waiting = await admin.refused('stock');
      expect(waiting.lines.map(({ line_number, label, reason }) => [line_number, label, reason])).toEqual([
        [3, 'AMS · NOPE', 'There is no item "NOPE" in this company.'],
        [4, 'AMS · FA-2', 'The quantity on hand "many" is not a number.'],
        [6, 'RTM · FA-1', 'Line 5 says the same of the same balance: once is enough.'],
      ]);
      const end = await logEnd();
      const quarantine = await rows('select * from import_refused order by id');
      const again = await admin.import('stock', bad);
      expect(counts(again)).toEqual({ lines: 5, created: 0, changed: 0, unchanged: 2, quarantined: 3 });
      expect(await logEnd()).toBe(end);
      expect(await rows('select * from import_refused order by id')).toEqual(quarantine);

      // one put right in the quarantine, one by the next file, one thrown away
      const [first, second, third] = waiting.lines;
      const retry = await admin.post<{ import_id: number }>('/imports/files', {
        kind: 'stock',
        company_code: 'HAL',
        new_company: null,
        source: 'files',
        file_name: 'quarantine',
        header: ['x'],
        map: null,
        mode: 'retry',
        complete: false,
        make_missing: false,
      });
      const { import_id } = retry.body;
      await admin.post(`/imports/files/${import_id}/lines`, {
        block: 1,
        lines: [{ line_number: 1, refused_id: second?.id, fields: ['AMS', 'FA-2', '9', '0'] }],
      });
      const { fingerprint } = await admin.preview(import_id);
      expect((await admin.post(`/imports/files/${import_id}/apply`, { fingerprint })).status).toBe(200);
      await admin.import('items', 'code,name\nNOPE,Exists now\n');
      const unsaid = { kind: 'stock', company_code: 'HAL', ids: [third?.id] };
      expect(await admin.post('/imports/files/dismiss', unsaid)).toMatchObject({ status: 400 });
      expect((await admin.refused('stock')).total).toBe(2);
      await admin.post('/imports/files/dismiss', { ...unsaid, reason: 'Of another depot' });
      const last = await admin.import('stock', bad);
      expect(counts(last)).toEqual({ lines: 5, created: 1, changed: 0, unchanged: 2, quarantined: 2 });
      expect(last.counts.settled_earlier).toBe(2);
      expect((await admin.refused('stock')).total).toBe(0);
      expect(await rows(`select state from import_refused where id = ${first?.id ?? 0}`)).toEqual([
        { state: 'corrected' },
      ]);
      expect(
        await rows(`select b.on_hand_qty_milli from stock_balance b join item i on i.id = b.item_id join site s on s.id = b.site_id
        where i.code = 'FA-2' and s.code = 'AMS'`),
      ).toEqual([{ on_hand_qty_milli: 9000 }]);
    });

    test('stock: what a file does not name stays, and is emptied when the file is complete', async () => {
      await afresh();
      const csv = 'site,item,on hand,as of\nAMS,FA-1,1,2026-11-20\n';
      expect((await admin.import('stock', csv)).counts).toMatchObject({ changed: 1, outside: 0 });
      const complete = await admin.import('stock', csv, { complete: true });
      expect(complete.counts).toMatchObject({ changed: 0, unchanged: 1, outside: 2 });
      expect(complete.changed.map(({ label, fields }) => [label, fields])).toEqual(
        ['AMS · FA-2', 'AMS · FA-3'].map((label) => [
          label,
          [
            { column: 'on_hand_qty_milli', before: 5000, after: 0 },
            { column: 'counted_on', before: null, after: '2026-11-20' },
            { column: 'adjustment_qty_milli', before: null, after: -5000 },
          ],
        ]),
      );
      const older = await admin.import('stock', csv.replace('-20', '-19').replace('FA-1,1', 'FA-1,2'));
      expect(older.quarantined.map(({ reason }) => reason)).toEqual([
        "The balance there is of 2026-11-20 already, later than the line's 2026-11-19.",
      ]);
      // a line that waits may be any balance
      const doubtful = await admin.import('stock', 'site,item,on hand\nRTM,FA-1,1\nRTM,FA2,9\n', { complete: true });
      expect(doubtful.counts).toMatchObject({ outside: 0, quarantined: 1 });
      expect(doubtful.flagged[0]?.text).toContain('1 of its lines wait');
    });

    test('gl: an entry that does not balance waits whole; a locked period takes no line; a shorter entry loses its last', async () => {
      const head = 'journal,number,booking date,account,account name,account kind,debit,credit\n';
      const entry = (number: string, date: string, credit: string) =>
        `S,${number},${date},1200,Debtors,asset,100.00,\nS,${number},${date},4000,Sales,income,,${credit}\n`;
      const csv = `${head}${entry('1', '2026-11-02', '100.00')}${entry('2', '2026-11-02', '99.99')}${entry('3', '2026-10-31', '100.00')}`;
      await running.server.database.db.updateTable('close_period').set({ locked: '{"ledger": null}' }).execute();
      const finance = await fileClient(running.server.url, 'finance', running.time);
      const outcome = await finance.import('gl', csv, { make_missing: true });
      expect(counts(outcome)).toEqual({ lines: 6, created: 2, changed: 0, unchanged: 0, quarantined: 4 });
      expect(outcome.quarantined.map(({ reason }) => reason)).toEqual([
        'The entry does not balance: its debits are 0.01 EUR more than its credits.',
        'The entry does not balance: its debits are 0.01 EUR more than its credits.',
        'Ledger of October 2026 is locked. Book it in an open month, or have it opened again under Close.',
        'Ledger of October 2026 is locked. Book it in an open month, or have it opened again under Close.',
      ]);
      expect(outcome.tie).toEqual([
        { label: 'Debit', source: '300', imported: '100', quarantined: '200', unreadable: 0 },
        { label: 'Credit', source: '299.99', imported: '100', quarantined: '199.99', unreadable: 0 },
      ]);
      expect(outcome.made).toEqual([{ what: 'account', codes: ['1200', '4000'] }]);
      const three = `${head}S,1,2026-11-02,1200,,,60.00,\nS,1,2026-11-02,1200,,,40.00,\nS,1,2026-11-02,4000,,,,100.00\n`;
      expect(counts(await finance.import('gl', three))).toEqual({
        lines: 3,
        created: 1,
        changed: 2,
        unchanged: 0,
        quarantined: 0,
      });
      const back = await finance.import('gl', `${head}${entry('1', '2026-11-02', '100.00')}`);
      expect(back.changed[0]?.fields).toContainEqual({ column: 'lines', before: 3, after: 2 });
      expect(await rows('select sum(amount_minor)::bigint as total, count(*)::int as lines from gl_line')).toEqual([
        { total: 0, lines: 2 },
      ]);
    });

    test('shipments: found by order and item, more than ordered is flagged, unknown orders wait', async () => {
      const csv =
        'shipment,order,item,shipped on,quantity\nDN-1,SO-0,FA-1,2026-10-10,3\nDN-2,SO-9,FA-1,2026-10-10,1\nDN-3,SO-0,FA-2,2026-10-10,1\n';
      const outcome = await admin.import('shipments', csv);
      expect(counts(outcome)).toEqual({ lines: 3, created: 1, changed: 0, unchanged: 0, quarantined: 2 });
      expect(outcome.flagged).toEqual([
        { line_number: 2, label: 'DN-1 · SO-0 · FA-1', text: '1 more are shipped than the line still orders.' },
      ]);
      expect(outcome.quarantined.map(({ reason }) => reason)).toEqual([
        'There is no order "SO-9" in this company.',
        'The order "SO-0" has no line for the item "FA-2".',
      ]);
      expect(
        await rows(
          `select s.number, s.qty_milli, s.month = l.month as same from shipment_line s join order_line l on l.id = s.order_line_id`,
        ),
      ).toEqual([{ number: 'DN-1', qty_milli: 3000, same: true }]);
    });

    test('the books and the companies of others stay closed to a forged client', async () => {
      await afresh();
      const planner = await fileClient(running.server.url, 'planner', running.time);
      const gl = templateCsv(importKind('gl'));
      await expect(planner.stage('gl', gl)).rejects.toThrow('403: Ledger entries are for Finance');
      await expect(planner.stage('items', 'code,name\nX,Y\n', { company_code: 'BRK' })).rejects.toThrow('404');
      await expect(
        planner.stage('items', 'code,name\nX,Y\n', { company_code: 'NEW', new_company: NEW_COMPANY }),
      ).rejects.toThrow('403: Making a company needs an administrator');
      const sales = await fileClient(running.server.url, 'sales', running.time);
      await expect(sales.stage('items', 'code,name\nX,Y\n')).rejects.toThrow('404');
      const auditor = await fileClient(running.server.url, 'auditor', running.time);
      await expect(auditor.stage('items', 'code,name\nX,Y\n')).rejects.toThrow('404');

      // somebody else's staged file, and what finance left behind
      const finance = await fileClient(running.server.url, 'finance', running.time);
      const theirs = await finance.stage('gl', gl, { make_missing: true });
      const before = await logEnd();
      for (const path of ['preview', 'apply', 'lines']) {
        const body =
          path === 'lines' ? { block: 2, lines: [{ line_number: 99, fields: ['x'] }] } : { fingerprint: 'x' };
        expect((await planner.post(`/imports/files/${theirs}/${path}`, body)).status).toBe(404);
      }
      await finance.import('gl', gl);
      expect((await planner.post('/imports/files/refused', { kind: 'gl', company_code: 'HAL' })).status).toBe(403);
      const { body } = await planner.post<FileImportPage>('/imports/files/earlier', {});
      expect(body.imports).toEqual([]);
      expect((await finance.post<FileImportPage>('/imports/files/earlier', {})).body.imports).toHaveLength(1);
      expect(await logEnd()).toBe(before);

      // a grant that is taken away between preview and apply
      const mine = await planner.stage('items', 'code,name\nX,Y\n');
      const { fingerprint } = await planner.preview(mine);
      const { db } = running.server.database;
      await sql`delete from access_grant where user_id = (select id from app_user where name = 'planner')`.execute(db);
      expect((await planner.post(`/imports/files/${mine}/apply`, { fingerprint })).status).toBe(404);
      expect(await rows(`select 1 from item where code = 'X'`)).toEqual([]);
    });

    test('two lines of one order for the same item stay two lines', async () => {
      const head = 'po,line,supplier,site,item,order date,ordered qty,eta\n';
      const line = (number: number, quantity: number) =>
        `PO-9,${number},S-9,AMS,FA-1,2026-10-01,${quantity},2026-10-20\n`;
      const csv = `${head}${line(1, 5)}${line(2, 7)}`;
      expect(counts(await admin.import('purchases', csv, { make_missing: true }))).toMatchObject({ created: 2 });
      // an order from elsewhere does not say which of its lines is which
      await rows(`update po_line set external_id = null where external_id = '1'`);
      const again = await admin.import('purchases', `${head}${line(1, 6)}${line(2, 7)}${line(3, 8)}`);
      expect(counts(again)).toEqual({ lines: 3, created: 1, changed: 1, unchanged: 1, quarantined: 0 });
      expect(
        await rows(`select l.ordered_qty_milli from po_line l join purchase_order p on p.id = l.purchase_order_id
          where p.number = 'PO-9' order by 1`),
      ).toEqual([{ ordered_qty_milli: 6000 }, { ordered_qty_milli: 7000 }, { ordered_qty_milli: 8000 }]);
    });

    test('figures the data cannot hold are refused line by line', async () => {
      const outcome = await admin.import('customers', 'code,name,payment terms\nC-1,Ann,30\nC-2,Bob,99999\n');
      expect([counts(outcome).created, outcome.quarantined.map(({ reason }) => reason)]).toEqual([
        1,
        ['The payment terms in days "99999" is more than 3650.'],
      ]);
    });

    test('blocks come in order, once, and never more than a transaction can hold', async () => {
      const import_id = await admin.stage('items', 'code,name\nX,Y\n');
      const again = { block: 1, lines: [{ line_number: 2, fields: ['X', 'Y'] }] };
      expect((await admin.post<{ lines: number }>(`/imports/files/${import_id}/lines`, again)).body).toEqual({
        lines: 1,
      });
      expect((await admin.post(`/imports/files/${import_id}/lines`, { ...again, block: 3 })).status).toBe(409);
      expect((await admin.post(`/imports/files/${import_id}/lines`, { ...again, block: 2 })).status).toBe(400);
    });
  });
});

test('a role that sees no cost brings none, whatever else it may', () => {
  const map = { columns: { code: 'Code', unit_cost: 'EK' }, date_order: 'ymd', decimal_mark: '.' } as const;
  expect(() => refuseHidden({ kind: 'items', map }, (area) => area !== 'cost')).toThrow('The column "EK" holds costs');
  expect(() => refuseHidden({ kind: 'items', map: { ...map, columns: { code: 'Code' } } }, () => false)).not.toThrow();
  expect(() => refuseHidden({ kind: 'gl', map }, (area) => area !== 'finance')).toThrow('for Finance');
});

test('every kind has a store and a template', () => {
  const kinds: readonly KindName[] = KIND_NAMES;
  for (const kind of kinds)
    expect(importKind(kind).examples.every((row) => row.length === importKind(kind).fields.length)).toBe(true);
});
