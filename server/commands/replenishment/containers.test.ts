import { afterAll, beforeAll, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { BEARING_INPUTS, insertBearing } from './testing/bearing.ts';

let engine: TestEngine;
let running: TestServer;
beforeAll(async () => {
  engine = await PGLITE.start();
  running = await startTestServer(engine, {});
});
afterAll(async () => {
  await running?.close();
  await engine?.stop();
});

test('what fills a container is taken at its word as long as it may lie, of a supplier that sends in them only', async () => {
  const { db } = running.server.database;
  const { company_id, sites, orders } = running.data;
  const [site_id] = sites;
  const [order_id = 0] = orders;
  const { id: supplier_id } = await db
    .insertInto('party')
    .values({ company_id, code: 'SEA', name: 'Sea', kind: 'supplier' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const item_id = await insertBearing(db, { company_id, site_id, supplier_id, code: 'BR-1', price_micro: 6_800_000 });
  // 450 asked for and sent in 90 days: 5 a day, 120 days after 14 of delivery less 38 there are 632
  const today = Math.floor(running.time.now_ms / 86_400_000);
  await db.updateTable('sales_order').set({ state: 'done' }).where('id', '=', order_id).execute();
  await db
    .insertInto('order_line')
    .values({
      company_id,
      site_id,
      channel_id: null,
      month: 202605,
      order_id,
      ordinal: 900,
      item_id,
      kind: 'goods',
      ordered_on: isoDate(today - 30),
      committed_on: isoDate(today - 20),
      ordered_qty_milli: 450_000,
      cancelled_qty_milli: 0,
      unit_price_micro: 1_000_000,
      gross_minor: 45_000,
      discount_minor: 0,
      net_minor: 45_000,
    })
    .execute();
  let follows: string | null = null;
  const decide = async (qty_milli: number, because: string): Promise<string | null> => {
    const sent = mutation('decideReplenishment', {
      company_id,
      decisions: [
        {
          site_id,
          item_id,
          kind: 'buy',
          supplier_id,
          from_site_id: null,
          verdict: 'accepted',
          proposed_qty_milli: qty_milli,
          qty_milli,
          receive_on: isoDate(today + 14),
          reason: null,
          inputs: { ...BEARING_INPUTS, because },
          rule_version: 1,
          follows,
        },
      ],
    });
    expect(await running.push('planner', sent)).toEqual(['accepted']);
    follows = `${sent.id}/0`;
    const stored = await db
      .selectFrom('replenishment_decision')
      .select('approval')
      .where('id', '=', follows)
      .executeTakeFirstOrThrow();
    return stored.approval;
  };
  expect(await decide(600_000, 'for_container')).toBe('not_recomputed');
  await db
    .insertInto('supplier_terms')
    .values({ company_id, supplier_id, container_volume_litres: 60, container_least_fill_bp: 7_000 })
    .execute();
  expect(await decide(600_000, 'for_container')).toBeNull();
  expect(await decide(600_000, 'needed')).toBe('not_recomputed');
  // half above what may lie so long
  expect(await decide(960_000, 'for_container')).toContain('not_recomputed');
});
