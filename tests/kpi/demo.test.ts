/** On the demo distributor the replica and the server give the same figures, and every KPI has one in its last whole month. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertMinor } from '#domain/currency/convert.ts';
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { chooseForecast } from '#domain/forecast/backtest.ts';
import { demandAhead } from '#domain/planning/replenishment/demandAhead.ts';
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import { proposeOrder, type ReplenishmentQuestion } from '#domain/planning/replenishment/proposal.ts';
import { givingPosition } from '#domain/transfers/giving.ts';
import { surplusMilli } from '#domain/transfers/surplus.ts';
import { QUERIES } from '#contract/queries.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { marginTieLines, marginTies } from '#db/queries/margin/marginTies.ts';
import { marginPivot } from '#db/queries/margin/marginPivot.ts';
import { fedHistory, forecastGround, HORIZON, SEASON } from '#db/queries/forecast/forecastGround.ts';
import { overriddenPoints } from '#db/queries/forecast/overrides.ts';
import { cellOf } from '#db/queries/stock/itemColumns.ts';
import { itemQuestions } from '#db/queries/replenishment/itemQuestions.ts';
import type { TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { bulkLoad } from '#server/demo/bulkLoad.ts';
import { generateDemo, plantedDifferences } from '#server/demo/generate.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { kpiFigures } from '#server/kpi/figures.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { forecastsOf } from '#server/planning/forecasts.ts';
import { positionsOf } from '#server/planning/positions.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { createDemoReplica } from '#tests/fixtures/demoReplica.ts';
import { day } from './wireForm.ts';

const AS_OF_MS = Date.UTC(2026, 10, 23, 12);
const clock = (): number => AS_OF_MS;
const options = optionsFor(SMALL);

let engine: TestEngine;
let database: OpenDatabase;
let replica: TestReplica;
beforeAll(async () => {
  replica = createDemoReplica(options);
  engine = await PGLITE.start();
  database = await openDatabase(await engine.prepared());
  await migrate(database.db);
  await ensureIdentity(database.db, clock);
  await installTriggers(database.db);
  await bulkLoad(database.db, generateDemo(options), { clock });
}, 180_000);
afterAll(async () => {
  await database?.close();
  await engine?.stop();
  await replica?.close();
});

/** What one amount is converted of; net sales and the margins are made of these afterwards. */
const AVERAGE = [
  'gross_sales',
  'discounts',
  'other_billed',
  'landed_cost',
  'outbound_freight',
  'rebates',
  'channel_fees',
];
const CLOSING = [
  'backorder_value',
  'ar_not_due',
  'ar_overdue_1_30',
  'open_orders_value',
  'shipped_unbilled',
  'deposits',
];

test('all companies in one currency: the server’s figures converted month by month are the replica’s, from tables and columns', async () => {
  const companies = await database.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .orderBy('id')
    .execute();
  const rates = await database.db.selectFrom('fx_rate').selectAll().execute();
  const months = [202608, 202609, 202610];
  const ask = { company_ids: companies.map(({ id }) => id), from_month: 202608, to_month: 202610 };
  const columns = createTestColumns(replica);
  columns.settle();
  for (const reporting_currency of ['EUR', 'GBP']) {
    const expected = new Map([...AVERAGE, ...CLOSING].map((kpi) => [kpi, 0]));
    for (const { id: company_id, currency, time_zone } of companies) {
      for (const month of months) {
        const question = { company_id, currency, time_zone, month, as_of_on: day('2026-11-23'), as_of_ms: AS_OF_MS };
        const figures = await kpiFigures(database.db, question);
        const rate = rates.find((each) => each.company_id === company_id && each.month === month);
        const inShown = (kpi: string): number => {
          const own = figures.get(kpi)?.value ?? Number.NaN;
          if (currency === reporting_currency) return own;
          const rate_micro = AVERAGE.includes(kpi) ? rate?.average_rate_micro : rate?.closing_rate_micro;
          return Number(
            convertMinor(BigInt(own), {
              from: currency,
              to: reporting_currency,
              rate_micro: rate_micro ?? 0,
              per_units: rate?.per_units ?? 1,
            }),
          );
        };
        for (const kpi of AVERAGE) expected.set(kpi, (expected.get(kpi) ?? 0) + inShown(kpi));
        if (month !== 202610) continue;
        for (const kpi of CLOSING) expected.set(kpi, (expected.get(kpi) ?? 0) + inShown(kpi));
      }
    }
    const args = QUERIES.kpiValues.args.parse({ ...ask, reporting_currency });
    const answer = await kpiValues(replica.context({ as_of_ms: AS_OF_MS, role: 'controller' }), args);
    const value = (kpi: string) => answer.total.find((each) => each.kpi === kpi)?.value ?? 0;
    expect(Object.fromEntries([...expected.keys()].map((kpi) => [kpi, value(kpi)]))).toEqual(
      Object.fromEntries(expected),
    );
    expect(value('net_sales')).toBe(value('gross_sales') + value('discounts') + value('returns'));
    expect(value('gm3')).toBe(value('gm2') - value('rebates') - value('channel_fees') - value('claims'));
    expect(answer.conversion?.lacking).toEqual([]);
    const above = {
      ...args,
      kpis: ['net_sales', 'gm1', 'gm1_rate', 'inventory_turns', 'fill_rate_value', 'fill_rate_order'],
    };
    const fromColumns = await columns.reading(() =>
      kpiValues(replica.context({ as_of_ms: AS_OF_MS, role: 'controller', facts: columns.view }), above),
    );
    expect(fromColumns.total).toEqual(above.kpis.map((kpi) => answer.total.find((each) => each.kpi === kpi)));
    // the pivot says the same of the same months
    const pivot = await columns.reading(() =>
      marginPivot(
        replica.context({ as_of_ms: AS_OF_MS, role: 'controller', facts: columns.view }),
        QUERIES.marginPivot.args.parse({
          ...ask,
          reporting_currency,
          rows: ['channel'],
          measures: ['net_sales', 'gm1', 'gm3', 'gm3_rate'],
        }),
      ),
    );
    expect(pivot.total).toEqual(['net_sales', 'gm1', 'gm3', 'gm3_rate'].map(value));
  }
}, 120_000);

