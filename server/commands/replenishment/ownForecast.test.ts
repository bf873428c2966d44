/** A decision by a forecast: the server makes the forecast of its own order lines, and believes nobody else's. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, isoDate, monthRange } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { BEARING_INPUTS, insertBearing } from './testing/bearing.ts';

/** The running month of the test server's clock. */
const RUNNING = 202605;
const MONTHS = monthRange(addMonths(RUNNING, -30), addMonths(RUNNING, -1));
/** June and July sell ten times as much as any other month. */
const seasonal = (month: number): number => ([6, 7].includes(month % 100) ? 900 : 90);

describe.each(ENGINES)('forecasts of the server on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    let supplier_id = 0;
    /** What was sold is delivered. */
    let order_id = 0;
    let made = 0;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      const { id } = await running.server.database.db
        .insertInto('party')
        .values({ company_id: running.data.company_id, code: 'SKF', name: 'SKF', kind: 'supplier' })
        .returning('id')
        .executeTakeFirstOrThrow();
      supplier_id = id;
      const { company_id, sites } = running.data;
      const order = await running.server.database.db
        .insertInto('sales_order')
        .values({
          company_id,
          site_id: sites[0],
          channel_id: null,
          month: MONTHS[0] ?? 0,
          number: 'SO-DONE',
          ordered_on: isoDate(firstDayOfMonth(MONTHS[0] ?? 0)),
          ordered_at: new Date(running.time.now_ms),
          state: 'done',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      order_id = order.id;
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    /** Ordered up to what lead time and review ask for; so many pieces each month. */
    async function item(sold: (month: number) => number): Promise<number> {
      const { db } = running.server.database;
      const { company_id, sites } = running.data;
      const site_id = sites[0] ?? 0;
      const place = { company_id, site_id, supplier_id, code: `FC-${(made += 1)}`, price_micro: 500_000 };
      const item_id = await insertBearing(db, place);
      await db
        .updateTable('policy')
        .set({ kind: 'service', measure: 'cycle', target_bp: 9_500, review_days: 21, owner: 'planner' })
        .where('item_id', '=', item_id)
        .execute();
      await db
        .insertInto('order_line')
        .values(
          MONTHS.map((month) => ({
            company_id,
            site_id,
            channel_id: null,
            month,
            order_id,
            ordinal: made * 100 + MONTHS.indexOf(month),
            item_id,
            kind: 'goods' as const,
            ordered_on: isoDate(firstDayOfMonth(month) + 9),
            committed_on: isoDate(firstDayOfMonth(month) + 11),
            ordered_qty_milli: sold(month) * 1000,
            cancelled_qty_milli: 0,
            unit_price_micro: 1_000_000,
            gross_minor: 100,
            discount_minor: 0,
            net_minor: 100,
          })),
        )
        .execute();
      return item_id;
    }

    /** What the client says was proposed and decided: pieces, of figures that fit together. */
    async function decided(item_id: number, pieces: number) {
      const qty_milli = pieces * 1000;
      const { company_id, sites } = running.data;
      const sent = mutation('decideReplenishment', {
        company_id,
        decisions: [
          {
            site_id: sites[0],
            item_id,
            kind: 'buy',
            supplier_id,
            from_site_id: null,
            verdict: 'accepted',
            proposed_qty_milli: qty_milli,
            qty_milli,
            receive_on: '2026-06-19',
            reason: null,
            inputs: {
              ...BEARING_INPUTS,
              demand_by: 'forecast',
              week_qty_milli: qty_milli,
              reorder_qty_milli: qty_milli + 38_000,
              up_to_qty_milli: qty_milli + 38_000,
              need_qty_milli: qty_milli,
            },
            rule_version: 1,
            follows: null,
          },
        ],
      });
      expect(await running.push('planner', sent)).toEqual(['accepted']);
      const { approval, own } = await running.server.database.db
        .selectFrom('replenishment_decision')
        .select(['approval', sql<string>`inputs ->> 'own_qty_milli'`.as('own')])
        .where('id', '=', `${sent.id}/0`)
        .executeTakeFirstOrThrow();
      return { approval, own: Number(own) / 1000 };
    }

    test('a season that is to come is believed, as far as its own history says, and no further', async () => {
      // 35 days from 28 May: the few left of May, June and a day of July; the last 90 days say 105
      const honest = await decided(await item(seasonal), 1_080);
      expect(honest.approval).toBeNull();
      expect(honest.own).toBeGreaterThan(840);
      expect(honest.own).toBeLessThan(1_620);
      expect(await decided(await item(seasonal), 3_000)).toMatchObject({ approval: 'not_recomputed' });
    });

    test('a forged forecast of even demand is not, though it says what an honest one of a season would', async () => {
      const even = await decided(await item(() => 90), 1_080);
      expect(even).toMatchObject({ approval: 'not_recomputed' });
      expect(even.own).toBeLessThan(420);
      expect((await decided(await item(() => 90), 120)).approval).toBeNull();
      // nobody ever ordered it in a whole month: there is no forecast to believe
      expect(await decided(await item(() => 0), 1_080)).toMatchObject({ approval: 'not_recomputed', own: 0 });
    });

    test('what a planner expects of the months stands in the forecast’s place', async () => {
      const item_id = await item(() => 90);
      const { sites } = running.data;
      const override = mutation('overrideForecast', {
        item_id,
        site_id: sites[0],
        replaces: null,
        from_month: RUNNING,
        to_month: addMonths(RUNNING, 2),
        qty_milli: 900_000,
        factor_bp: null,
        reason: 'Promotion of June',
        expires_on: '2026-07-31',
      });
      expect(await running.push('planner', override)).toEqual(['accepted']);
      expect((await decided(item_id, 1_080)).approval).toBeNull();
    });
  });
});
