/** What an entry said before a file changed it: kept by the database, until when, and by whom. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const HEAD = 'journal,number,booked_on,account,account_name,account_kind,amount\n';
const entry = (number: string, on: string, ...amounts: readonly (readonly [string, string])[]): string =>
  amounts.map(([account, amount]) => `GEN,${number},${on},${account},Account ${account},asset,${amount}\n`).join('');

interface Balance {
  readonly code: string;
  readonly minor: number;
}

describe.each(ENGINES)('entries that are changed on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('by a file', () => {
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
    /** Imports, and answers the moment a while after it. */
    const book = async (...entries: readonly string[]): Promise<number> => {
      const outcome = await admin.import('gl', HEAD + entries.join(''), { make_missing: true });
      expect(outcome.quarantined).toEqual([]);
      return later();
    };
    const later = (): number => (running.time.now_ms += 60_000) - 30_000;
    /** The ledger as it was known at a moment, by the words of decision 0055, up to a day. */
    const known = async (at_ms: number, to = '2026-12-31'): Promise<Readonly<Record<string, number>>> => {
      const at = `'${new Date(at_ms).toISOString()}'::timestamptz`;
      const balances = await rows<Balance>(`
        select a.code, sum(x.amount_minor)::bigint as minor from gl_account a join (
          select l.account_id, l.amount_minor, e.booked_on from gl_line l join gl_entry e on e.id = l.entry_id
            where coalesce(e.changed_at, e.posted_at) <= ${at}
          union all select account_id, amount_minor, booked_on from gl_replaced_line where from_at <= ${at} and ${at} < until_at
        ) x on x.account_id = a.id where x.booked_on <= date '${to}' group by a.code having sum(x.amount_minor) <> 0 order by a.code`);
      return Object.fromEntries(balances.map(({ code, minor }) => [code, minor]));
    };

    test('what the ledger said at any moment stays to be read: amounts, the day, lines added and lines gone', async () => {
      const before = later();
      const first = await book(entry('M1', '2026-11-05', ['1000', '100.00'], ['2000', '-100.00']));
      const second = await book(entry('M1', '2026-11-05', ['1000', '999.00'], ['2000', '-999.00']));
      // the same again changes nothing
      await book(entry('M1', '2026-11-05', ['1000', '999.00'], ['2000', '-999.00']));
      const third = await book(entry('M1', '2026-11-05', ['1000', '500.00'], ['3000', '499.00'], ['2000', '-999.00']));
      const fourth = await book(entry('M1', '2026-12-02', ['1000', '999.00'], ['2000', '-999.00']));
      const ever = {
        before: await known(before),
        first: await known(first),
        second: await known(second),
        third: await known(third),
        'third in November': await known(third, '2026-11-30'),
        fourth: await known(fourth),
        'fourth in November': await known(fourth, '2026-11-30'),
      };
      expect(ever).toEqual({
        before: {},
        first: { 1000: 10_000, 2000: -10_000 },
        second: { 1000: 99_900, 2000: -99_900 },
        third: { 1000: 50_000, 2000: -99_900, 3000: 49_900 },
        'third in November': { 1000: 50_000, 2000: -99_900, 3000: 49_900 },
        fourth: { 1000: 99_900, 2000: -99_900 },
        'fourth in November': {},
      });
      expect(
        await rows(`select until_at - from_at < interval '0' as back, changed_by, month, count(*)::int as lines
          from gl_replaced_line where number = 'M1' group by until_at, from_at, changed_by, month order by until_at`),
      ).toEqual([
        { back: false, changed_by: 'admin', month: 202611, lines: 2 },
        { back: false, changed_by: 'admin', month: 202611, lines: 2 },
        { back: false, changed_by: 'admin', month: 202611, lines: 3 },
      ]);
    });

    test('a preview keeps nothing, nothing that is kept is altered, and it reaches the copies', async () => {
      await book(entry('M2', '2026-11-06', ['1000', '10.00'], ['2000', '-10.00']));
      const kept = async () => await rows<{ n: number }>('select count(*)::int as n from gl_replaced_line');
      const [had] = await kept();
      const changed = HEAD + entry('M2', '2026-11-06', ['1000', '11.00'], ['2000', '-11.00']);
      await admin.preview(await admin.stage('gl', changed));
      expect(await kept()).toEqual([had]);
      await admin.import('gl', changed);
      expect(await kept()).toEqual([{ n: (had?.n ?? 0) + 2 }]);
      await expect(rows('update gl_replaced_line set amount_minor = 0')).rejects.toThrow('only ever added to');
      await expect(rows('delete from gl_replaced_line')).rejects.toThrow('only ever added to');
      await running.server.drainNow();
      expect(await rows(`select count(*)::int as n from sync_log where tbl = 191 and op = 'U'`)).toEqual(await kept());
    });

    test('whoever writes cannot forget it: a statement by hand, a clock that went back, an entry taken out', async () => {
      const first = await book(entry('M3', '2026-11-07', ['4000', '10.00'], ['5000', '-10.00']));
      const { db } = running.server.database;
      const of = `entry_id = (select id from gl_entry where number = 'M3')`;
      await db.transaction().execute(async (tx) => {
        await sql`select set_config('binnacle.moment', '2020-01-01T00:00:00Z', true)`.execute(tx);
        // line by line, in several statements: one change
        await sql
          .raw(`update gl_line set amount_minor = amount_minor * 2 where ${of} and amount_minor > 0`)
          .execute(tx);
        await sql
          .raw(`update gl_line set amount_minor = amount_minor * 2 where ${of} and amount_minor < 0`)
          .execute(tx);
        await sql.raw(`update gl_entry set memo = 'by hand' where number = 'M3'`).execute(tx);
      });
      const of_m3 = `select amount_minor, memo, changed_by, until_at > from_at as stood from gl_replaced_line where number = 'M3'
        order by id`;
      expect(await rows(of_m3)).toEqual([
        { amount_minor: 1_000, memo: '', changed_by: null, stood: true },
        { amount_minor: -1_000, memo: '', changed_by: null, stood: true },
      ]);
      expect(await known(first)).toMatchObject({ 4000: 2_000, 5000: -2_000 });
      await db.transaction().execute(async (tx) => {
        await sql`select set_config('binnacle.moment', ${new Date(running.time.now_ms).toISOString()}, true)`.execute(
          tx,
        );
        await sql.raw(`delete from gl_line where ${of}`).execute(tx);
        await sql.raw(`delete from gl_entry where number = 'M3'`).execute(tx);
      });
      expect(await known(first)).toMatchObject({ 4000: 2_000, 5000: -2_000 });
      expect(await known(later())).not.toHaveProperty('4000');
    });

    test('a locked month keeps its entries, and nothing is kept of what was refused', async () => {
      const { db } = running.server.database;
      await book(entry('M4', '2026-10-20', ['1000', '10.00'], ['2000', '-10.00']));
      const lock = async (locked: string) =>
        await db.updateTable('close_period').set({ locked }).where('period', '=', 202610).execute();
      await lock('{"ledger": null}');
      const changed = HEAD + entry('M4', '2026-10-20', ['1000', '11.00'], ['2000', '-11.00']);
      expect((await admin.import('gl', changed)).counts).toMatchObject({ changed: 0, quarantined: 2 });
      for (const statement of [
        'update gl_line set amount_minor = 0 where month = 202610',
        'delete from gl_line where month = 202610',
        `update gl_entry set booked_on = '2026-11-20', month = 202611 where number = 'M4'`,
      ])
        await expect(rows(statement), statement).rejects.toThrow('is locked for ledger');
      expect(await rows(`select from gl_replaced_line where number = 'M4'`)).toEqual([]);
      await lock('{}');
    });
  });
});
