import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { periodLockedMessage } from '#server/close/periodLocked.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import type { OrderImportProgress } from '#contract/wire/imports.ts';
import { cells, type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('files and locked months on $name', ({ missing, start }) => {
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

    test('into a locked month a file books nothing and alters nothing; the same file again says nothing new', async () => {
      const { db } = running.server.database;
      const files = {
        shipments: 'shipment,order,item,shipped on,quantity\nDN-1,SO-0,FA-1,2026-10-10,1\n',
        purchases:
          'number,supplier,site,item,ordered_on,expected_on,ordered_qty,received_qty,received_on,receipt\nPO-7,S7,AMS,FA-1,2026-10-01,2026-10-12,5,2,2026-10-12,R-1\n',
        stock: 'site,item,on hand,as of\nAMS,FA-3,9,2026-10-20\n',
      } as const;
      const others = {
        shipments: files.shipments.replace('10-10,1', '10-10,2'),
        purchases: files.purchases.replace('5,2,2026-10-12', '5,3,2026-11-12'),
        stock: files.stock.replace('9,', '8,'),
      };
      const kinds = ['shipments', 'purchases', 'stock'] as const;
      for (const kind of kinds)
        expect((await admin.import(kind, files[kind], { make_missing: true })).counts, kind).toMatchObject({
          quarantined: 0,
        });
      await db
        .updateTable('close_period')
        .set({ locked: '{"sales": null, "purchasing": null, "stock": null}' })
        .where('period', '=', 202610)
        .execute();
      for (const kind of kinds) {
        const again = await admin.import(kind, files[kind]);
        expect([kind, again.counts]).toEqual([kind, expect.objectContaining({ unchanged: 1, quarantined: 0 })]);
        const outcome = await admin.import(kind, others[kind]);
        expect([kind, outcome.quarantined.map(({ reason }) => reason)]).toEqual([
          kind,
          [expect.stringMatching(/^(Sales|Purchasing|Stock) of October 2026 is locked\. Book it in an open month/)],
        ]);
      }
    });

    /** What the database itself says to a statement. */
    const said = async (statement: Promise<unknown>): Promise<string> => {
      try {
        await statement;
        return 'done';
      } catch (error) {
        return periodLockedMessage(error) ?? String(error);
      }
    };
    const lockOctober = async (locked: string, state = 'open') =>
      await running.server.database.db
        .updateTable('close_period')
        .set({ locked, state })
        .where('period', '=', 202610)
        .execute();
    const reasons = ({ quarantined }: FileImportOutcome) => quarantined.map(({ reason }) => reason);

    test('what stock was worth at the end of a month stays while its stock is locked, whoever writes it', async () => {
      const { db } = running.server.database;
      await lockOctober('{}');
      const values = (october: string) => `month,site,item,value\n2026-10,AMS,FA-1,${october}\n2026-11,AMS,FA-1,5.00\n`;
      expect((await admin.import('valuation', values('4.00'))).counts).toMatchObject({ created: 2, quarantined: 0 });
      await lockOctober('{"stock": null}');
      // the same again, with another value of the open month
      const open = await admin.import('valuation', values('4.00').replace('5.00', '6.00'));
      expect(open.counts).toMatchObject({ unchanged: 1, changed: 1, quarantined: 0 });
      expect(reasons(await admin.import('valuation', values('4.01')))).toEqual([
        'Stock of October 2026 is locked, and its value with it. Leave its lines out, or have the month opened again under Close.',
        expect.stringMatching(/^Stock values are taken in whole or not at all/),
      ]);
      const held = expect.stringMatching(/^The month 2026-10 is locked for stock/);
      const rows = db.updateTable('inventory_month').where('month', '=', 202610);
      const { company_id } = running.data;
      expect(await said(rows.set({ closing_value_minor: 1 }).execute())).toEqual(held);
      expect(
        await said(
          db
            .updateTable('inventory_month')
            .set({ month: 202610, category: 'Moved' })
            .where('month', '=', 202611)
            .execute(),
        ),
      ).toEqual(held);
      expect(await said(db.deleteFrom('inventory_month').where('month', '=', 202610).execute())).toEqual(held);
      expect(await said(db.deleteFrom('inventory_month').where('company_id', '=', company_id).execute())).toEqual(held);
      await lockOctober('{}');
    });

    test('rates of a month whose ledger is locked are neither brought, altered nor taken out, a sister’s that reach its books neither', async () => {
      const { db } = running.server.database;
      const { company_id, other_company_id } = running.data;
      await lockOctober('{}');
      const rates = (gbp: string) => `month,currency,average rate,closing rate\n2026-10,GBP,${gbp},${gbp}\n`;
      const hers = (rate: string) => `month,currency,average rate,closing rate\n2026-10,EUR,${rate},${rate}\n`;
      await admin.import('rates', rates('0.86'));
      await admin.import('rates', hers('1.16'), { company_code: 'BRK' });
      const intercompany = { code: '1400', name: 'Sister', kind: 'asset', role: 'intercompany' };
      await db
        .insertInto('gl_account')
        .values([
          { company_id, ...intercompany },
          { company_id: other_company_id, ...intercompany },
        ])
        .execute();
      const supplier = { company_id, code: 'US-1', name: 'Bolts Inc', kind: 'supplier' };
      const party = await db.insertInto('party').values(supplier).returning('id').executeTakeFirstOrThrow();
      const days = { month: 202609, issued_on: '2026-09-20', posted_on: '2026-09-20', due_on: '2026-10-20' };
      await db
        .insertInto('invoice')
        .values({
          company_id,
          kind: 'supplier',
          number: 'US-77',
          party_id: party.id,
          ...days,
          amount_minor: 9_000,
          currency: 'USD',
          foreign_minor: 10_000,
        })
        .execute();
      // what a bank account in that currency holds is worth what the rate makes of it
      await admin.import(
        'accounts',
        'code,name,kind,role,currency\n1070,Bank in zloty,asset,bank,PLN\n1080,Empty one,asset,bank,CHF\n8090,Opening,equity,,\n',
      );
      const opening = 'OPN,O-1,2026-09-30,1070,90.00,PLN,400.00\nOPN,O-1,2026-09-30,8090,-90.00,,\n';
      await admin.import('gl', `journal,number,booked_on,account,amount,currency,foreign_amount\n${opening}`);
      await lockOctober('{"ledger": null}');
      const turned = await admin.import(
        'rates',
        `${rates('0.5')}2026-10,USD,1.1,1.1\n2026-10,CHF,0.95,0.95\n2026-11,GBP,0.87,0.87\n2026-10,PLN,4.2,4.3\n`,
      );
      const locked =
        'Ledger of October 2026 is locked, and its rates with it. Leave the line out, or have the month opened again under Close.';
      expect([turned.counts.created, reasons(turned)]).toEqual([2, [locked, locked, locked]]);
      // what says nothing new passes
      expect((await admin.import('rates', rates('0.86'))).counts).toMatchObject({ unchanged: 1, quarantined: 0 });
      const sister = await admin.import('rates', hers('2'), { company_code: 'BRK' });
      expect(reasons(sister)).toEqual([
        locked.replace('Ledger', 'Ledger of Halvorsen').replace('of October', 'in October'),
      ]);
      const own = db.updateTable('fx_rate').where('currency', '=', 'GBP').where('month', '=', 202610);
      const refused =
        'The month 2026-10 is locked for ledger, and its rates with it. Book into an open month, or have it opened again under Close.';
      expect(await said(own.set({ closing_rate_micro: 500_000 }).execute())).toBe(refused);
      expect(await said(db.deleteFrom('fx_rate').where('currency', '=', 'EUR').execute())).toBe(refused);
      const zloty = {
        company_id,
        month: 202610,
        currency: 'PLN',
        average_rate_micro: 4_200_000,
        closing_rate_micro: 4_300_000,
        per_units: 1,
      };
      expect(await said(db.insertInto('fx_rate').values(zloty).execute())).toBe(refused);
      expect(await said(db.deleteFrom('fx_rate').where('month', '=', 202611).execute())).toBe('done');
      await lockOctober('{}', 'hard_locked');
      expect(reasons(await admin.import('rates', rates('0.5')))).toEqual([
        'October 2026 is locked for good, and its rates with it. Leave the line out.',
      ]);
      // opened again for some hours, by two people
      await lockOctober(JSON.stringify({ ledger: Date.now() + 3_600_000 }));
      expect((await admin.import('rates', rates('0.861'))).counts).toMatchObject({ changed: 1, quarantined: 0 });
    });

    test('an account with lines in a locked month keeps its role and kind, with a sentence that says what to do', async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      await lockOctober('{}');
      const head = 'code,name,kind,role';
      await admin.import(
        'accounts',
        `${head}\n8050,Discounts,income,discounts\n8060,Rebates,income,\n8070,Later,income,\n`,
      );
      const { id: account_id } = await db
        .selectFrom('gl_account')
        .select('id')
        .where('code', '=', '8050')
        .executeTakeFirstOrThrow();
      const { id: other_id } = await db
        .selectFrom('gl_account')
        .select('id')
        .where('code', '=', '8060')
        .executeTakeFirstOrThrow();
      // months before count as well: they stand in the balance
      const entry = {
        company_id,
        month: 202609,
        journal: 'GEN',
        number: 'G-1',
        booked_on: '2026-09-30',
        memo: 'by hand',
      };
      const { id: entry_id } = await db
        .insertInto('gl_entry')
        .values({ ...entry, posted_at: new Date() })
        .returning('id')
        .executeTakeFirstOrThrow();
      const line = { company_id, month: 202609, entry_id };
      await db
        .insertInto('gl_line')
        .values([
          { ...line, account_id, amount_minor: 500 },
          { ...line, account_id: other_id, amount_minor: -500 },
        ])
        .execute();
      await lockOctober('{"ledger": null}');
      const outcome = await admin.import(
        'accounts',
        `${head}\n8050,Discounts given,income,\n8060,Rebates,income,rebates\n8070,Later,income,channel_fees\n`,
      );
      const why = (code: string) =>
        `The account ${code} stands in October 2026, which is locked: its role and kind stay. Make a new account as you want it and book there from an open month on, or have it opened again under Close.`;
      expect(reasons(outcome)).toEqual([why('8050'), why('8060')]);
      expect(
        (await admin.import('accounts', `${head}\n8050,Discounts given,income,discounts\n8070,Later,income,claims\n`))
          .counts,
      ).toMatchObject({ changed: 2, quarantined: 0 });
      const refused = /^The month 2026-10 is locked for ledger and has lines on the account\./;
      expect(
        await said(db.updateTable('gl_account').set({ role: null }).where('id', '=', account_id).execute()),
      ).toMatch(refused);
      expect(
        await said(db.updateTable('gl_account').set({ kind: 'expense' }).where('id', '=', other_id).execute()),
      ).toMatch(refused);
      expect(
        await said(db.updateTable('gl_account').set({ name: 'Discounts' }).where('id', '=', account_id).execute()),
      ).toBe('done');
      // nor is what a bank account's lines are in turned into another currency
      const banks = 'code,name,kind,role,currency';
      const bank = await admin.import(
        'accounts',
        `${banks}\n1070,Bank in zloty,asset,bank,USD\n1080,Empty one,asset,bank,USD\n`,
      );
      expect([bank.counts.changed, reasons(bank)]).toEqual([
        1,
        [why('1070').replace('its role and kind stay', 'its role, kind and currency stay')],
      ]);
      const turned = db.updateTable('gl_account').set({ currency: 'USD' }).where('code', '=', '1070');
      expect(await said(turned.execute())).toMatch(refused);
      await lockOctober('{}');
    });

    test('an order of a month whose sales are locked waits in the quarantine; delivering and cancelling what stands goes on', async () => {
      const { db } = running.server.database;
      const orders = async (csv: string, mode: 'file' | 'retry' = 'file') => {
        const [header = [], ...lines] = cells(csv);
        const map = {
          columns: {
            invoice: 'order',
            item: 'item',
            quantity: 'quantity',
            unit_price: 'price',
            ordered_at: 'date',
            committed_on: 'promised',
            ...(header.includes('channel') ? { channel: 'channel', site: 'site' } : {}),
          },
          date_order: 'ymd',
          decimal_mark: '.',
          kinds: {
            freight_codes: [],
            discount_codes: [],
            fee_codes: [],
            adjustment_codes: [],
            cancellation_prefixes: [],
          },
        };
        const opened = await admin.post<{ import_id: number }>('/imports/orders', {
          source: 'shop',
          company_code: 'HAL',
          currency: null,
          time_zone: null,
          file_name: 'orders.csv',
          header,
          map: mode === 'file' ? map : null,
          assumed: { currency: 'EUR', time_zone: 'Europe/Amsterdam' },
          mode,
        });
        const ordinals = new Map<string, number>();
        const { body } = await admin.post<OrderImportProgress>(`/imports/orders/${opened.body.import_id}/lines`, {
          block: 1,
          lines: lines.map((fields, at) => {
            const invoice = fields[0] ?? '';
            ordinals.set(invoice, (ordinals.get(invoice) ?? 0) + 1);
            return { line_number: at + 2, invoice, ordinal: ordinals.get(invoice), fields };
          }),
        });
        return body;
      };
      const gross = async () => {
        const { rows } = await sql<{
          minor: number;
        }>`select sum(gross_minor)::bigint as minor from order_line where month = 202610`.execute(db);
        return rows[0]?.minor;
      };
      await lockOctober('{}');
      const head = 'order,item,quantity,price,date,promised';
      const standing =
        'W-1,FA-1,2,3.50,2026-10-10,2026-10-20\nW-1,FA-2,1,5.00,2026-10-10,\nW-3,FA-2,1,5.00,2026-11-03,\n';
      expect(await orders(`${head}\n${standing}`)).toMatchObject({ created: 3, quarantined: 0 });
      // as people write them: in another case, or by the name the screens show
      await db.updateTable('channel').set({ name: 'Inside desk' }).where('code', '=', 'IN').execute();
      const named = (promised: string, channel = 'inside DESK') =>
        `${head},channel,site\nW-5,FA-1,2,3.50,2026-10-10,${promised},${channel},ams\n`;
      expect(await orders(named('2026-10-20'))).toMatchObject({ created: 1, quarantined: 0 });
      const before = await gross();
      await lockOctober('{"sales": null}');
      expect(await orders(named('2026-10-26'))).toMatchObject({ changed: 1, quarantined: 0 });
      expect((await orders(named('2026-10-26', 'CO'))).refused).toHaveLength(1);
      const parts = await sql`select 1 from item`.execute(db);
      const late = await orders(
        `${head}\nW-1,FA-1,2,3.50,2026-10-10,2026-10-25\nW-1,FA-2,9,5.00,2026-10-10,\nW-1,NEW-9,1,5.00,2026-10-10,\n` +
          `W-2,FA-1,2,100,2026-10-10,\nW-3,FA-2,1,5.00,2026-10-31,\nW-4,FA-2,1,5.00,2026-11-03,\n`,
      );
      const locked = 'Sales of October 2026 is locked. Book it in an open month, or have it opened again under Close.';
      expect(late.refused.map(({ line_number, reason }) => [line_number, reason])).toEqual(
        [3, 4, 5, 6].map((at) => [at, locked]),
      );
      expect(late).toMatchObject({ created: 1, changed: 1, quarantined: 4 });
      expect(await gross()).toBe(before);
      expect((await sql`select 1 from item`.execute(db)).rows).toHaveLength(parts.rows.length);
      // the day of an order that stands in the month stays as well
      const moved = await orders(`${head}\nW-1,FA-1,2,3.50,2026-11-02,2026-10-25\n`);
      expect(moved.refused.map(({ reason }) => reason)).toEqual([locked]);
      // the same file again says nothing new
      expect(await orders(`${head}\n${standing.replace('10-20', '10-25')}`)).toMatchObject({
        changed: 0,
        created: 0,
        quarantined: 0,
      });
      const lines = db.updateTable('order_line').where('month', '=', 202610);
      const refused = /^The month 2026-10 is locked for sales\./;
      expect(await said(lines.set({ discount_minor: 1, net_minor: sql<number>`gross_minor - 1` }).execute())).toMatch(
        refused,
      );
      expect(await said(lines.set({ month: 202611 }).execute())).toMatch(refused);
      expect(
        await said(db.updateTable('order_line').set({ month: 202610 }).where('month', '=', 202611).execute()),
      ).toMatch(refused);
      expect(
        await said(
          lines.set({ cancelled_qty_milli: 1_000, cancelled_by: 'customer', promised_on: '2026-12-01' }).execute(),
        ),
      ).toBe('done');
      const shipped = 'shipment,order,line,item,shipped on,quantity\nDN-9,W-1,1,FA-1,2026-11-05,1\n';
      expect((await admin.import('shipments', shipped)).counts).toMatchObject({ created: 1, quarantined: 0 });
      // what waits is refused again while the month is locked, and taken in once it is opened again
      const waiting = `${head}\nW-2,FA-1,2,100,2026-10-10,\n`;
      const open = async () =>
        (
          await sql<{
            reason: string;
          }>`select reason from quarantine_line where invoice = 'W-2' and state = 'open'`.execute(db)
        ).rows;
      expect((await orders(waiting, 'retry')).refused.map(({ reason }) => reason)).toEqual([locked]);
      expect(await open()).toEqual([{ reason: locked }]);
      await lockOctober(JSON.stringify({ sales: Date.now() + 3_600_000 }));
      expect(await orders(waiting, 'retry')).toMatchObject({ created: 1, quarantined: 0 });
      expect(await open()).toEqual([]);
    });
  });
});
