import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { importDatabase } from '#server/imports/schema.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { applyFile, type FileRun, previewFile } from './runFile.ts';

const NEW_COMPANY = { name: 'Fresh Trading', currency: 'GBP', time_zone: 'Europe/London' };

describe.each(ENGINES)('a file in parts on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of two lines', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    let turn = 0;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    beforeEach(() => {
      turn += 1;
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const runOf = (import_id: number, options: Partial<FileRun> = {}): FileRun => ({
      db: importDatabase(running.server.database.db),
      importer: {
        user_id: 1,
        user_name: 'admin',
        address: '127.0.0.1',
        grants: [{ role: 'admin', company_id: null, site_id: null, channel_id: null }],
      },
      import_id,
      now: new Date(running.time.now_ms),
      crashAt: () => {},
      committed: () => {},
      lines_a_part: 2,
      ...options,
    });
    const suppliers = (names: readonly string[]): string =>
      `code,name\n${names.map((name, index) => `S${turn}-${index},${name}\n`).join('')}`;
    const stored = async (): Promise<string[]> =>
      (await rows<{ name: string }>(`select name from party where code like 'S${turn}-_' order by code`)).map(
        ({ name }) => name,
      );

    test('says and does what it would in one', async () => {
      const csv = suppliers(['A', 'B', 'C', 'D', 'E']).replace(',D', ',');
      const whole = await previewFile(runOf(await admin.stage('suppliers', csv), { lines_a_part: 100 }));
      const import_id = await admin.stage('suppliers', csv);
      const preview = await previewFile(runOf(import_id));
      expect({ ...preview, import_id: 0, fingerprint: '' }).toEqual({ ...whole, import_id: 0, fingerprint: '' });
      expect(await stored()).toEqual([]);
      const commits: boolean[] = [];
      const applied = await applyFile(
        runOf(import_id, { committed: (made) => commits.push(made) }),
        preview.fingerprint,
      );
      expect(applied).toEqual({ ...preview, applied: true });
      expect([commits, await stored()]).toEqual([
        [false, false],
        ['A', 'B', 'C', 'E'],
      ]);
      expect((await admin.refused('suppliers')).lines.map(({ line_number }) => line_number)).toEqual([5]);
    });

    test('that was cut off goes on where it was, and every line is stored once', async () => {
      const import_id = await admin.stage('suppliers', suppliers(['A', 'B', 'C', 'D', 'E']));
      const { fingerprint, counts } = await previewFile(runOf(import_id));
      let commits = 0;
      const crashAt = (point: string): void => {
        if (point === 'server.import.committed' && ++commits === 2) throw new Error('the server dies');
      };
      await expect(applyFile(runOf(import_id, { crashAt }), fingerprint)).rejects.toThrow('dies');
      expect(await stored()).toEqual(['A', 'B', 'C', 'D']);
      const before = await rows(`select id, ver from party where code like 'S${turn}-_' order by code`);
      const rest = await applyFile(runOf(import_id), fingerprint);
      expect([rest.counts, await stored()]).toEqual([counts, ['A', 'B', 'C', 'D', 'E']]);
      expect((await rows(`select id, ver from party where code like 'S${turn}-_' order by code`)).slice(0, 4)).toEqual(
        before,
      );
      await expect(applyFile(runOf(import_id), fingerprint)).rejects.toThrow('applied already');
    });

    test('that meets other data on the way stops there, says how far it came, and ends after a new preview', async () => {
      await admin.import('suppliers', suppliers(['A', 'B', 'C']));
      const import_id = await admin.stage('suppliers', suppliers(['A', 'B2', 'C2']));
      const { fingerprint } = await previewFile(runOf(import_id));
      await rows(`update party set name = 'Meanwhile' where code = 'S${turn}-2'`);
      await expect(applyFile(runOf(import_id), fingerprint)).rejects.toThrow('2 lines are applied, the rest');
      expect(await stored()).toEqual(['A', 'B2', 'Meanwhile']);
      const again = await previewFile(runOf(import_id));
      expect(again.changed.map(({ label, fields }) => [label, fields[0]?.before])).toEqual([
        [`S${turn}-2`, 'Meanwhile'],
      ]);
      await applyFile(runOf(import_id), again.fingerprint);
      expect(await stored()).toEqual(['A', 'B2', 'C2']);
    });

    test('is never applied by two requests at the same time', async () => {
      const import_id = await admin.stage('suppliers', suppliers(['A', 'B', 'C', 'D']));
      const { fingerprint } = await previewFile(runOf(import_id));
      const both = await Promise.allSettled([1, 2].map(() => applyFile(runOf(import_id), fingerprint)));
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await stored()).toEqual(['A', 'B', 'C', 'D']);
    });

    test('takes no line that was staged behind its preview', async () => {
      const import_id = await admin.stage('suppliers', suppliers(['A', 'B']));
      const { fingerprint } = await previewFile(runOf(import_id));
      await admin.post(`/imports/files/${import_id}/lines`, {
        block: 2,
        lines: [{ line_number: 9, fields: [`S${turn}-9`, 'Late'] }],
      });
      await expect(applyFile(runOf(import_id), fingerprint)).rejects.toThrow('Nothing was applied');
      expect(await stored()).toEqual([]);
    });

    test('makes its company and what is missing once, and whoever may only make companies ends it too', async () => {
      const head = 'journal,number,booking date,account,account name,account kind,debit,credit\n';
      const entry = (number: number, names: readonly [string, string]) =>
        `S,${number},2026-09-30,1200,${names[0]},10.00,\nS,${number},2026-09-30,4000,${names[1]},,10.00\n`;
      // the first entry comes before the line that says what its accounts are
      const csv = `${head}${entry(1, [',', ','])}${entry(2, ['Debtors,asset', 'Sales,income'])}`;
      const into = { company_code: 'FRESH', new_company: NEW_COMPANY, make_missing: true };
      const { company_id } = running.data;
      const [account] = await rows<{ id: number }>(`select id from app_user where name = 'admin'`);
      const grants = [{ role: 'admin', company_id, site_id: null, channel_id: null }] as const;
      const narrow = { importer: { user_id: account?.id ?? 0, user_name: 'admin', address: '127.0.0.1', grants } };
      const import_id = await admin.stage('gl', csv, into);
      const preview = await previewFile(runOf(import_id, narrow));
      expect([preview.counts.created, preview.made, preview.company.created]).toEqual([
        4,
        [{ what: 'account', codes: ['1200', '4000'] }],
        true,
      ]);
      const made: boolean[] = [];
      await applyFile(
        runOf(import_id, { ...narrow, committed: (new_company) => made.push(new_company) }),
        preview.fingerprint,
      );
      expect(made).toEqual([true, false]);
      expect(
        await rows(`select a.code, a.name from gl_account a join company c on c.id = a.company_id
        where c.code = 'FRESH' order by a.code`),
      ).toEqual([
        { code: '1200', name: 'Debtors' },
        { code: '4000', name: 'Sales' },
      ]);
    });

    test('of a complete stock file empties what no part of it names', async () => {
      const csv = 'site,item,on hand\nAMS,FA-1,1\nAMS,FA-2,2\nRTM,FA-1,3\n';
      const import_id = await admin.stage('stock', csv, { complete: true });
      const { fingerprint } = await previewFile(runOf(import_id));
      const { counts, changed } = await applyFile(runOf(import_id), fingerprint);
      expect([counts.changed, counts.outside, changed.slice(-3).map(({ label }) => label)]).toEqual([
        3,
        3,
        ['AMS · FA-3', 'RTM · FA-2', 'RTM · FA-3'],
      ]);
      expect(
        await rows(`select s.code as site, i.code as item, b.on_hand_qty_milli from stock_balance b
          join item i on i.id = b.item_id join site s on s.id = b.site_id where s.company_id = ${running.data.company_id}
          order by s.code, i.code`),
      ).toEqual([
        { site: 'AMS', item: 'FA-1', on_hand_qty_milli: 1000 },
        { site: 'AMS', item: 'FA-2', on_hand_qty_milli: 2000 },
        { site: 'AMS', item: 'FA-3', on_hand_qty_milli: 0 },
        { site: 'RTM', item: 'FA-1', on_hand_qty_milli: 3000 },
        { site: 'RTM', item: 'FA-2', on_hand_qty_milli: 0 },
        { site: 'RTM', item: 'FA-3', on_hand_qty_milli: 0 },
      ]);
    });
  });
});
