/** Entries that close a fiscal year come in as a file of entries, in a journal of their own, and stand beside the year's result. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trialBalanceLines } from '#domain/close/drawnUp.ts';
import { fluxLines } from '#domain/close/flux/lines.ts';
import { fluxAccounts } from '#server/close/fluxAccounts.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const HEAD = 'journal,number,booked_on,account,account_name,account_kind,debit,credit';
const entry = (journal: string, number: string, on: string, ...lines: readonly string[]): string =>
  lines.map((line) => `${journal},${number},${on},${line}\n`).join('');
const BANK = '1000,Bank,asset';
const EQUITY = '3200,Retained earnings,equity';
const RENT = '7000,Rent,expense';
const SALES = '8000,Sales,income';

describe.each(ENGINES)('closing entries on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of a fiscal year that begins in April', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin');
      await running.server.database.db.updateTable('company').set({ fiscal_year_start_month: 4 }).execute();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const reasons = async (kind: 'gl' | 'journals', text: string) =>
      (await admin.import(kind, text, { make_missing: true })).quarantined.map(({ reason }) => reason);
    const accountsOf = async (period: number) => {
      const { db } = running.server.database;
      const company = { id: running.data.company_id, fiscal_year_start_month: 4 };
      return await db.transaction().execute(async (tx) => await fluxAccounts(tx, company, period));
    };

    test('they are those of a year or of a month, from income and expense to equity; anything else is refused with why', async () => {
      expect(
        await reasons('journals', 'code,name,kind\nMISC,Miscellaneous,by_hand\nP13,Period 13,closing entries\n'),
      ).toEqual([]);
      // 600.00 and 400.00 sold, 700.00 of rent: a profit of 300.00
      const year =
        entry('MISC', 'M1', '2030-06-10', `${BANK},600,`, `${SALES},,600`) +
        entry('MISC', 'M2', '2030-09-10', `${RENT},700,`, `${BANK},,700`) +
        entry('MISC', 'M3', '2031-03-05', `${BANK},400,`, `${SALES},,400`);
      expect(await reasons('gl', `${HEAD}\n${year}`)).toEqual([]);
      // in the midst of a month, and on the first day of the year after
      const early = entry('P13', 'C1', '2030-12-15', `${SALES},1000,`, `${RENT},,700`, `${EQUITY},,300`);
      const late = entry('P13', 'C1', '2031-04-01', `${SALES},1000,`, `${RENT},,700`, `${EQUITY},,300`);
      const why = (words: string): string =>
        `P13 holds closing entries, which lie in the last month of a fiscal year or on the last day of the month they close. ${words}, or in another journal.`;
      const inDecember = why(
        'Book what closes December 2030 on 31 December 2030, what closes the year before on 31 March 2030',
      );
      const inApril = why('Book what closes April 2031 on 30 April 2031, what closes the year before on 31 March 2031');
      expect(await reasons('gl', `${HEAD}\n${early}`)).toEqual([inDecember, inDecember, inDecember]);
      expect(await reasons('gl', `${HEAD}\n${late}`)).toEqual([inApril, inApril, inApril]);
      const assets = entry('P13', 'C2', '2031-03-31', `${SALES},1000,`, `${BANK},,1000`);
      expect(await reasons('gl', `${HEAD}\n${assets}`)).toContain(
        'P13 holds closing entries, which carry income and expense to equity. Account 1000 is an asset: book it in another journal.',
      );
      const { db } = running.server.database;
      const stored = await db.selectFrom('gl_entry').select('number').where('journal', '=', 'P13').execute();
      expect(stored).toEqual([]);
    });

    test('what is drawn up of the month stands before them, and names what they carried', async () => {
      const named = async (period: number) => {
        const accounts = await accountsOf(period);
        const wanted = new Set(['1000', '3200', '7000', '8000']);
        const own = accounts.filter(({ code }) => wanted.has(code));
        const lines = trialBalanceLines(own).map(({ ref, amount_minor }) => `${ref} ${amount_minor}`);
        const flux = fluxLines(own).map(({ side, ref, amount_minor }) => `${side} ${ref} ${amount_minor}`);
        expect(trialBalanceLines(own).reduce((sum, { amount_minor }) => sum + amount_minor, 0)).toBe(0);
        return { lines, flux };
      };
      const before = await named(203103);
      expect(before.lines).toEqual(['Bank 30000', 'Rent 70000', 'Sales -100000']);
      const closing = entry('P13', 'C3', '2031-03-31', `${SALES},1000,`, `${RENT},,700`, `${EQUITY},,300`);
      expect(await reasons('gl', `${HEAD}\n${closing}`)).toEqual([]);
      const after = await named(203103);
      expect(after.lines).toEqual([
        ...before.lines,
        'Closing entries: income and expense 30000',
        'Closing entries: carried to equity -30000',
      ]);
      const nonzero = (lines: readonly string[]) => lines.filter((line) => !line.endsWith(' 0'));
      expect(nonzero(after.flux)).toEqual(nonzero(before.flux));
      // the year after opens with it, and its first month is no change of equity
      const opened = await named(203104);
      expect(opened.lines).toEqual(['Bank 30000', 'Retained earnings -30000']);
      expect(nonzero(opened.flux).filter((line) => line.includes('3200'))).toEqual([
        'ledger 3200 Retained earnings -30000',
        'subledger 3200 Retained earnings -30000',
      ]);
      expect(opened.flux.filter((line) => line.includes('8000') && line.startsWith('subledger'))).toEqual([
        'subledger 8000 Sales -40000',
      ]);
    });

    test('what closes a month is drawn up before the closing entries of the year so far', async () => {
      const income = entry('MISC', 'M9', '2032-05-10', `${BANK},80,`, `${SALES},,80`);
      const june = entry('MISC', 'M10', '2032-06-10', `${BANK},20,`, `${SALES},,20`);
      const may = entry('P13', 'C9', '2032-05-31', `${SALES},80,`, `${EQUITY},,80`);
      const linesOf = async (period: number) =>
        trialBalanceLines(await accountsOf(period))
          .filter(({ ref }) => /Sales|Retained|Closing/.test(ref))
          .map(({ ref, amount_minor }) => `${ref} ${amount_minor}`);
      const fluxed = async (period: number) =>
        fluxLines(await accountsOf(period))
          .filter(({ ref }) => /8000|3200/.test(ref))
          .map(({ side, ref, amount_minor }) => `${side} ${ref} ${amount_minor}`);
      expect(await reasons('gl', `${HEAD}\n${income}${june}`)).toEqual([]);
      const before = [await linesOf(203205), await linesOf(203206), await fluxed(203205), await fluxed(203206)];
      expect(await reasons('gl', `${HEAD}\n${may}`)).toEqual([]);
      const named = ['Closing entries: income and expense 8000', 'Closing entries: carried to equity -8000'];
      expect([await linesOf(203205), await linesOf(203206)]).toEqual([
        [...(before[0] ?? []), ...named],
        [...(before[1] ?? []), ...named],
      ]);
      expect([await fluxed(203205), await fluxed(203206)]).toEqual(before.slice(2));
    });

    test('entries that are there become closing entries only where they are some, and where no month is locked', async () => {
      const to = (code: string, kind: string) => `code,name,kind\n${code},Changed,${kind}\n`;
      expect(await reasons('journals', to('MISC', 'closing_entries'))).toEqual([
        'It has entries of June 2030. MISC holds closing entries, which lie in the last month of a fiscal year or on the last day of the month they close. Book what closes June 2030 on 30 June 2030, what closes the year before on 31 March 2030, or in another journal.',
      ]);
      const { db } = running.server.database;
      const { company_id } = running.data;
      const period = await db.selectFrom('close_period').selectAll().limit(1).executeTakeFirstOrThrow();
      await db
        .updateTable('close_period')
        .set({ period: 203103, locked: '{"ledger": null}' })
        .where('id', '=', period.id)
        .where('company_id', '=', company_id)
        .execute();
      expect(await reasons('journals', to('P13', 'by_hand'))).toEqual([
        'It has entries of March 2031, whose ledger is locked: whether they close the year stays as it is.',
      ]);
      await db
        .updateTable('close_period')
        .set({ period: period.period, locked: '{}' })
        .where('id', '=', period.id)
        .execute();
      expect(await reasons('journals', to('P13', 'by_hand'))).toEqual([]);
    });
  });
});
