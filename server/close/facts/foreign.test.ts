/** Documents in other currencies are added up by side, currency and month, whatever the decimal places of each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayNumber, lastDayOfMonth } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { fileClient } from '#server/imports/testing/fileClient.ts';
import { foreignMonths } from './foreign.ts';
import { sisterBooks } from './sister.ts';
import type { SisterEntry } from '#domain/close/reconcile/sister/facts.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;

describe.each(ENGINES)('documents in other currencies on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('added up', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    test('several currencies of a side stand apart, by month, with what was realised up to the cut-off', async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      const invoice = async (
        kind: 'customer' | 'supplier',
        on: string,
        [currency, foreign_minor]: readonly [string | null, number | null],
        amount_minor: number,
      ): Promise<void> => {
        const number = `${kind} ${on} ${currency}`;
        const { id: party_id } = await db
          .insertInto('party')
          .values({ company_id, kind, code: number, name: number })
          .returning('id')
          .executeTakeFirstOrThrow();
        const month = Number(on.slice(0, 4) + on.slice(5, 7));
        const dates = { issued_on: on, posted_on: on, due_on: on };
        await db
          .insertInto('invoice')
          .values({ company_id, month, kind, number, party_id, ...dates, amount_minor, currency, foreign_minor })
          .execute();
      };
      const payment = async (
        kind: 'customer' | 'supplier',
        on: string,
        [currency, foreign_minor]: readonly [string, number],
        [amount_minor, exchange_minor]: readonly [number, number],
        settled = on,
      ): Promise<void> => {
        const month = Number(on.slice(0, 4) + on.slice(5, 7));
        const number = `paid ${kind} ${on} ${currency}`;
        const party = await db.selectFrom('party').select('id').where('kind', '=', kind).executeTakeFirstOrThrow();
        await db
          .insertInto('payment')
          .values({
            company_id,
            month,
            kind,
            number,
            party_id: party.id,
            paid_on: on,
            amount_minor,
            currency,
            foreign_minor,
            exchange_minor,
            settled_on: settled,
          })
          .execute();
      };
      // a yen has no part; of a dinar there are a thousand
      await invoice('customer', '2031-01-10', ['USD', 550_000], 500_000);
      await invoice('customer', '2031-01-31', ['USD', -11_000], -10_000);
      await invoice('customer', '2031-01-11', ['JPY', 1_000_000], 630_000);
      await invoice('supplier', '2031-02-01', ['KWD', 800_000], 240_000);
      await invoice('customer', '2031-01-12', [null, null], 99_900);
      await invoice('customer', '2031-04-01', ['JPY', 5], 3);
      await payment('customer', '2031-02-14', ['USD', 275_000], [230_000, -20_000]);
      await payment('customer', '2031-03-02', ['USD', 11_000], [12_000, 2_000]);
      await payment('supplier', '2031-02-20', ['KWD', 400_000], [125_000, 5_000]);
      // paid ahead: it comes as it is, and wins when it settles its invoice
      await payment('supplier', '2031-01-05', ['JPY', 1_600], [1_000, 40], '2031-02-03');
      const found = await db
        .transaction()
        .execute(async (tx) => await foreignMonths(tx, company_id, day('2031-03-31'), lastDayOfMonth(203102)));
      const rows = found
        .filter(({ month }) => month > 203_000)
        .map((each) => [
          each.kind,
          each.currency,
          each.month,
          each.foreign_minor,
          each.booked_minor,
          each.realised_minor,
        ]);
      expect(rows).toEqual([
        ['customer', 'JPY', 203101, 1_000_000, 630_000, 0],
        ['customer', 'USD', 203101, 539_000, 490_000, 0],
        ['customer', 'USD', 203102, -275_000, -250_000, -20_000],
        // after the cut-off: off what is open then, and not realised yet
        ['customer', 'USD', 203103, -11_000, -10_000, 0],
        ['supplier', 'JPY', 203101, -1_600, -1_000, 0],
        ['supplier', 'JPY', 203102, 0, 40, 40],
        ['supplier', 'KWD', 203102, 400_000, 120_000, 5_000],
      ]);
    });

    test('of three companies an account names its sister, by code or name; what each reads of the others comes out the same', async () => {
      const { db } = running.server.database;
      const { company_id, other_company_id } = running.data;
      const lyon = { code: 'LYN', name: 'Lyon', currency: 'EUR', time_zone: 'Europe/Paris' };
      const { id: third } = await db.insertInto('company').values(lyon).returning('id').executeTakeFirstOrThrow();
      const admin = await fileClient(running.server.url, 'admin');
      const head = 'code,name,kind,role,partner\n';
      const sales =
        '8800,Sold to sisters,income,intercompany_sales,\n7800,Bought of sisters,expense,intercompany_purchases,\n';
      const own = `${head}1800,Brook,asset,intercompany,brook\n1810,Lyon,asset,intercompany,lyn\n1010,Bank,asset,bank,\n${sales}`;
      expect((await admin.import('accounts', own)).counts).toMatchObject({ created: 5, quarantined: 0 });
      const wrong = `${head}1820,Who,asset,intercompany,Nobody\n1830,Us,asset,intercompany,hal\n1010,Bank,asset,bank,LYN\n1800,Brook,asset,intercompany,LYN\n`;
      const refused = await admin.import('accounts', wrong);
      expect(refused.quarantined.map(({ reason }) => reason)).toEqual([
        'There is no company Nobody. Name the sister company by its code or name as it stands here, or leave it empty.',
        'hal is this company itself. Name the other company the account is kept with.',
        'Only an account of the role intercompany is kept with a sister company, not one of the role bank.',
      ]);
      await admin.import('accounts', own);
      await admin.import('accounts', `${head}1800,Halvorsen,asset,intercompany,HAL\n${sales}`, { company_code: 'BRK' });
      // names nobody: what has our references is taken for ours, and the company itself is told
      await admin.import('accounts', `${head}1800,Sisters,asset,intercompany,\n${sales}`, { company_code: 'LYN' });
      const entry = (number: string, on: string, ref: string, account: string, amount: number, against: string) =>
        `ICO,${number},${on},${account},${amount},${ref}\nICO,${number},${on},${against},${-amount},${ref}\n`;
      const books = 'journal,number,booked_on,account,amount,ref\n';
      await admin.import(
        'gl',
        books +
          entry('A1', '2026-05-04', 'IC 1', '1800', 100, '8800') +
          entry('A2', '2026-05-20', 'IC 1', '1800', -100, '1010') +
          entry('A3', '2026-10-04', 'IC 2', '1800', 70, '8800') +
          entry('A4', '2026-10-05', 'LY 9', '1810', -33, '7800') +
          entry('A5', '2026-10-06', '', '1810', 5, '8800'),
      );
      await admin.import('gl', books + entry('B1', '2026-10-09', 'IC 3', '1800', -12, '7800'), { company_code: 'BRK' });
      await admin.import('gl', books + entry('L1', '2026-10-05', 'LY 9', '1800', 33, '8800'), { company_code: 'LYN' });
      const asked = { since: day('2026-10-01'), cut_off: lastDayOfMonth(202610), until: lastDayOfMonth(202611) };
      const read = async (company: number) =>
        await db.transaction().execute(async (tx) => await sisterBooks(tx, company, asked));
      const short = (entries: readonly SisterEntry[]) =>
        entries.map(({ ref, amount_minor, trade, paid, other_minor }) => [ref, amount_minor, trade, paid, other_minor]);
      const ours = await read(company_id);
      // what is settled on both sides since before is not read
      expect(ours?.pairs.map((pair) => [pair.sister.name, short(pair.ours), short(pair.hers)])).toEqual([
        ['Brook', [['IC 2', 7_000, 'sold', false, -7_000]], [['IC 3', -1_200, 'bought', false, 1_200]]],
        [
          'Lyon',
          [
            ['LY 9', -3_300, 'bought', false, 3_300],
            [null, 500, 'sold', false, -500],
          ],
          [['LY 9', 3_300, 'sold', false, -3_300]],
        ],
      ]);
      expect(ours?.unpaired).toEqual([]);
      expect((await read(third))?.unpaired).toEqual([{ code: '1800', sister: null, balance_minor: 3_300 }]);
      const whole = await db
        .transaction()
        .execute(async (tx) => await sisterBooks(tx, other_company_id, { ...asked, since: day('2026-05-01') }));
      expect(whole?.pairs.map(({ hers }) => hers.map(({ ref, paid }) => [ref, paid]))).toEqual([
        [
          ['IC 1', false],
          ['IC 1', true],
          ['IC 2', false],
        ],
      ]);
    });
  });
});
