import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { MIGRATIONS } from '#server/migrations/all.ts';
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
  // a rule of tomorrow says nothing of today
  const rule = { company_id, party_id: supplier_id, volume_litres: 60, least_fill_bp: 7_000 };
  await db
    .insertInto('supplier_container')
    .values({ ...rule, valid_from: isoDate(today + 1) })
    .execute();
  expect(await decide(600_000, 'for_container')).toBe('not_recomputed');
  await db
    .updateTable('supplier_container')
    .set({ valid_from: isoDate(today - 9), valid_to: isoDate(today) })
    .execute();
  expect(await decide(600_000, 'for_container')).toBeNull();
  expect(await decide(600_000, 'needed')).toBe('not_recomputed');
  // half above what may lie so long
  expect(await decide(960_000, 'for_container')).toContain('not_recomputed');
});

test('what was kept of containers before they were rules holds since ever, of nobody yet, in the company’s bucket', async () => {
  const { db } = running.server.database;
  const { company_id } = running.data;
  const parties = await db
    .insertInto('party')
    .values(['A', 'B', 'C'].map((code) => ({ company_id, code: `M-${code}`, name: code, kind: 'supplier' })))
    .returning('id')
    .execute();
  const [volume, weight, none] = parties.map(({ id }) => id);
  // as it was before
  for (const statement of [
    'drop table supplier_container',
    `alter table supplier_terms add container_volume_litres safe_integer, add container_weight_kg safe_integer,
       add container_least_fill_bp int`,
    `insert into supplier_terms (company_id, supplier_id, container_volume_litres, container_weight_kg,
       container_least_fill_bp) values (${company_id}, ${volume}, 60, 50, 7000), (${company_id}, ${weight}, null, 40, null),
       (${company_id}, ${none}, null, null, null)`,
  ]) {
    await sql.raw(statement).execute(db);
  }
  await MIGRATIONS['038_containers_governed']?.up(db);
  const rows = await db.selectFrom('supplier_container').selectAll().orderBy('party_id').execute();
  const held = { valid_from: null, valid_to: null, owner: null };
  expect(rows).toMatchObject([
    { ...held, party_id: volume, volume_litres: 60, weight_kg: 50, least_fill_bp: 7_000 },
    { ...held, party_id: weight, volume_litres: null, weight_kg: 40, least_fill_bp: 0 },
  ]);
  const buckets = await sql<{ tbl: number; company: number }>`
    select tbl, company from sync_bucket where id in (select bucket from supplier_container)`.execute(db);
  expect(buckets.rows).toEqual([{ tbl: wireTable('supplier_container').id, company: company_id }]);
  const { columns } = (await db.introspection.getTables()).find(({ name }) => name === 'supplier_terms') ?? {};
  expect(columns?.some(({ name }) => name.startsWith('container'))).toBe(false);
});