test('replica and server agree', async () => {
  const companies = await database.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .orderBy('id')
    .execute();
  const answer = await kpiValues(
    replica.context({ as_of_ms: AS_OF_MS, role: 'controller' }),
    QUERIES.kpiValues.args.parse({ company_ids: companies.map(({ id }) => id), from_month: 202611, to_month: 202611 }),
  );
  for (const { id: company_id, currency, time_zone } of companies) {
    const values = answer.companies.find((each) => each.company_id === company_id)?.values ?? [];
    if (company_id === companies[0]?.id) {
      const without = values.filter(
        ({ months }) => (months.find(({ month }) => month === 202610)?.value ?? null) === null,
      );
      // no claim need be open on a month's last day in a demo this small
      expect(without.map(({ kpi }) => kpi).filter((kpi) => kpi !== 'claim_open_age')).toEqual([]);
    }
    for (const month of [202607, 202610, 202611]) {
      const figures = await kpiFigures(database.db, {
        company_id,
        currency,
        time_zone,
        month,
        as_of_on: day('2026-11-23'),
        as_of_ms: AS_OF_MS,
      });
      const shown = values.filter(({ reason, months }) => months.length > 0 || reason === null);
      expect(
        Object.fromEntries(shown.map(({ kpi, months }) => [kpi, months.find((each) => each.month === month)])),
      ).toEqual(Object.fromEntries(shown.map(({ kpi }) => [kpi, { month, ...figures.get(kpi) }])));
    }
  }
}, 120_000);

test('the margin of every month ties to the ledger to the cent, but where the demo planted a difference, by exactly that', async () => {
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'controller' });
  const companies = await context.db.selectFrom('company').select(['id', 'code']).orderBy('id').execute();
  const answers = new Map(
    plantedDifferences(options).flatMap(({ kind, company_code, ref, amount_minor }) => {
      const component = kind === 'rebate_not_accrued' ? 'rebates' : kind === 'fee_at_old_rate' ? 'fees' : null;
      return component === null
        ? []
        : [[`${company_code} ${ref.split(' ').at(-1)} ${component}`, amount_minor] as const];
    }),
  );
  expect(new Set([...answers.keys()].map((place) => place.split(' ').at(-1)))).toEqual(new Set(['rebates', 'fees']));
  const found = new Map<string, number>();
  for (const { id: company_id, code } of companies) {
    for (const month of [202606, 202607, 202608, 202609, 202610]) {
      const { ties } = await marginTies(context, QUERIES.marginTies.args.parse({ company_id, month }));
      const total = (value: (tie: (typeof ties)[number]) => number | null) =>
        ties.reduce((sum, tie) => sum + (value(tie) ?? Number.NaN), 0);
      // what is ordered and not delivered, and the other way round, leads from the one month to the other
      const led =
        total((tie) => tie.margin_minor) - total((tie) => tie.undelivered_minor) + total((tie) => tie.earlier_minor);
      expect(led, `${code} ${month}`).toBe(total((tie) => tie.documents_minor));
      expect(total((tie) => tie.earlier_minor)).not.toBe(0);
      for (const tie of ties) {
        expect(tie.accounts, tie.component).toHaveLength(1);
        if (tie.difference_minor !== 0)
          found.set(`${code} ${month} ${tie.component}`, tie.difference_minor ?? Number.NaN);
        expect(tie.differing_days > 0, `${code} ${month} ${tie.component}`).toBe(tie.difference_minor !== 0);
      }
    }
  }
  expect(found).toEqual(answers);
  for (const [place, amount] of answers) {
    const [code, month, component] = place.split(' ');
    const company_id = companies.find((company) => company.code === code)?.id;
    const asked = QUERIES.marginTieLines.args.parse({ company_id, month: Number(month), component, limit: 2000 });
    const { lines, days, days_left_out, tie } = await marginTieLines(context, asked);
    expect(days_left_out).toBe(0);
    const heads = lines.filter((line) => line.kind === 'day');
    expect(heads).toHaveLength(days);
    expect(heads.reduce((sum, line) => sum + (line.difference_minor ?? 0), 0)).toBe(amount);
    // every document and entry of such a day stands below it
    for (const side of ['documents_minor', 'ledger_minor'] as const) {
      const sum = (kinds: readonly string[]) =>
        lines.filter((line) => kinds.includes(line.kind)).reduce((all, line) => all + (line[side] ?? 0), 0);
      expect(sum(['entry', 'document'])).toBe(sum(['day']));
    }
    // one customer's bonus: whose documents come to it is named
    if (component === 'rebates') expect(tie.same_amount).toHaveLength(1);
  }
});

