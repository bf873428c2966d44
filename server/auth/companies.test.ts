/** The fiscal year of a company, and the months it must leave alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('a fiscal year on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('with locked months', () => {
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

    const begins = async (month: number): Promise<string> => {
      const { status, body } = await admin.post<{ error?: { code: string; message: string } }>(
        '/admin/companies/HAL/fiscal-year',
        { month },
      );
      return status === 200 ? 'set' : `${status} ${body.error?.code ?? ''}: ${body.error?.message ?? ''}`;
    };
    const lock = async (
      period: number,
      as: { readonly state?: 'open' | 'hard_locked'; readonly locked?: string },
    ): Promise<void> => {
      const { db } = running.server.database;
      await db.updateTable('close_period').set(as).where('period', '=', period).execute();
    };

    test('is set until it would change the trial balance of a locked month, which is named', async () => {
      const { db } = running.server.database;
      const company_id = running.data.company_id;
      await db
        .insertInto('close_period')
        .values({ company_id, period: 202609, state: 'open', cut_off_on: '2026-09-30' })
        .execute();
      await admin.import(
        'gl',
        'journal,number,booking date,account,account name,account kind,debit,credit\nM,1,2026-05-04,1000,Cash,asset,10.00,\nM,1,2026-05-04,3000,Capital,equity,,10.00\n',
        {
          make_missing: true,
        },
      );
      // nothing is locked: any month
      expect([await begins(4), await begins(7), await begins(1)]).toEqual(['set', 'set', 'set']);

      await lock(202609, { locked: '{"ledger": null}' });
      // May is in the year of September as before
      expect(await begins(4)).toBe('set');
      expect(await begins(7)).toBe(
        '409 conflict: The fiscal year of HAL stays as it is: it would change the trial balance of September 2026, whose ledger is locked. Have it opened again under Close, set the fiscal year, and lock it again.',
      );
      await lock(202610, { state: 'hard_locked' });
      expect(await begins(6)).toBe(
        '409 conflict: The fiscal year of HAL stays as it is: it would change the trial balance of October 2026, locked for good. It can be set until a month is locked for good.',
      );
      expect(await begins(5)).toBe('set');
      expect(await begins(5)).toBe('set');
      const kept = await db.selectFrom('company').select('fiscal_year_start_month').where('code', '=', 'HAL').execute();
      expect(kept).toEqual([{ fiscal_year_start_month: 5 }]);

      // opened again until later, and not for good: it may
      await lock(202610, { state: 'open' });
      await lock(202609, { locked: JSON.stringify({ ledger: running.time.now_ms + 3_600_000 }) });
      expect(await begins(7)).toBe('set');
      const told = await db
        .selectFrom('audit_event')
        .select('detail')
        .where('kind', '=', 'company_changed')
        .orderBy('id')
        .execute();
      // what was refused changed nothing, and stands nowhere as if it had
      expect(told.map(({ detail }) => detail)).toEqual([
        { before: 'January', fiscal_year_begins_with: 'April' },
        { before: 'April', fiscal_year_begins_with: 'July' },
        { before: 'July', fiscal_year_begins_with: 'January' },
        { before: 'January', fiscal_year_begins_with: 'April' },
        { before: 'April', fiscal_year_begins_with: 'May' },
        { before: 'May', fiscal_year_begins_with: 'July' },
      ]);
    });

    test('stays where closing entries end a year, which is named', async () => {
      const { db } = running.server.database;
      await db.updateTable('close_period').set({ state: 'open', locked: '{}' }).execute();
      expect(await begins(1)).toBe('set');
      await admin.import('journals', 'code,name,kind\nP13,Period 13,closing entries\n');
      const closing = (number: string, on: string): string =>
        `P13,${number},${on},8000,Sales,income,10.00,\nP13,${number},${on},3000,Capital,equity,,10.00\n`;
      const stored = await admin.import(
        'gl',
        `journal,number,booking date,account,account name,account kind,debit,credit\n${closing('1', '2025-12-31')}${closing('2', '2026-01-31')}`,
        { make_missing: true },
      );
      expect(stored.quarantined).toEqual([]);
      expect(await begins(4)).toBe(
        '409 conflict: The fiscal year of HAL stays as it is: closing entries end a year in December 2025, which would lie in the middle of one. Take them out of the ledger, or give their journal another kind under Imports, and set the fiscal year then.',
      );
      // those of a month end no year
      await db.deleteFrom('gl_line').where('month', '=', 202512).execute();
      await db.deleteFrom('gl_entry').where('month', '=', 202512).execute();
      expect(await begins(4)).toBe('set');
    });
  });
});
