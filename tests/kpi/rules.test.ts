/** A rule that changes leaves what is past as it was: on a real server, through the feed, asked of a replica. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { type RuleChangeContent, ruleChangeContent } from '#domain/governance/change.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import { QUERIES } from '#contract/queries.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { fillRate } from '#db/queries/fill/fillRate.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { leaksOf } from '#db/queries/leakage/leaks.ts';
import { createTestReplica } from '#db/queries/testing/replicaFixture.ts';
import { RULES_TAKE_EFFECT } from '#server/jobs/rules.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

const DAY_MS = 86_400_000;
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

/** An order of ten, billed at 10.00 with a fifth off, in the first channel. */
async function sell(ordered_on: string, month: number, nth = 0, days_late = 0): Promise<void> {
  const { db } = running.server.database;
  const { company_id, sites, channels, items } = running.data;
  const where = { company_id, site_id: sites[0], channel_id: channels[0], month };
  const shipped_on = isoDate((dayNumber(ordered_on) ?? 0) + days_late);
  const order = await db
    .insertInto('sales_order')
    .values({
      ...where,
      number: `T-${ordered_on}-${nth}`,
      ordered_on,
      ordered_at: new Date(`${ordered_on}T10:00:00Z`),
      state: 'open',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const line = await db
    .insertInto('order_line')
    .values({
      ...where,
      order_id: order.id,
      ordinal: 1,
      item_id: items[nth] ?? 0,
      kind: 'goods',
      ordered_on,
      committed_on: ordered_on,
      ordered_qty_milli: 10_000,
      cancelled_qty_milli: 0,
      unit_price_micro: 10_000_000,
      gross_minor: 10_000,
      discount_minor: 2_000,
      net_minor: 8_000,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('shipment_line')
    .values({ ...where, order_line_id: line.id, number: `S-${ordered_on}-${nth}`, shipped_on, qty_milli: 10_000 })
    .execute();
  await db
    .insertInto('order_line_cost')
    .values({ id: line.id, ...where, cost_minor: 5_000, rebate_minor: 0 })
    .execute();
}

async function change(subject: string, line: object, effective_on: string): Promise<void> {
  const args = {
    company_id: running.data.company_id,
    subject,
    title: 'Otherwise',
    reason: 'From now on.',
    effective_on,
    lines: [{ ...NO_KEY, ...line }],
  };
  const drafted = mutation('draftRuleChange', args);
  const content = { ...args, author: 'finance' } as unknown as RuleChangeContent;
  const content_hash = createHash('sha256').update(ruleChangeContent(content)).digest('hex');
  const decided = { change_id: drafted.id, verdict: 'approved', content_hash, reason: '' };
  for (const [user, sent] of [
    ['finance', drafted],
    ['controller', mutation('decideRuleChange', decided, randomUUID())],
  ] as const) {
    const { body } = await (await running.replica(user)).push(sent);
    expect(body).toMatchObject({ outcomes: [{ state: 'accepted', reason: null }] });
  }
}

/** Everything of one month as the controller's copy says it, from tables and from columns alike. */
async function figures(month: number) {
  const client = await running.replica('controller');
  await client.sync();
  const copy = createTestReplica();
  for (const { name } of WIRE_TABLES) copy.insert(name, client.rows(name));
  const columns = createTestColumns(copy);
  try {
    columns.settle();
    const { company_id } = running.data;
    const as_of_ms = running.time.now_ms;
    const context = copy.context({ as_of_ms });
    const question = { company_id, from_month: month, to_month: month };
    const { leaks } = await leaksOf(context, question);
    await columns.reading(async () => {
      expect((await leaksOf(copy.context({ as_of_ms, facts: columns.view }), question)).leaks).toEqual(leaks);
    });
    const of = { company_ids: [company_id], from_month: month, to_month: month };
    const kpis = QUERIES.kpiValues.args.parse({ ...of, kpis: ['fill_rate_line'] });
    const { companies } = await kpiValues(context, kpis);
    const fill = await fillRate(
      context,
      QUERIES.fillRate.args.parse({ company_id, from_month: month, to_month: month }),
    );
    const value = companies[0]?.values[0];
    return {
      leaks: leaks.map(({ cause, leak_minor, rule_bp }) => [cause, leak_minor, rule_bp]),
      fill: fill.total,
      target: value?.target,
      standing: value?.standing,
      value: value?.value,
      reason: value?.reason,
    };
  } finally {
    await copy.close();
  }
}

test('last month reproduces under its rules to the cent, this month goes by the new ones', async () => {
  const { company_id, channels, items } = running.data;
  const { db } = running.server.database;
  const rule = {
    priority: 1,
    protected_bp: 0,
    max_discount_bp: 500,
    free_freight_from_minor: 20_000,
    freight_charge_minor: 900,
    grace_days: 1,
    owner: null,
  };
  const item_id = items[0] ?? 0;
  await db
    .insertInto('channel_rule')
    .values({ company_id, channel_id: channels[0], ...rule })
    .execute();
  await db
    .insertInto('price_floor')
    .values({ company_id, item_id, floor_price_micro: 8_500_000, valid_from: '2026-01-01' })
    .execute();
  await db
    .insertInto('kpi_target')
    .values({ company_id, kpi: 'fill_rate_line', from_month: 202601, target: 9000 })
    .execute();
  const second = {
    company_id,
    item_id: items[1] ?? 0,
    max_discount_bp: 1000,
    valid_from: '2026-01-01',
    owner: 'finance',
  };
  // its list price begins in between, and is no rule
  await db
    .insertInto('price_rule')
    .values([
      second,
      { ...second, max_discount_bp: null, list_price_micro: 10_000_000, valid_from: '2026-03-01', owner: null },
    ])
    .execute();
  for (const [day, month] of [
    ['2026-04-10', 202604],
    ['2026-06-02', 202606],
  ] as const) {
    await sell(day, month);
    await sell(day, month, 1, 2);
  }
  running.time.now_ms = Date.parse('2026-05-30T10:00:00Z');
  await change(
    'channel_rule',
    {
      channel_id: channels[0],
      before: rule,
      after: { ...rule, max_discount_bp: 1500, freight_charge_minor: 1200, grace_days: 3, owner: 'finance' },
    },
    '2026-06-01',
  );
  await change(
    'price_floor',
    {
      item_id,
      before: { floor_price_micro: 8_500_000, owner: null },
      after: { floor_price_micro: 9_000_000, owner: 'finance' },
    },
    '2026-06-01',
  );
  await change(
    'price_rule',
    {
      item_id: items[1],
      before: { max_discount_bp: 1000, owner: 'finance' },
      after: { max_discount_bp: 1800, owner: 'finance' },
    },
    '2026-06-01',
  );
  await change(
    'kpi_target',
    { kpi: 'fill_rate_line', before: { target: 9000, owner: null }, after: { target: 9500, owner: 'finance' } },
    '2026-06-01',
  );
  running.time.now_ms = Date.parse('2026-06-10T10:00:00Z');
  const before = { april: await figures(202604), june: await figures(202606) };
  const old_leaks = [
    ['discount_not_approved', 1500, 500],
    ['discount_not_approved', 1000, 1000],
    ['freight_not_charged', 900, null],
    ['freight_not_charged', 900, null],
    ['below_floor', 500, null],
  ];
  // two days late, and one counted as in time
  expect(before.april).toMatchObject({ leaks: old_leaks, target: 9000, reason: null, value: 5000, standing: 'missed' });
  expect(before.june).toMatchObject({ leaks: old_leaks, target: 9000 });

  const parts = {
    database: running.server.database,
    clock: () => running.time.now_ms,
    crashAt: () => {},
    kick: () => {},
    backups: null,
  };
  await RULES_TAKE_EFFECT.run(parts, async () => {});
  running.time.now_ms += DAY_MS;

  expect(await figures(202604)).toEqual(before.april);
  expect(await figures(202606)).toMatchObject({
    leaks: [
      ['freight_not_charged', 1200, null],
      ['freight_not_charged', 1200, null],
      ['below_floor', 1000, null],
      ['discount_not_approved', 500, 1500],
      ['discount_not_approved', 200, 1800],
    ],
    value: 10_000,
    target: 9500,
  });
});
