import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { JOURNAL_KINDS } from '#domain/close/journalKinds.ts';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { methodsOf } from '#domain/close/reconcile/methods.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { databaseSource } from '#server/close/facts/databaseSource.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('master data from files on $name', ({ missing, start }) => {
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
    const counts = ({ counts: { lines, created, changed, unchanged, quarantined } }: FileImportOutcome) => ({
      lines,
      created,
      changed,
      unchanged,
      quarantined,
    });

    test('what none is kept of is brought in with its owner; what is kept is changed on the screen Rules', async () => {
      const head = 'customer,agreement,rebate_percent,threshold,valid_from,valid_to,owner';
      await admin.import('customers', 'code,name\nRB-1,One\nRB-2,Two\n');
      const first = await admin.import(
        'rebates',
        `${head}\nRB-1,Bonus,2,1000,2026-01-01,2026-06-30,admin\nRB-1,Bonus,3,1000,2026-07-01,,admin\n` +
          `RB-2,Bonus,2,1000,2026-01-01,,admin\nRB-2,Bonus,3,1000,2026-07-01,,admin\n` +
          `RB-3,Bonus,2,1000,2026-01-01,,admin\n`,
      );
      expect([counts(first), first.quarantined.map(({ reason }) => reason)]).toEqual([
        { lines: 5, created: 2, changed: 0, unchanged: 0, quarantined: 3 },
        [
          'The days of line 4 reach into those of line 5. Give each rebate agreement days of its own.',
          'The days of line 4 reach into those of line 5. Give each rebate agreement days of its own.',
          'There is no customer "RB-3" in this company.',
        ],
      ]);
      const again = await admin.import(
        'rebates',
        `${head}\nRB-1,Bonus,2,1000,2026-01-01,2026-06-30,admin\nRB-1,Bonus,9,1000,2026-07-01,,admin\n` +
          `RB-2,Bonus,2,1000,2026-01-01,,nobody\nRB-2,Bonus,2,1000,2025-01-01,2025-12-31,\n`,
      );
      expect([counts(again), again.quarantined.map(({ reason }) => reason.slice(0, 60))]).toEqual([
        { lines: 4, created: 0, changed: 0, unchanged: 1, quarantined: 3 },
        [
          'A rebate agreement of the same is kept already, and only a c',
          'Nobody named nobody works on this company, so nobody would a',
          'The owner is empty.',
        ],
      ]);
      const price = 'kind,item,price,valid_from';
      expect(counts(await admin.import('prices', `${price}\nlist,FA-3,1,2026-01-01\n`))).toMatchObject({ created: 1 });
      const dearer = await admin.import('prices', `${price}\nlist,FA-3,1.2,2026-07-01\nlist,FA-3,1,2026-01-01\n`);
      expect(counts(dearer)).toMatchObject({ changed: 0, created: 0, unchanged: 1, quarantined: 1 });
      expect(await rows(`select list_price_micro, owner from price_rule`)).toEqual([
        { list_price_micro: 1_000_000, owner: 'admin' },
      ]);
    });

    test('journals are given their kinds with a preview; a kind that is none is refused with the list of them', async () => {
      const odoo =
        'Code,Name,Kind\nINV,Customer invoices,Sales invoices\nSTJ,Stock,all_stock\nMISC,Miscellaneous,by hand\n';
      const preview = await admin.preview(await admin.stage('journals', odoo));
      expect(counts(preview)).toMatchObject({ lines: 3, created: 3, quarantined: 0 });
      expect(await rows(`select code from gl_journal`)).toEqual([]);
      expect(counts(await admin.import('journals', odoo))).toMatchObject({ created: 3 });
      expect(await rows(`select code, name, kind from gl_journal order by id`)).toEqual([
        { code: 'INV', name: 'Customer invoices', kind: 'sales_invoices' },
        { code: 'STJ', name: 'Stock', kind: 'all_stock' },
        { code: 'MISC', name: 'Miscellaneous', kind: 'by_hand' },
      ]);
      const wrong = await admin.import(
        'journals',
        'code,name,kind\nINV,Invoices,sales_invoices\nBNK1,Bank,money\nCSH1,Cash,cash_sales\nCSH1,Till,cash_sales\n',
      );
      expect(counts(wrong)).toMatchObject({ lines: 4, created: 0, changed: 1, quarantined: 3 });
      expect(wrong.quarantined.map(({ reason }) => reason)).toEqual([
        `The kind of journal "money" is none of ${JOURNAL_KINDS.join(', ')}.`,
        'Line 5 is for the same journal; only one of them can be right.',
        'Line 4 is for the same journal; only one of them can be right.',
      ]);
    });

    test('a month’s stock values are one whole: site by site and category, in place of what was there, their mean between two ends', async () => {
      await admin.import(
        'items',
        'code,name,category,uom\nV-1,Bolt,Fasteners,pcs\nV-2,Nut,Fasteners,pcs\nV-3,Saw,,pcs\n',
      );
      const head = 'month,site,item,quantity,value,currency\n';
      const value = async (text: string) => await admin.import('valuation', head + text, { make_missing: true });
      const reasons = ({ quarantined }: FileImportOutcome) => quarantined.map(({ reason }) => reason);
      const kept = async () =>
        await rows(`select s.code as site, m.month, m.category, m.closing_value_minor as closing, m.mean_value_minor as mean
          from inventory_month m join site s on s.id = m.site_id order by m.month, s.code, m.category`);
      const october = '2026-10,VAL,V-1,4,10.00,\n10/2026,VAL,V-2,3,0.05,EUR\n2026-10-31,VAL,V-3,1,7.01,\n';
      expect(counts(await value(october))).toMatchObject({ lines: 3, created: 3, quarantined: 0 });
      const first = [
        { site: 'VAL', month: 202610, category: 'Fasteners', closing: 1_005, mean: 1_005 },
        { site: 'VAL', month: 202610, category: null, closing: 701, mean: 701 },
      ];
      expect(await kept()).toEqual(first);
      expect(counts(await value(october))).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
      // one line that is wrong, and a month would be worth less: none is taken
      const wrong = await value('2026-10,VAL,V-1,4,9.00,\n2026-10,VAL,V-9,3,1.00,\n2026-11,VAL,V-1,3,1.00,USD\n');
      expect(reasons(wrong)).toEqual([
        expect.stringMatching(/^Stock values are taken in whole or not at all/),
        'There is no item "V-9" in this company.',
        expect.stringMatching(/^The line is in USD, and the company keeps its books in EUR/),
      ]);
      const twice = await value('2026-10,VAL,V-1,4,9.00,\n202610,val,V-1,3,1.00,\n2026-11,VAL,V-9,1,1.00,\n');
      expect(reasons(twice)).toEqual([
        expect.stringMatching(/^Stock values are taken in whole or not at all/),
        'Line 2 is the same item, site and month. Add the two up.',
        'There is no item "V-9" in this company.',
      ]);
      expect(await kept()).toEqual(first);
      // November, then September: what a month begins with is known once the one before is
      expect(counts(await value('2026-11,VAL,V-1,8,20.00,\n'))).toMatchObject({ created: 1, quarantined: 0 });
      expect((await kept()).slice(2)).toEqual([
        { site: 'VAL', month: 202611, category: 'Fasteners', closing: 2_000, mean: 1_503 },
        { site: 'VAL', month: 202611, category: null, closing: 0, mean: 351 },
      ]);
      await value('2026-09,VAL,V-1,1,2.00,\n');
      expect((await kept()).slice(1, 3)).toEqual([
        { site: 'VAL', month: 202610, category: 'Fasteners', closing: 1_005, mean: 603 },
        { site: 'VAL', month: 202610, category: null, closing: 701, mean: 351 },
      ]);
      // without the saw the month has no such row any more, and it is said
      const fewer = await value('2026-10,VAL,V-1,4,10.00,\n2026-10,VAL,V-2,3,0.05,\n');
      expect(fewer.counts).toMatchObject({ unchanged: 2, outside: 1 });
      expect((await kept()).slice(1)).toEqual([
        { site: 'VAL', month: 202610, category: 'Fasteners', closing: 1_005, mean: 603 },
        { site: 'VAL', month: 202611, category: 'Fasteners', closing: 2_000, mean: 1_503 },
      ]);
      // Odoo's own report, its column names as they are
      const odoo = 'Date,Warehouse,Product/Internal Reference,Quantity,Total Value\n2026-10-31,VAL,V-1,4,10.05\n';
      expect(counts(await admin.import('valuation', odoo))).toMatchObject({ lines: 1, unchanged: 1, quarantined: 0 });
    });

    test('close tasks are taken in as a whole list or not at all, and leave as the file they came by', async () => {
      const held = async () =>
        (await admin.post<{ readonly csv: string }>('/imports/files/held', { kind: 'tasks', company_code: 'HAL' })).body
          .csv;
      const usual = await held();
      const payroll = (more: string) => `${usual}payroll,Payroll accrual,${more}\n`;
      const many = usual.trim().split('\n').length;
      // one line that cannot be read, or names who may not: nothing of the file is kept
      for (const more of [',,61,late_bills,yes', ',,3,late_bils,yes', 'nobody,,3,,yes', ',,3,payroll,yes']) {
        const refused = await admin.import('tasks', payroll(more));
        expect([more, counts(refused)]).toEqual([
          more,
          { lines: many, created: 0, changed: 0, unchanged: 0, quarantined: many },
        ]);
      }
      const finance = await fileClient(running.server.url, 'finance', running.time);
      const by_preparer = await finance.preview(await finance.stage('tasks', usual));
      expect(by_preparer.reasons).toEqual([
        { reason: expect.stringMatching(/^Who reviews the close says which tasks it has/), lines: many - 1 },
      ]);
      expect(await held()).toBe(usual);
      const own = payroll('finance,controller,3,late_bills; bank,yes');
      expect(counts(await admin.import('tasks', own))).toMatchObject({ created: many, quarantined: 0 });
      expect((await admin.refused('tasks')).total).toBe(0);
      const left = await held();
      expect(left).toBe(payroll('finance,controller,3,late_bills bank,yes'));
      expect(counts(await admin.import('tasks', left))).toMatchObject({ unchanged: many });
      // a task that may go is a change of the list
      const fewer = left.replace(/^cut_off,.*\n/m, '').replace('1,cut_off,', '1,,');
      expect(counts(await admin.import('tasks', fewer))).toMatchObject({ lines: many - 1, quarantined: 0 });
      expect(await held()).toBe(fewer);
    });

    test('how accounts are reconciled is taken in from a month on, leaves in the same form, and stays in locked months', async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      const held = async () =>
        (await admin.post<{ readonly csv: string }>('/imports/files/held', { kind: 'methods', company_code: 'HAL' }))
          .body.csv;
      const head = await held();
      expect(head).toBe('account,from,method,day,what,to,amount,currency\n');
      // without a word of it what is owed for a charge and not paid ties; on a day it was never paid it does not
      await admin.import(
        'purchases',
        'number,supplier,site,item,ordered_on,expected_on,ordered_qty,received_qty,received_on,receipt,unit_price\n' +
          'PM-1,S7,AMS,FA-1,2026-09-01,2026-09-10,5,5,2026-09-10,RM-1,10\n',
        { make_missing: true },
      );
      await admin.import('charges', 'order,charge,booked_on,amount\nPM-1,duty,2026-09-10,230.00\n');
      await admin.import(
        'accounts',
        'code,name,kind,role\nM-1,Clearing,liability,landed_cost_clearing\nM-2,Bought,expense,\n',
      );
      const entry =
        'journal,number,booked_on,account,debit,credit\nMISC,M/1,2026-09-10,M-2,230.00,\nMISC,M/1,2026-09-10,M-1,,230.00\n';
      expect(counts(await admin.import('gl', entry))).toMatchObject({ quarantined: 0 });
      const landed = async () =>
        await db.transaction().execute(async (tx) => {
          const settings = await tx.selectFrom('reconciliation_setting').selectAll().execute();
          const company = { id: company_id, currency: 'EUR', fiscal_year_start_month: 1 };
          const methods = (month: number) => methodsOf(settings, month);
          const results = await computeReconciliations(databaseSource(tx, { ...company, methods }), {
            cut_off: lastDayOfMonth(202610),
            from: firstDayOfMonth(202609),
            first_look: true,
            today: lastDayOfMonth(202610),
            carried: [],
          });
          const found = results.find(({ code }) => code === 'landed_cost');
          return [methods(202610).valuation, found?.ledger_minor, found?.items.map(({ ref }) => ref)];
        });
      expect(await landed()).toEqual(['perpetual', 23_000, []]);
      const lines = [
        'fee_accrual,2026-01,next_month,8,,,,',
        'inventory_reserve,2026-10,stated,,Idle stock at half,2026-10,1200.00,',
        'inventory,2026-10,periodic,,,,,',
        'landed_cost_clearing,2026-10,next_month,5,,,,',
        'prepaid,2026-01,spread,,Insurance,2026-12,2400.00,',
      ];
      const file = `${head}${lines.join('\n')}\n`;
      expect(counts(await admin.import('methods', file))).toMatchObject({ created: 5, quarantined: 0 });
      expect(await landed()).toEqual(['periodic', 23_000, ['Settlement 202609']]);
      expect(await held()).toBe(file);
      expect(counts(await admin.import('methods', await held()))).toMatchObject({ unchanged: 5 });
      const wrong = [
        ['inventory,2026-10,as_booked,,,,,', 'The method of inventory is perpetual or periodic, not as_booked.'],
        ['fee_accrual,2026-10,next_month,,,,,', 'Say on which day of the month, 1 to 28: column day.'],
        ['prepaid,2026-10,spread,,Rent,2026-09,5,', 'The last month is before the first.'],
        ['inventory_reserve,2026-09,stated,,Idle,,,', 'Say what it is for, and the amount.'],
      ] as const;
      const refused = await admin.import('methods', `${head}${wrong.map(([line]) => line).join('\n')}\n`);
      expect(refused.quarantined.map(({ reason }) => reason)).toEqual(wrong.map(([, reason]) => reason));
      const finance = await fileClient(running.server.url, 'finance', running.time);
      expect((await finance.preview(await finance.stage('methods', file))).reasons).toEqual([
        { reason: expect.stringMatching(/^Who reviews the close says how/), lines: 5 },
      ]);
      const lock = async (locked: string) =>
        await rows(`update close_period set locked = '${locked}' where company_id = ${company_id} and period = 202610`);
      await lock('{"ledger": null}');
      const later = file
        .replace('2026-10,periodic', '2026-10,perpetual')
        .replace('2026-01,next_month,8', '2026-01,next_month,9');
      const kept = await admin.import('methods', `${later}freight_accrual,2026-11,next_month,6,,,,\n`);
      expect(counts(kept)).toMatchObject({ created: 1, unchanged: 3, quarantined: 2 });
      expect(new Set(kept.quarantined.map(({ reason }) => reason))).toEqual(
        new Set([
          'Ledger of October 2026 is locked, and how it is reconciled with it. Say it from an open month on, or have the month opened again under Close.',
        ]),
      );
      for (const statement of [
        `update reconciliation_setting set valuation = 'perpetual' where code = 'inventory_valuation'`,
        `delete from reconciliation_setting where code = 'prepaid'`,
        `insert into reconciliation_setting (company_id, code, from_month, settlement) values (${company_id}, 'rebate_accrual', 202601, 'as_booked')`,
      ])
        await expect(rows(statement), statement).rejects.toThrow(
          'is locked for ledger, and how it is reconciled with it',
        );
      await rows(`delete from reconciliation_setting where code = 'freight_accrual'`);
      await lock('{}');
    });

    test('a statement is taken in whole, once, in the bank’s order, and only where its balances add up', async () => {
      await admin.import('accounts', 'code,name,kind,role\n1010,Bank,asset,bank\n4000,Sales,income,revenue\n');
      const head = 'account,booked_on,amount,currency,reference,counterparty,balance_after';
      const told = (...lines: string[]) => `${head}\n${lines.join('\n')}\n`;
      const october = told(
        // the newest first, and two of a day alike but for their place
        '1010,2026-10-05,-12.50,EUR,Fees,Our bank,1087.50',
        '1010,2026-10-02,50,EUR,,Meyer,1100',
        '1010,2026-10-02,50,EUR,,Meyer,1050',
      );
      expect(counts(await admin.import('statements', october))).toMatchObject({ lines: 3, created: 3, quarantined: 0 });
      expect(counts(await admin.import('statements', october))).toMatchObject({ created: 0, changed: 0, unchanged: 3 });
      const minor = 'account,booked_on,amount_minor,currency,balance_after_minor';
      const next = await admin.import('statements', `${minor}\n1010,2026-10-09,-8750,EUR,100000\n`);
      expect(counts(next)).toMatchObject({ created: 1 });
      expect(
        await rows(`select booked_on::text, day_line, amount_minor, balance_after_minor, counterparty
          from bank_statement_line order by bank_statement_line.booked_on, day_line`),
      ).toEqual([
        {
          booked_on: '2026-10-02',
          day_line: 1,
          amount_minor: 5_000,
          balance_after_minor: 105_000,
          counterparty: 'Meyer',
        },
        {
          booked_on: '2026-10-02',
          day_line: 2,
          amount_minor: 5_000,
          balance_after_minor: 110_000,
          counterparty: 'Meyer',
        },
        {
          booked_on: '2026-10-05',
          day_line: 1,
          amount_minor: -1_250,
          balance_after_minor: 108_750,
          counterparty: 'Our bank',
        },
        {
          booked_on: '2026-10-09',
          day_line: 1,
          amount_minor: -8_750,
          balance_after_minor: 100_000,
          counterparty: null,
        },
      ]);
      for (const [lines, reason] of [
        [
          ['1010,2026-10-12,10,EUR,,,1010', '1010,2026-10-13,5,EUR,,,1020'],
          'On 2026-10-13 the balance after is EUR 1020.00, but the balance before and the amount EUR 5.00 come to EUR 1015.00. A line is missing or wrong; bring the whole statement.',
        ],
        [
          ['1010,2026-10-05,-12.50,EUR,,,1087.50', '1010,2026-10-05,1,EUR,,,1088.50'],
          'A statement of account 1010 that is here already tells 2026-10-05 otherwise: 1 line to EUR 1087.50. Bring days that are not here yet, or the whole corrected statement, from a day’s first line to a balance that is here.',
        ],
        [
          ['1010,2026-10-12,10,EUR,,,1030'],
          'The statement begins with EUR 1020.00, but account 1010 held EUR 1000.00 on 2026-10-09. A statement between is missing; bring it first.',
        ],
        [
          ['1010,2026-09-30,10,EUR,,,990'],
          'The statement ends with EUR 990.00, but the one of account 1010 from 2026-10-02 begins with EUR 1000.00. A statement between is missing; bring it with this one.',
        ],
        [
          ['4000,2026-10-12,10,EUR,,,10'],
          'Account 4000 has not the role bank. Give it the role under Ledger accounts first.',
        ],
        [
          ['NL12,2026-10-12,10,EUR,,,10'],
          'There is no account "NL12" in this company. A statement names the ledger’s account of the bank account, or its IBAN once that stands on the account: bring it under Ledger accounts, column bank_account.',
        ],
        [
          ['1010,2026-10-12,10,USD,,,1010'],
          'The statement is in USD, account 1010 is in EUR. Bring the ledger account of the bank account in USD under Ledger accounts, with its currency and its IBAN, and write the currency in each line of a table.',
        ],
      ] as const) {
        const refused = await admin.import('statements', told(...lines));
        expect(refused.quarantined.map((line) => line.reason)).toEqual(lines.map(() => reason));
      }
    });

    test('a rate of the own currency is none; one that turned round is pointed at', async () => {
      const head = 'month,currency,average_rate,closing_rate';
      await admin.import('rates', `${head}\n2026-01,USD,1.1,1.1\n`);
      const next = await admin.import('rates', `${head}\n2026-02,usd,0.91,0.91\n2026-02,EUR,1,1\n2026-13,USD,1,1\n`);
      expect(counts(next)).toMatchObject({ created: 1, quarantined: 2 });
      expect(next.flagged.map(({ text }) => text)).toEqual([
        'The rate is 0.91, a month before it was 1.1. A rate says how much USD one EUR is worth.',
      ]);
    });

    test('a small rate keeps all its digits, written for one unit or for a thousand; beyond them it waits', async () => {
      const kept = async (month: number) =>
        await rows(
          `select average_rate_micro, closing_rate_micro, per_units from fx_rate where month = ${month} and currency = 'KWD'`,
        );
      const head = 'month,currency,average_rate,closing_rate,per_units';
      const one = await admin.import('rates', `${head}\n2026-03,KWD,0.000676109664987661,0.0007,\n`);
      expect(counts(one)).toMatchObject({ created: 1, quarantined: 0 });
      expect(await kept(202603)).toEqual([
        { average_rate_micro: 676_109_664_987_661, closing_rate_micro: 700_000_000_000_000, per_units: 1e12 },
      ]);
      const same = await admin.import('rates', `${head}\n2026-03,KWD,0.676109664987661,0.7,1000\n`);
      expect(counts(same)).toMatchObject({ unchanged: 1, changed: 0 });
      await admin.import('rates', `${head}\n2026-04,KWD,67,67.25,100\n`);
      expect(await kept(202604)).toEqual([{ average_rate_micro: 670_000, closing_rate_micro: 672_500, per_units: 1 }]);
      const beyond = await admin.import(
        'rates',
        `${head}\n2026-05,KWD,0.0000000000000000001,1,\n2026-06,KWD,0.676109664987661,0.7,10000\n2026-07,KWD,30000,0.000676109664987661,\n` +
          `2026-08,KWD,1,1,50\n2026-09,KWD,-1,1,\n2026-10,KWD,0,1,\n`,
      );
      expect(beyond.quarantined.map(({ reason }) => reason)).toEqual([
        'The average rate "0.0000000000000000001" has more than 18 decimals. Round it to 18.',
        'The rates have too many digits to be kept exactly: 15 in all, and up to 18 decimals for one unit. Round them.',
        'The rates have too many digits to be kept exactly: 15 in all, and up to 18 decimals for one unit. Round them.',
        'The units the rates are for are 1, 10, 100 and so on, up to 1000000000000.',
        'The average rate "-1" is less than 0.',
        'A rate of 0 converts nothing. Write the rate.',
      ]);
    });
  });
});