test('a ledger without an account of the role cannot tie, which is said; who sees no ledger is told so', async () => {
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'controller' });
  replica.writer.exec("UPDATE gl_account SET role = NULL WHERE role = 'rebates'");
  const { id: company_id } = await context.db.selectFrom('company').select('id').executeTakeFirstOrThrow();
  const ask = QUERIES.marginTies.args.parse({ company_id, month: 202610 });
  const { ties } = await marginTies(context, ask);
  const rebates = ties.find((tie) => tie.component === 'rebates');
  expect([rebates?.accounts, rebates?.ledger_minor, rebates?.difference_minor]).toEqual([[], null, null]);
  replica.writer.exec("UPDATE gl_account SET role = 'rebates' WHERE code = '8300'");
  const planner = replica.context({ as_of_ms: AS_OF_MS, role: 'planner' });
  await expect(marginTies(planner, ask)).rejects.toThrow('is for Finance');
});

test('what is asked of an item at a site, and what the site can spare, is the same by the server’s rows and the replica’s', async () => {
  const company = await database.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .where('code', '=', 'HAL')
    .executeTakeFirstOrThrow();
  const as_of_on = day('2026-11-23');
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'controller' });
  const all = await context.db.selectFrom('item').selectAll().where('company_id', '=', company.id).execute();
  const items = all.filter((_, at) => at % 2 === 0);
  const positions = await database.db.transaction().execute(
    async (tx) =>
      await positionsOf(
        tx,
        { ...company, today_on: as_of_on },
        items.map(({ id }) => id),
      ),
  );
  const byDay = (quantities: readonly DatedQuantity[]) => {
    const days = Map.groupBy(quantities, ({ on }) => on);
    return new Map([...days].map(([on, each]) => [on, each.reduce((sum, { qty_milli }) => sum + qty_milli, 0)]));
  };
  const plain = (asked: ReplenishmentQuestion) => ({
    ...asked,
    demand: byDay(asked.demand),
    receipts: byDay(asked.receipts),
  });
  const question = { company_id: company.id, currency: company.currency, as_of_on, cost_visible: false };
  const seen = { spare: 0, asked: 0, policy: 0, receipts: 0 };
  for (const item of items) {
    const { sites } = await itemQuestions(context, item, { ...question, item_id: item.id }, null);
    for (const { position, asked } of sites) {
      const own = positions.of(item.id, position.site.id);
      expect(plain(own), `${item.code} at ${position.site.code}`).toEqual(plain(asked));
      if (surplusMilli(givingPosition(own)) > 0) seen.spare += 1;
      if (own.demand.length > 0) seen.asked += 1;
      if (own.policy !== null) seen.policy += 1;
      if (own.receipts.length > 0) seen.receipts += 1;
    }
  }
  for (const [what, places] of Object.entries(seen)) expect(places, what).toBeGreaterThan(0);
});

