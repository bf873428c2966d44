/** Statements as banks send them, from the file to what the bank's reconciliation finds of the ledger. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNSET_METHODS } from '#domain/close/reconcile/methods.ts';
import { dayNumber } from '#domain/calendar.ts';
import { reconcileBank } from '#domain/close/reconcile/bank/reconcileBank.ts';
import { CAMT_02, camt, entry, IBAN, statement } from '#domain/imports/bank/testing/files.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { bankAccounts } from '#server/close/facts/bank.ts';
import { databaseSource } from '#server/close/facts/databaseSource.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('files of banks on $name', ({ missing, start }) => {
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
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const counts = ({ counts: { created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      created,
      changed,
      unchanged,
      quarantined,
    });
    const reasons = (outcome: FileImportOutcome) => [...new Set(outcome.quarantined.map(({ reason }) => reason))];
    const days = async () =>
      await rows(`select booked_on::text as on, string_agg(amount_minor::text, ' ' order by day_line) as amounts
        from bank_statement_line group by booked_on order by booked_on`);

    test('the first names the one bank account, the next find it by its IBAN; the same again changes nothing', async () => {
      await admin.import('accounts', 'code,name,kind,role\n1010,Bank,asset,bank\n1200,Receivables,asset,ar\n');
      // the file of a sister company is not for us, though we have one bank account without a number
      const { db } = running.server.database;
      const sister = { code: 'SIS', name: 'Sister', currency: 'EUR', time_zone: 'UTC' };
      const { id: company_id } = await db
        .insertInto('company')
        .values(sister)
        .returning('id')
        .executeTakeFirstOrThrow();
      const hers = { company_id, code: '1010', name: 'Bank', kind: 'asset', role: 'bank', bank_account: IBAN } as const;
      await db.insertInto('gl_account').values(hers).execute();
      expect(counts(await admin.importBank('CAMT.053', CAMT_02))).toMatchObject({ created: 0, quarantined: 7 });
      await db.deleteFrom('gl_account').where('company_id', '=', company_id).execute();
      const first = await admin.importBank('CAMT.053', CAMT_02);
      expect(counts(first)).toEqual({ created: 7, changed: 0, unchanged: 0, quarantined: 0 });
      expect(first.flagged.map(({ text }) => text)).toEqual([
        `Account 1010 is the only bank account and had no number: ${IBAN} is taken for it from now on. If that is another account, bring it under Ledger accounts first.`,
      ]);
      expect(await rows('select code, bank_account from gl_account order by code')).toEqual([
        { code: '1010', bank_account: IBAN },
        { code: '1200', bank_account: null },
      ]);
      const again = await admin.importBank('CAMT.053', CAMT_02);
      expect([counts(again), again.flagged]).toEqual([{ created: 0, changed: 0, unchanged: 7, quarantined: 0 }, []]);
      expect(await days()).toEqual([
        { on: '2026-10-02', amounts: '25050' },
        { on: '2026-10-05', amounts: '10000 20000' },
        { on: '2026-10-06', amounts: '5000' },
        { on: '2026-10-30', amounts: '-1250' },
        { on: '2026-10-31', amounts: '-5000 -85' },
      ]);
    });

    test('the reconciliation finds its lines in the ledger: by reference, by sum, and what is open', async () => {
      const head = 'entry,journal,booked_on,account,amount,ref,memo';
      const entries = [
        ['E1', '2026-10-02', '250.50', 'INV-1001'],
        ['E2', '2026-10-05', '300.00', 'DEPOSIT'],
        ['E3', '2026-10-31', '-50.00', 'PO-77'],
      ].flatMap(([nr, day, amount = '', ref]) => [
        `${nr},BNK,${day},1010,${amount},${ref},x`,
        `${nr},BNK,${day},1200,${amount.startsWith('-') ? amount.slice(1) : `-${amount}`},${ref},x`,
      ]);
      expect(counts(await admin.import('gl', `${head}\n${entries.join('\n')}\n`))).toMatchObject({ created: 6 });
      const [company] = await rows<{ id: number }>(`select id from company where code = 'HAL'`);
      const [from, cut_off] = [dayNumber('2026-10-01') ?? 0, dayNumber('2026-10-31') ?? 0];
      const accounts = await running.server.database.db
        .transaction()
        .execute(async (tx) => await bankAccounts(tx, company?.id ?? 0, { since: from, until: cut_off, named: [] }));
      const side = reconcileBank(accounts, { from, cut_off, carried: [] });
      expect(side?.open.map(({ ref, amount_minor }) => [ref, amount_minor])).toEqual(
        expect.arrayContaining([
          ['Found by reference', 20_050],
          ['Found as sum of several', 30_000],
          ['Not so in the ledger', 3_665],
        ]),
      );
      expect(side?.items.map(({ cause, amount_minor }) => [cause, amount_minor])).toEqual(
        expect.arrayContaining([
          ['charge_not_booked', 1_250],
          ['charge_not_booked', 85],
          ['unknown_receipt', -5_000],
        ]),
      );
    });

    test('a second statement goes on within a day; one that leaves a gap or is in another currency waits', async () => {
      const within = (nr: number, from: string, to: string, entries: string) =>
        camt(statement(nr, [from, to], entries, { from: '2026-10-31', to: '2026-11-02' }));
      const evening = within(18, '1537.15', '1540.15', entry('2.00', '2026-10-31') + entry('1.00', '2026-11-02'));
      expect(counts(await admin.importBank('CAMT.053', evening))).toMatchObject({ created: 2, quarantined: 0 });
      expect(counts(await admin.importBank('CAMT.053', evening))).toMatchObject({ created: 0, unchanged: 2 });
      // what was before it may come again too
      expect(counts(await admin.importBank('CAMT.053', CAMT_02))).toMatchObject({ created: 0, unchanged: 7 });
      expect((await days()).slice(-2)).toEqual([
        { on: '2026-10-31', amounts: '-5000 -85 200' },
        { on: '2026-11-02', amounts: '100' },
      ]);
      const later = camt(
        statement(20, ['1600', '1601'], entry('1', '2026-11-09'), { from: '2026-11-08', to: '2026-11-09' }),
      );
      expect(reasons(await admin.importBank('CAMT.053', later))).toEqual([
        'The statement begins with EUR 1600.00, but account 1010 held EUR 1540.15 on 2026-11-02. A statement between is missing; bring it first.',
      ]);
      const dollars = camt(
        statement(1, ['0', '1'], entry('1', '2026-11-09', '', { currency: 'USD' }), { currency: 'USD' }),
      );
      expect(reasons(await admin.importBank('CAMT.053', dollars))).toEqual([
        'The statement is in USD, account 1010 is in EUR. Bring the ledger account of the bank account in USD under Ledger accounts, with its currency and its IBAN, and write the currency in each line of a table.',
      ]);
      const stranger =
        ':20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C261101EUR0,\n:61:261102C1,NTRFX\n:62F:C261102EUR1,\n';
      expect(reasons(await admin.importBank('MT940', stranger))).toEqual([
        'There is no account "DE89370400440532013000" in this company. A statement names the ledger’s account of the bank account, or its IBAN once that stands on the account: bring it under Ledger accounts, column bank_account.',
      ]);
      const broken = camt(
        statement(19, ['1540.15', '1542.15'], entry('1', '2026-11-03'), { from: '2026-11-02', to: '2026-11-03' }),
      );
      expect(reasons(await admin.importBank('CAMT.053', broken))).toEqual([
        'Statement 19: it begins with EUR 1540.15 and its entry comes to EUR 1.00, but it ends with EUR 1542.15: EUR 1.00 differ. An entry is missing or wrong; ask the bank for the statement again.',
      ]);
      expect(await rows('select count(*)::int as lines from bank_statement_line')).toEqual([{ lines: 9 }]);
    });

    test('a corrected statement shows before and after, and leaves a locked month as it is', async () => {
      const corrected = camt(
        statement(
          18,
          ['1538.00', '1540.15'],
          [entry('-0.80', '2026-10-31'), entry('1.95', '2026-10-31'), entry('1.00', '2026-11-02')].join(''),
          {
            from: '2026-10-31',
            to: '2026-11-02',
          },
        ),
      );
      // within a day it cannot be told what it takes the place of
      expect(reasons(await admin.importBank('CAMT.053', corrected))).toEqual([
        expect.stringContaining(
          'Statement 18 of account 1010 is here already with other content: it tells 2026-10-31 otherwise: 3 lines to EUR 1539.15.',
        ),
      ]);
      const whole = camt(
        statement(
          18,
          ['1588.00', '1540.15'],
          [
            entry('-50.00', '2026-10-31'),
            entry('-0.80', '2026-10-31'),
            entry('1.95', '2026-10-31'),
            entry('1.00', '2026-11-02'),
          ].join(''),
          { from: '2026-10-30', to: '2026-11-02' },
        ),
      );
      const lock = async (locked: string) =>
        await running.server.database.db.updateTable('close_period').set({ locked }).execute();
      await lock('{"ledger": null}');
      expect(reasons(await admin.importBank('CAMT.053', whole))).toEqual([
        'The statement corrects one that is here. Ledger of October 2026 is locked. Book it in an open month, or have it opened again under Close.',
      ]);
      await lock('{}');
      const outcome = await admin.importBank('CAMT.053', whole);
      expect(counts(outcome)).toEqual({ created: 0, changed: 3, unchanged: 1, quarantined: 0 });
      expect(outcome.flagged.map(({ text }) => text)).toEqual([
        'The statement tells 2026-10-31 otherwise than the one that is here, and replaces its lines.',
      ]);
      expect(outcome.changed.flatMap(({ fields }) => fields.filter(({ column }) => column === 'amount_minor'))).toEqual(
        [
          { column: 'amount_minor', before: -85, after: -80 },
          { column: 'amount_minor', before: 200, after: 195 },
        ],
      );
      expect((await days()).slice(-2)).toEqual([
        { on: '2026-10-31', amounts: '-5000 -80 195' },
        { on: '2026-11-02', amounts: '100' },
      ]);
    });

    test('a bank account is one ledger account, on the role bank', async () => {
      const head = 'code,name,kind,role,bank_account';
      const outcome = await admin.import(
        'accounts',
        `${head}\n1011,Second,asset,bank,${IBAN}\n1012,Third,asset,bank,DE89 3704 0044 0532 0130 00\n1013,Fourth,asset,bank,de89370400440532013000\n1014,Not,asset,ar,123\n`,
      );
      expect(reasons(outcome)).toEqual([
        `The bank account ${IBAN} is account 1010 already. Take it from there first: a bank account is one ledger account.`,
        'The bank account DE89370400440532013000 is account 1012 already. Take it from there first: a bank account is one ledger account.',
        'A bank account stands on an account of the role bank, not ar.',
      ]);
      const german =
        ':20:A\n:25:37040044/DE89370400440532013000\n:28C:1\n:60F:C261101EUR0,\n:61:261102C1,NTRFX\n:62F:C261102EUR1,\n';
      expect(counts(await admin.importBank('MT940', german))).toMatchObject({ created: 1, quarantined: 0 });
      const both = `account,booked_on,amount,balance_after\n1012,2026-11-03,1,2\nDE89370400440532013000,2026-11-03,1,2\n`;
      expect(reasons(await admin.import('statements', both))).toEqual([
        'The file names account 1012 in two ways, as 1012 and as DE89370400440532013000. Name it one way.',
      ]);
    });

    test('an account in dollars takes statements in dollars, and is worth what the closing rate makes of them', async () => {
      const head = 'code,name,kind,role,bank_account,currency';
      const dollars = 'GB29NWBK60161331926819';
      const january = { from: '2027-01-01', to: '2027-01-31', currency: 'USD', account: `<IBAN>${dollars}</IBAN>` };
      const file = camt(
        statement(
          1,
          ['0', '790'],
          entry('800', '2027-01-05', '', january) + entry('-10', '2027-01-20', '', january),
          january,
        ),
      );
      const other = await admin.import(
        'accounts',
        `${head}\n4000,Sales,income,revenue,,USD\n1020,Dollars,asset,bank,,US\n`,
      );
      expect(reasons(other)).toEqual([
        'Only an account of the role bank has a currency of its own, not one of the role revenue.',
        'The currency is no code of three letters. Write it as USD.',
      ]);
      expect(
        counts(
          await admin.import(
            'accounts',
            `${head}\n1020,Dollars,asset,bank,${dollars},usd\n8900,Exchange,income,fx_gain,,\n`,
          ),
        ),
      ).toMatchObject({ created: 2 });
      expect(await rows(`select code, currency from gl_account where code in ('1010', '1020') order by code`)).toEqual([
        { code: '1010', currency: null },
        { code: '1020', currency: 'USD' },
      ]);
      expect(counts(await admin.importBank('CAMT.053', file))).toMatchObject({ created: 2, quarantined: 0 });
      // a table that does not say its currency is in the company's
      const silent = await admin.import(
        'statements',
        'account,booked_on,amount,balance_after\n1020,2027-02-01,1,791\n',
      );
      expect(reasons(silent)).toEqual([expect.stringContaining('The statement is in EUR, account 1020 is in USD.')]);
      expect(reasons(await admin.import('accounts', `${head}\n1020,Dollars,asset,bank,,GBP\n`))).toEqual([
        'Account 1020 has statements in USD, so its currency stays. Bring an account of its own for GBP.',
      ]);
      await admin.import('rates', 'month,currency,average_rate,closing_rate\n2027-01,USD,1.1,1.25\n');
      const gl = 'entry,journal,booked_on,account,amount,ref,memo,currency,foreign_amount';
      const paid = 'D1,BNK,2027-01-05,1020,720,INV-9,x,USD,800\nD1,BNK,2027-01-05,1200,-720,INV-9,x,USD,-800\n';
      expect(counts(await admin.import('gl', `${gl}\n${paid}`))).toMatchObject({ created: 2 });
      const odd =
        'D8,BNK,2027-01-06,1020,5,,x,USD,-6\nD8,BNK,2027-01-06,1200,-5,,x,€,-5\nD9,BNK,2027-01-06,1020,5,,x,,6\nD9,BNK,2027-01-06,1200,-5,,x,,0\n';
      expect(reasons(await admin.import('gl', `${gl}\n${odd}`))).toEqual([
        'The amount and the amount in USD have opposite signs. Both are positive for a debit.',
        expect.stringContaining('of this entry is refused, so the entry waits whole.'),
        'Account 1020 is in USD, and the line has an amount in another currency but does not say which. Write it.',
        expect.stringContaining('of this entry is refused, so the entry waits whole.'),
      ]);
      expect(
        await rows(`select foreign_minor from gl_line where amount_minor in (72000, -72000) order by amount_minor`),
      ).toEqual([{ foreign_minor: null }, { foreign_minor: 80_000 }]);
      const company = await running.server.database.db
        .selectFrom('company')
        .selectAll()
        .where('code', '=', 'HAL')
        .executeTakeFirstOrThrow();
      const [from, cut_off] = [dayNumber('2027-01-01') ?? 0, dayNumber('2027-01-31') ?? 0];
      const closed = async () => {
        const results = await running.server.database.db.transaction().execute(
          async (tx) =>
            await computeReconciliations(databaseSource(tx, { ...company, methods: () => UNSET_METHODS }), {
              from,
              cut_off,
              first_look: true,
              today: cut_off,
              carried: [],
            }),
        );
        const told = (code: string) => {
          const found = results.find((each) => each.code === code);
          return found?.items.map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor]).toSorted();
        };
        return {
          bank: told('bank')?.filter(([, ref]) => ref !== 'Balance of 1010 before 2027-01-01'),
          gain: told('fx_revaluation'),
        };
      };
      // 800.00 dollars are 640.00 euros, the ledger has 720.00; of the bank's fee it has nothing
      const lacks = await closed();
      expect(lacks.bank).toEqual([
        ['not_revalued', 'FXR 202701 USD bank 1020', 8_000],
        ['payment_not_booked', 'Line without words', 800],
      ]);
      expect(lacks.gain?.map(([cause, ref, amount]) => [cause, ref, Math.abs(Number(amount))])).toEqual([
        ['not_revalued', 'FXR 202701 USD bank 1020', 8_000],
      ]);
      await admin.import(
        'gl',
        `${gl}\nD2,FXR,2027-01-31,1020,-80,,x,USD,0\nD2,FXR,2027-01-31,8900,80,,x,,\nD3,BNK,2027-01-20,1020,-8.5,,x,USD,-10\nD3,BNK,2027-01-20,1200,8.5,,x,USD,10\n`,
      );
      const booked = await closed();
      expect(booked.bank).toEqual([['not_revalued', 'FXR 202701 USD bank 1020', -50]]);
      expect(booked.gain?.map(([cause, ref, amount]) => [cause, ref, Math.abs(Number(amount))])).toEqual([
        ['not_revalued', 'FXR 202701 USD bank 1020', 50],
      ]);
      // the bank closed the month on its last day, days after its last line: what stands there then waits for no statement
      const hand = 'D4,GEN,2027-01-31,1020,8,,x,USD,10\nD4,GEN,2027-01-31,1200,-8,,x,USD,-10\n';
      await admin.import('gl', `${gl}\n${hand}`);
      const causes = async () => (await closed()).bank?.map(([cause]) => cause);
      expect(await causes()).toEqual(['not_revalued', 'outstanding_receipt']);
      // of a statement from before that was kept the last line is known, until its file comes again
      await sql`update bank_statement set closes_on = null`.execute(running.server.database.db);
      expect(await causes()).toEqual(['not_revalued', 'statement_missing']);
      const again = async () => counts(await admin.importBank('CAMT.053', file));
      const lock = async (locked: string) =>
        await running.server.database.db.updateTable('close_period').set({ locked }).execute();
      const period = { company_id: company.id, period: 202701, cut_off_on: '2027-01-31', state: 'open' } as const;
      await running.server.database.db
        .insertInto('close_period')
        .values({ ...period, locked: '{"ledger": null}' })
        .execute();
      expect(await again()).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
      // a locked month goes on saying what it said
      expect(await causes()).toEqual(['not_revalued', 'statement_missing']);
      await lock('{}');
      expect(await again()).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
      expect(await causes()).toEqual(['not_revalued', 'outstanding_receipt']);
      const early = 'account,booked_on,amount,balance_after,currency,closes_on\n1020,2027-02-02,1,791,USD,2027-02-01\n';
      expect(reasons(await admin.import('statements', early))).toEqual([
        'The statement closes on 2027-02-01, before this line of 2027-02-02. Write the day of its closing balance.',
      ]);
    });
  });
});
