/** Payments in another currency that come before their invoice: what is settled when, and that no locked month moves. */
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNSET_METHODS } from '#domain/close/reconcile/methods.ts';
import { dayNumber, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { databaseSource } from '#server/close/facts/databaseSource.ts';
import { type FileClient, fileClient } from '#server/imports/testing/fileClient.ts';
import { up } from '#server/migrations/073_settlement_days.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const INVOICE = 'kind,number,party,issued_on,posted_on,due_on,amount,currency,foreign_amount';
const PAYMENT = 'kind,number,party,paid_on,amount,invoice,currency,foreign_amount,exchange';
const LOCKED = 'Sales of September 2026 is locked. Book it in an open month, or have it opened again under Close.';
const SETTLED_THERE = `${LOCKED} What the payment settled there stays: take it off in an open month by a payment under another number, on the same invoice with the sign turned round.`;

describe.each(ENGINES)('payments before their invoice on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('in another currency', () => {
    let engine: TestEngine;
    let running: TestServer;
    let admin: FileClient;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      admin = await fileClient(running.server.url, 'admin', running.time);
      await admin.import('customers', 'code,name\nC-1,Meyer\n');
      const { company_id } = running.data;
      const { db } = running.server.database;
      const kept = await db.selectFrom('gl_account').select('role').where('company_id', '=', company_id).execute();
      const wanted = [
        { role: 'ar', code: 'T1300', kind: 'asset' },
        { role: 'fx_gain', code: 'T8900', kind: 'income' },
      ].filter(({ role }) => !kept.some((each) => each.role === role));
      for (const account of wanted)
        await db
          .insertInto('gl_account')
          .values({ company_id, name: account.role, ...account })
          .execute();
      await db
        .insertInto('fx_rate')
        .values(
          [202609, 202610].map((month) => ({
            company_id,
            month,
            currency: 'USD',
            average_rate_micro: 1_100_000,
            closing_rate_micro: 1_250_000,
            per_units: 1,
          })),
        )
        .execute();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const rows = async <T>(text: string): Promise<T[]> =>
      (await sql.raw<T>(text).execute(running.server.database.db)).rows;
    const invoices = async (...lines: readonly string[]) =>
      await admin.import('invoices', `${INVOICE}\n${lines.join('\n')}\n`);
    const payments = async (...lines: readonly string[]) =>
      await admin.import('payments', `${PAYMENT}\n${lines.join('\n')}\n`);
    const reasons = ({ quarantined }: FileImportOutcome) => quarantined.map(({ reason }) => reason);
    const kept = async (number: string) =>
      await rows<{ settled_on: string | null; exchange_minor: number; invoice: string | null }>(
        `select i.number as invoice, p.settled_on::text, p.exchange_minor from payment p
          left join invoice i on i.id = p.invoice_id where p.number = '${number}' order by p.id`,
      );
    /** As it was closed: nothing later is known. */
    const reconciled = async (period: number) =>
      await running.server.database.db.transaction().execute(async (tx) => {
        const company = { id: running.data.company_id, currency: 'EUR', fiscal_year_start_month: 1 };
        return await computeReconciliations(databaseSource(tx, { ...company, methods: () => UNSET_METHODS }), {
          cut_off: lastDayOfMonth(period),
          from: firstDayOfMonth(period),
          first_look: true,
          today: lastDayOfMonth(period),
          carried: [],
        });
      });
    const lock = async (locked: string) =>
      await rows(`update close_period set period = 202609, locked = '${locked}' where company_id = ${running.data.company_id}
        and period in (202609, 202610)`);
    const won = async (period: number): Promise<number> => {
      const books = await reconciled(period);
      return books.find(({ code }) => code === 'fx_revaluation')?.subledger_minor ?? Number.NaN;
    };

    test('what is paid ahead settles its invoice on that one’s day, and settles nothing where it names none', async () => {
      await invoices('customer,A-1,C-1,2026-10-20,,2026-11-20,100.00,USD,110.00');
      const paid = 'customer,PA-1,C-1,2026-09-10,90.00,,USD,110.00,';
      await payments(paid);
      expect(await kept('PA-1')).toEqual([{ invoice: null, settled_on: null, exchange_minor: 0 }]);
      const matched = await payments(paid.replace('90.00,', '90.00,A-1'));
      expect(matched.changed[0]?.fields).toContainEqual({ column: 'settled_on', before: null, after: '2026-10-20' });
      expect(await kept('PA-1')).toEqual([{ invoice: 'A-1', settled_on: '2026-10-20', exchange_minor: -1_000 }]);
      // an invoice that is posted on another day settles on that, and no earlier than the payment came
      await invoices('customer,A-1,C-1,2026-10-20,2026-10-25,2026-11-20,100.00,USD,110.00');
      expect(await kept('PA-1')).toMatchObject([{ settled_on: '2026-10-25' }]);
      await invoices('customer,A-1,C-1,2026-09-01,2026-09-02,2026-11-20,100.00,USD,110.00');
      expect(await kept('PA-1')).toMatchObject([{ settled_on: '2026-09-10' }]);
      await invoices('customer,A-1,C-1,2026-10-20,,2026-11-20,100.00,USD,110.00');
      expect(await kept('PA-1')).toMatchObject([{ settled_on: '2026-10-20' }]);
      expect(await payments(paid.replace('90.00,', '90.00,A-1'))).toMatchObject({ counts: { unchanged: 1 } });
      await payments(paid);
      expect(await kept('PA-1')).toEqual([{ invoice: null, settled_on: null, exchange_minor: 0 }]);
    });

    test('matched when its month is locked it settles on the first day that takes postings, and the locked month stays', async () => {
      await invoices(
        'customer,B-1,C-1,2026-09-15,,2026-10-15,200.00,USD,220.00',
        'customer,B-2,C-1,2026-10-15,,2026-11-15,50.00,USD,55.00',
      );
      const [first, second, third] = [
        'customer,PB-1,C-1,2026-09-10,210.00,,USD,220.00,',
        'customer,PB-2,C-1,2026-09-11,45.00,,USD,55.00,',
        'customer,PB-3,C-1,2026-09-12,45.00,,USD,55.00,',
      ] as const;
      await payments(first, second, third);
      await lock('{"sales": null}');
      const september = await reconciled(202609);
      const october = await won(202610);
      const matched = await payments(first.replace('210.00,', '210.00,B-1'), second.replace('45.00,', '45.00,B-2'));
      expect([reasons(matched), matched.counts.changed]).toEqual([[], 2]);
      expect(await kept('PB-1')).toEqual([{ invoice: 'B-1', settled_on: '2026-10-01', exchange_minor: 1_000 }]);
      expect(await kept('PB-2')).toEqual([{ invoice: 'B-2', settled_on: '2026-10-15', exchange_minor: -500 }]);
      expect(await reconciled(202609)).toEqual(september);
      expect(september.find(({ code }) => code === 'ar_gl')?.lines.length).toBeGreaterThan(0);
      // in October 10.00 are won and 5.00 lost: so much less is not realised yet
      expect(await won(202610)).toBe(october);
      const again = await payments(first.replace('210.00,', '210.00,B-1'));
      expect(again.counts.unchanged).toBe(1);
      // what came, and how much, stays as it was closed
      expect(reasons(await payments(first.replace('210.00,', '211.00,B-1')))).toEqual([LOCKED]);
      expect(reasons(await payments(third.replace('2026-09-12', '2026-10-12')))).toEqual([LOCKED]);
    });

    test('a payment of a locked month is split over several invoices: each settles on its own day, and the month stays', async () => {
      await lock('{}');
      await invoices(
        'customer,S-1,C-1,2026-09-16,,2026-10-15,30.00,USD,33.00',
        'customer,S-2,C-1,2026-10-16,,2026-11-15,20.01,USD,22.01',
        'customer,S-3,C-1,2026-09-16,,2026-10-15,60.00,,',
        'customer,S-4,C-1,2026-10-16,,2026-11-15,40.00,,',
      );
      const dollars = 'customer,PS-1,C-1,2026-09-12,50.00,,USD,60.00,';
      const euros = 'customer,PS-2,C-1,2026-09-13,110.00,,,,';
      await payments(dollars, euros);
      await lock('{"sales": null}');
      const september = await reconciled(202609);
      const october = await won(202610);
      const parts = [
        dollars.replace('50.00,,USD,60.00', '28.34,S-1,USD,33.00'),
        dollars.replace('50.00,,USD,60.00', '18.33,S-2,USD,22.00'),
        dollars.replace('50.00,,USD,60.00', '3.33,,USD,5.00'),
        euros.replace('110.00,', '60.00,S-3'),
        euros.replace('110.00,', '40.00,S-4'),
        euros.replace('110.00,', '10.00,'),
      ];
      const split = await payments(...parts);
      expect([reasons(split), split.counts]).toMatchObject([[], { created: 4, changed: 2 }]);
      const stands = async (number: string) =>
        await rows(`select i.number as invoice, p.settled_on::text, p.amount_minor, p.foreign_minor, p.exchange_minor
          from payment p left join invoice i on i.id = p.invoice_id where p.number = '${number}' order by i.number`);
      expect(await stands('PS-1')).toEqual([
        { invoice: 'S-1', settled_on: '2026-10-01', amount_minor: 2_834, foreign_minor: 3_300, exchange_minor: -166 },
        { invoice: 'S-2', settled_on: '2026-10-16', amount_minor: 1_833, foreign_minor: 2_200, exchange_minor: -167 },
        { invoice: null, settled_on: null, amount_minor: 333, foreign_minor: 500, exchange_minor: 0 },
      ]);
      expect(await stands('PS-2')).toMatchObject([
        { invoice: 'S-3', settled_on: '2026-10-01', amount_minor: 6_000 },
        { invoice: 'S-4', settled_on: '2026-10-16', amount_minor: 4_000 },
        { invoice: null, settled_on: null, amount_minor: 1_000 },
      ]);
      expect(await reconciled(202609)).toEqual(september);
      expect(await won(202610)).toBe(october);
      expect((await payments(...parts)).counts.unchanged).toBe(6);
      // what is split comes to what came, in both currencies, and stays of its day
      const less = parts.map((line) => line.replace('18.33', '18.32'));
      expect(reasons(await payments(...less))).toContain(LOCKED);
      const fewer = parts.map((line) => line.replace(',22.00,', ',21.00,'));
      expect(reasons(await payments(...fewer))).toContain(LOCKED);
      const later = parts.map((line) => line.replace('2026-09-12', '2026-10-12'));
      expect(reasons(await payments(...later))).toContain(LOCKED);
      // and may be put together again
      const whole = await payments(dollars, euros);
      expect([reasons(whole), (await stands('PS-1')).length, (await stands('PS-2')).length]).toEqual([[], 1, 1]);
      expect(await reconciled(202609)).toEqual(september);
    });

    test('whoever writes: what came in a locked month comes to the same, and what it settled there stays settled', async () => {
      await lock('{}');
      await invoices(
        'customer,W-1,C-1,2026-09-16,,2026-10-15,60.00,,',
        'customer,W-2,C-1,2026-09-16,,2026-10-15,60.00,,',
      );
      const paid = 'customer,PW-1,C-1,2026-09-18,60.00,W-1,,,';
      await payments(paid, 'customer,PW-2,C-1,2026-09-18,70.00,,,,');
      await lock('{"sales": null}');
      expect(await kept('PW-1')).toMatchObject([{ invoice: 'W-1', settled_on: '2026-09-18' }]);
      // its invoice was paid at the end of September
      expect(reasons(await payments(paid.replace(',W-1', ',W-2')))).toEqual([SETTLED_THERE]);
      expect(reasons(await payments(paid.replace('60.00', '30.00'), paid.replace('60.00,W-1', '30.00,W-2')))).toContain(
        SETTLED_THERE,
      );
      // an open month takes it off, and pays the other one
      const september = await reconciled(202609);
      const turned = ['PW-1R,C-1,2026-10-20,-60.00,W-1', 'PW-1S,C-1,2026-10-20,60.00,W-2'];
      expect(reasons(await payments(...turned.map((line) => `customer,${line},,,`)))).toEqual([]);
      expect(
        await rows(`select i.number, (i.amount_minor - sum(p.amount_minor))::int as open_minor
          from invoice i join payment p on p.invoice_id = i.id where i.number in ('W-1', 'W-2') group by i.id order by 1`),
      ).toEqual([
        { number: 'W-1', open_minor: 6_000 },
        { number: 'W-2', open_minor: 0 },
      ]);
      expect(await reconciled(202609)).toEqual(september);
      const { db } = running.server.database;
      const split = async (amount_minor: number) =>
        await db.transaction().execute(async (tx) => {
          await sql`update payment set amount_minor = 6000 where number = 'PW-2' and amount_minor = 7000`.execute(tx);
          await sql`insert into payment (company_id, month, kind, party_id, number, paid_on, amount_minor)
            select company_id, month, kind, party_id, number, paid_on, ${amount_minor}::bigint from payment
            where number = 'PW-2'`.execute(tx);
        });
      await expect(split(1_001)).rejects.toThrow('is locked for sales');
      await expect(
        rows(`update payment set invoice_id = null, settled_on = null where number = 'PW-1'`),
      ).rejects.toThrow('is locked for sales');
      await split(1_000);
      expect(await rows(`select amount_minor from payment where number = 'PW-2' order by 1`)).toEqual([
        { amount_minor: 1_000 },
        { amount_minor: 6_000 },
      ]);
      expect(await rows('select * from payment_moved')).toEqual([]);
    });

    test('what was won in a month stays when that is locked, whoever writes', async () => {
      await lock('{}');
      await invoices(
        'customer,D-1,C-1,2026-09-15,,2026-10-15,100.00,USD,110.00',
        'customer,D-2,C-1,2026-10-15,,2026-11-15,100.00,USD,110.00',
      );
      const paid = 'customer,PD-1,C-1,2026-09-20,105.00,D-1,USD,110.00,';
      await payments(paid);
      expect(await kept('PD-1')).toEqual([{ invoice: 'D-1', settled_on: '2026-09-20', exchange_minor: 500 }]);
      await lock('{"sales": null}');
      expect(reasons(await payments(paid.replace(',D-1', ',D-2')))).toEqual([SETTLED_THERE]);
      expect(reasons(await payments(paid.replace(',D-1', ',')))).toEqual([SETTLED_THERE]);
      for (const change of [`settled_on = '2026-10-20'`, 'exchange_minor = 400', 'amount_minor = 1'])
        await expect(rows(`update payment set ${change} where number = 'PD-1'`)).rejects.toThrow('is locked for sales');
      await expect(rows(`delete from payment where number = 'PD-1'`)).rejects.toThrow('is locked for sales');
      // brought by another system on an open day, won in a locked one
      await payments('customer,PD-2,C-1,2026-10-20,101.00,D-2,USD,110.00,');
      await expect(
        rows(`update payment set settled_on = '2026-09-30', paid_on = '2026-09-30' where number = 'PD-2'`),
      ).rejects.toThrow('is locked for sales');
      await expect(rows(`update payment set settled_on = '2026-10-01' where number = 'PD-2'`)).rejects.toThrow('check');
      await expect(rows(`update payment set settled_on = null where number = 'PD-2'`)).rejects.toThrow('check');
    });

    test('before there were such days: what a locked month realised stays there, the rest goes by the rule', async () => {
      await lock('{}');
      await invoices(
        'customer,E-1,C-1,2026-10-15,,2026-11-15,100.00,USD,110.00',
        'customer,E-2,C-1,2026-10-15,,2026-11-15,70.00,,',
        'customer,E-3,C-1,2026-11-15,,2026-12-15,100.00,USD,110.00',
      );
      await payments(
        'customer,PE-1,C-1,2026-09-20,105.00,E-1,USD,110.00,',
        'customer,PE-2,C-1,2026-09-20,70.00,E-2,,,',
        'customer,PE-3,C-1,2026-10-20,105.00,E-3,USD,110.00,',
        'customer,PE-4,C-1,2026-11-20,1.00,E-3,USD,1.10,',
        'customer,PE-5,C-1,2026-09-20,5.00,,USD,6.00,',
      );
      await lock('{"sales": null}');
      const { db } = running.server.database;
      const day = dayNumber('2026-09-20') ?? 0;
      const found = await db.transaction().execute(async (tx) => {
        const versions = async () =>
          (await sql<{ id: number; ver: number }>`select id, ver from payment order by id`.execute(tx)).rows;
        const before = await versions();
        await sql`alter table payment drop column settled_on`.execute(tx);
        await up(tx as unknown as Kysely<unknown>);
        expect(await versions()).toEqual(before);
        return (
          await sql<{ number: string; settled: number | null }>`
            select number, settled_on - date '1970-01-01' as settled from payment where number like 'PE-%' order by number`.execute(
            tx,
          )
        ).rows.map(({ number, settled }) => [number, settled === null ? null : settled - day]);
      });
      expect(found).toEqual([
        ['PE-1', 0],
        ['PE-2', 25],
        ['PE-3', 56],
        ['PE-4', 61],
        ['PE-5', null],
      ]);
    });
  });
});