test('a forecast is the same by the server’s rows and the replica’s, stockouts and overrides included', async () => {
  const company = await database.db
    .selectFrom('company')
    .select(['id', 'currency', 'time_zone'])
    .where('code', '=', 'HAL')
    .executeTakeFirstOrThrow();
  const as_of_on = day('2026-11-23');
  const context = replica.context({ as_of_ms: AS_OF_MS, role: 'controller' });
  const ground = await forecastGround(context, company);
  const { history, ground: places } = ground;
  const first_month = monthOfDay(as_of_on);
  const asked = Array.from(history.cells, (cell, slot) => ({
    slot,
    item_id: places.items.ids[Math.floor(cell / places.sites.length)] as number,
    site_id: places.sites[cell % places.sites.length]?.id ?? 0,
  }));
  const points = asked.map(
    ({ slot }) => chooseForecast({ values: fedHistory(ground, slot), season: SEASON, horizon: HORIZON }).forecast.point,
  );
  const { overridden } = overriddenPoints(context, company.id, {
    as_of_on,
    months: Array.from({ length: HORIZON }, (_, step) => addMonths(first_month, step)),
    slotOf: (item_id, site_id) => history.slots.get(cellOf(places, item_id, site_id)),
    pointOf: (slot) => Float64Array.from(points[slot] ?? [], (qty) => Math.round(qty * 1000) / 1000),
  });
  expect(overridden.size).toBeGreaterThan(0);
  expect(ground.censored.some((each) => each === 1)).toBe(true);
  await database.db.transaction().execute(async (tx) => {
    const forecasts = await forecastsOf(tx, { ...company, today_on: as_of_on }, asked);
    for (const { slot, item_id, site_id } of asked) {
      const point = (overridden.get(slot) ?? points[slot] ?? new Float64Array(HORIZON)).map((qty) =>
        Math.round(qty * 1000),
      );
      const expected = demandAhead({ first_month, months: HORIZON, point, sum_deviation: point, at: 0 }, as_of_on, 45);
      const [own] = forecasts.over(item_id, site_id, 45);
      expect(own?.daily_demand_qty_milli ?? 0, `${item_id} at ${site_id}`).toBeCloseTo(
        expected.daily_demand_qty_milli,
        6,
      );
    }
  });
});

test('an order of another decade takes the same of a position by the server’s rows and the replica’s: nothing', async () => {
  const {
    id: line_id,
    item_id,
    site_id,
    open,
  } = replica.writer
    .prepare<unknown[], { id: number; item_id: number; site_id: number; open: number }>(
      `SELECT l.id, l.item_id, l.site_id, l.ordered_qty_milli - l.cancelled_qty_milli AS open
       FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN policy p ON p.item_id = l.item_id AND p.site_id = l.site_id
       WHERE o.state = 'open' AND l.kind = 'goods' AND l.committed_on IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM shipment_line s WHERE s.order_line_id = l.id) ORDER BY open DESC, l.id LIMIT 1`,
    )
    .get() ?? { id: 0, item_id: 0, site_id: 0, open: 0 };
  expect(open).toBeGreaterThan(0);
  const company = await database.db
    .selectFrom('company')
    .innerJoin('item', 'item.company_id', 'company.id')
    .select(['company.id', 'company.currency', 'company.time_zone'])
    .where('item.id', '=', item_id)
    .executeTakeFirstOrThrow();
  const as_of_on = day('2026-11-23');
  const both = async () => {
    const context = replica.context({ as_of_ms: AS_OF_MS, role: 'controller' });
    const item = await context.db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirstOrThrow();
    const question = { company_id: company.id, currency: company.currency, as_of_on, cost_visible: false, item_id };
    const { sites } = await itemQuestions(context, item, question, null);
    const here = sites.find(({ position }) => position.site.id === site_id)?.asked;
    const there = await database.db
      .transaction()
      .execute(async (tx) =>
        (await positionsOf(tx, { ...company, today_on: as_of_on }, [item_id])).of(item_id, site_id),
      );
    if (here === undefined) throw new Error('the position is not here');
    return [here, there].map((asked) => {
      const made = proposeOrder(asked);
      return { spare: surplusMilli(givingPosition(asked)), made: 'proposal' in made ? made.proposal.qty_milli : made };
    });
  };
  const [before] = await both();
  const old = day('2016-11-23');
  replica.writer.prepare('UPDATE order_line SET committed_on = ? WHERE id = ?').run(old, line_id);
  await database.db.updateTable('order_line').set({ committed_on: '2016-11-23' }).where('id', '=', line_id).execute();
  const [here, there] = await both();
  expect(here).toEqual(there);
  expect(here).not.toEqual(before);
  // gone altogether, and what is reserved with it
  replica.writer.exec(`UPDATE order_line SET cancelled_qty_milli = ordered_qty_milli WHERE id = ${line_id}`);
  replica.writer
    .prepare(
      'UPDATE stock_balance SET reserved_qty_milli = max(0, reserved_qty_milli - ?) WHERE item_id = ? AND site_id = ?',
    )
    .run(open, item_id, site_id);
  const [without] = await both();
  expect(here).toEqual(without);
});
