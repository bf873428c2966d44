/** Documents in other currencies are added up by side, currency and month, whatever the decimal places of each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayNumber, lastDayOfMonth } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { foreignMonths } from './foreign.ts';

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
  });
});
