/** What nobody else saw of draft orders: the server and a copy of the same rows count the same, and a copy of one site never more. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import type { JudgedOrder, UnseenValue } from '#domain/planning/replenishment/orderApproval.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { createTestReplica } from '#db/queries/testing/replicaFixture.ts';
import { judgedOrders as judgedHere } from '#db/replenishment/unseenOrders.ts';
import { judgedOrders } from '#server/commands/replenishment/unseenOrders.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { seeded } from '#tests/simulation/random.ts';

const HOUR_MS = 3_600_000;
const DRAFTS = 60;
const PEOPLE = ['planner', 'buyer', 'controller'] as const;
const TABLES: readonly WireTableName[] = [
  'draft_order',
  'draft_order_line',
  'draft_order_event',
  'draft_order_approval',
  'replenishment_decision',
  'replenishment_approval',
];

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

/** Drafts of the last ten days at two suppliers and two sites: open, sent, cancelled, answered, of lines seen or not. */
async function insertDrafts(): Promise<readonly string[]> {
  const random = seeded('unseen orders');
  const { db } = running.server.database;
  const { company_id, sites, items } = running.data;
  const suppliers = [];
  for (const code of ['SKF', 'FAG']) {
    const party = { company_id, code, name: code, kind: 'supplier' };
    suppliers.push((await db.insertInto('party').values(party).returning('id').executeTakeFirstOrThrow()).id);
  }
  const said = (at_ms: number) => ({
    author: random.pick(PEOPLE),
    written_at: new Date(at_ms),
    accepted_at: new Date(at_ms),
  });
  const ids: string[] = [];
  for (let nth = 0; nth < DRAFTS; nth++) {
    const id = randomUUID();
    ids.push(id);
    const made_ms = running.time.now_ms - random.below(240) * HOUR_MS;
    const place = { company_id, site_id: random.pick(sites) };
    const supplier_id = random.pick(suppliers);
    const lines = Array.from({ length: 1 + random.below(3) }, (_, line) => ({
      id: `${id}/${line}`,
      decision_id: `${randomUUID()}/0`,
      item_id: items[line] ?? 0,
      qty_milli: 1000,
      value_minor: random.chance(0.1) ? null : random.below(200_000),
    }));
    for (const { decision_id, item_id, qty_milli, value_minor } of lines) {
      const decision = {
        id: decision_id,
        ...place,
        item_id,
        kind: 'buy',
        supplier_id,
        verdict: 'accepted',
        proposed_qty_milli: qty_milli,
        qty_milli,
        receive_on: isoDate(20_000),
        inputs: '{}',
        rule_version: 1,
        value_minor,
        ...said(made_ms),
      };
      await db.insertInto('replenishment_decision').values(decision).execute();
      if (random.chance(0.6)) continue;
      const verdict = random.chance(0.8) ? 'approved' : 'refused';
      const answer = { id: randomUUID(), ...place, decision_id, verdict, reason: 'so', ...said(made_ms) };
      await db.insertInto('replenishment_approval').values(answer).execute();
    }
    const order = {
      id,
      ...place,
      number: `DO-${nth}`,
      supplier_id,
      value_minor: 0,
      freight_minor: 0,
      ...said(made_ms),
    };
    await db.insertInto('draft_order').values(order).execute();
    for (const line of lines) {
      await db
        .insertInto('draft_order_line')
        .values({ ...line, ...place, draft_order_id: id })
        .execute();
    }
    const ended_ms = made_ms + random.below(72) * HOUR_MS;
    if (random.chance(0.3)) {
      const verdict = random.chance(0.5) ? 'approved' : 'refused';
      const answer = { id: randomUUID(), ...place, draft_order_id: id, verdict, reason: 'so', ...said(ended_ms) };
      await db.insertInto('draft_order_approval').values(answer).execute();
    }
    if (random.chance(0.4)) continue;
    const event = { id: randomUUID(), ...place, draft_order_id: id, ...said(ended_ms) };
    if (random.chance(0.3)) {
      await db
        .insertInto('draft_order_event')
        .values({ ...event, kind: 'cancelled', reason: 'so' })
        .execute();
      continue;
    }
    const bought = { ...place, number: `DO-${nth}`, supplier_id, ordered_on: isoDate(20_000), state: 'open' };
    const { id: purchase_order_id } = await db
      .insertInto('purchase_order')
      .values(bought)
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('draft_order_event')
      .values({ ...event, kind: 'sent', purchase_order_id })
      .execute();
  }
  return ids;
}

const sorted = (value: UnseenValue): UnseenValue => ({ ...value, others: value.others.toSorted() });
const linesOf = ({ author, lines }: JudgedOrder): readonly string[] => [
  author,
  ...lines.map(({ value_minor, decided_by, seen }) => `${value_minor} ${decided_by} ${seen}`).toSorted(),
];

test('the copy foretells what the server decides, and never asks for more', async () => {
  const ids = await insertDrafts();
  const { company_id, sites } = running.data;
  const now_ms = running.time.now_ms;
  const company = { id: company_id, currency: 'EUR', time_zone: 'UTC', today_on: Math.floor(now_ms / (24 * HOUR_MS)) };
  const decided = await running.server.database.db
    .transaction()
    .execute(async (tx) => await judgedOrders(tx, company, { draft_order_ids: ids, now_ms }));
  const client = await running.replica('controller');
  await client.sync();
  const [whole, part] = [createTestReplica(), createTestReplica()];
  try {
    for (const name of TABLES) {
      const rows = client.rows(name);
      whole.insert(name, rows);
      part.insert(
        name,
        rows.filter((row) => row['site_id'] === sites[0]),
      );
    }
    const foretold = judgedHere(whole.context().scan, { ...company, now_ms }, ids);
    const narrow = judgedHere(part.context().scan, { ...company, now_ms }, ids);
    let held = 0;
    for (const id of ids) {
      const [there, here, less] = [decided.get(id), foretold.get(id), narrow.get(id)];
      if (!there || !here) throw new Error('a draft is missing');
      expect(sorted(here.value), id).toEqual(sorted(there.value));
      expect([here.order.ended, here.order.answer]).toEqual([there.order.ended, there.order.answer]);
      expect(linesOf(here.order)).toEqual(linesOf(there.order));
      if (there.value.needed) held += 1;
      if (less === undefined) continue;
      expect(less.value.others_minor).toBeLessThanOrEqual(there.value.others_minor);
      if (less.value.needed) expect(there.value.needed).toBe(true);
    }
    expect(held).toBeGreaterThan(5);
    expect(held).toBeLessThan(DRAFTS - 5);
  } finally {
    await whole.close();
    await part.close();
  }
});
