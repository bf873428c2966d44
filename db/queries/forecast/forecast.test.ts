/** Demand, stockouts and forecasts of a company whose figures are reckoned by hand. As of 5 November 2026. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { chooseForecast } from '#domain/forecast/backtest.ts';
import { QUERIES } from '#contract/queries.ts';
import { forgetWithdrawn } from '#db/analysis/factWriter.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { keepForecasts } from '#db/forecastStore.ts';
import { AS_OF_MS, COMPANY, day, ECOM, INSIDE, insertReference } from '../testing/golden.ts';
import { demandBreaks } from '../today/ahead.ts';
import { findingOf } from '../today/exceptions.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { demandLedger } from './demandLedger.ts';
import { demandInForce } from './demandInForce.ts';
import { demandLines } from './demandLines.ts';
import { forecasts } from './forecasts.ts';
import { makeForecasts } from './makeForecasts.ts';
import { itemForecast } from './itemForecast.ts';

const PLACE = { item_id: 100, site_id: 21 };
const FIRST = 202411;
/** What is ordered on the 10th of each month, November 2024 to October 2026. */
const ORDERED = Array.from({ length: 24 }, (_, nth) => 100 + ((nth * 37) % 11) - 5);
/** Nothing lay there from 5 to 25 June 2026: of its 30 days 21. */
const OUT_MONTH = 202606;
const OUT_AT = 19;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  ORDERED.forEach((pieces, nth) => order(nth + 1, addMonths(FIRST, nth), nth === OUT_AT ? 20 : pieces));
});
afterEach(() => replica.close());

interface LineChanges {
  readonly kind?: string;
  readonly item_id?: number;
  readonly channel_id?: number | null;
  readonly on?: number;
  readonly committed_on?: number | null;
  readonly cancelled?: number;
  readonly cancelled_by?: string;
  readonly shipped?: number;
  readonly state?: string;
}

function order(id: number, month: number, pieces: number, changes: LineChanges = {}): void {
  const ordered_on = changes.on ?? firstDayOfMonth(month) + 9;
  const of = {
    company_id: COMPANY,
    site_id: 21,
    channel_id: changes.channel_id ?? INSIDE,
    month: monthOfDay(ordered_on),
  };
  replica.insert('sales_order', [
    { id, ...of, source: 'test', number: `SO ${id}`, ordered_on, party_id: 31, state: changes.state ?? 'done' },
  ]);
  replica.insert('order_line', [
    {
      id,
      ...of,
      order_id: id,
      ordinal: 1,
      item_id: changes.item_id ?? 100,
      party_id: 31,
      kind: changes.kind ?? 'goods',
      ordered_on,
      committed_on: changes.committed_on === undefined ? ordered_on + 2 : changes.committed_on,
      ordered_qty_milli: pieces * 1000,
      cancelled_qty_milli: (changes.cancelled ?? 0) * 1000,
      cancelled_by: changes.cancelled_by ?? null,
    },
  ]);
  if (changes.shipped !== undefined)
    replica.insert('shipment_line', [
      {
        id,
        ...of,
        order_line_id: id,
        number: `DN ${id}`,
        shipped_on: ordered_on + 1,
        qty_milli: changes.shipped * 1000,
      },
    ]);
}

/** Opening stock, all of it counted away on 5 June, and as much found again on 26 June. */
function insertStockout(): void {
  const of = { company_id: COMPANY, site_id: 21, item_id: 100 };
  replica.insert('stock_balance', [{ id: 1, ...of, on_hand_qty_milli: 50_000, reserved_qty_milli: 0 }]);
  replica.insert('stock_move', [
    { id: 1, ...of, kind: 'adjustment', moved_on: day('2024-11-01'), qty_milli: 50_000 },
    { id: 2, ...of, kind: 'scrap', moved_on: day('2026-06-05'), qty_milli: -50_000 },
    { id: 3, ...of, kind: 'transfer_in', moved_on: day('2026-06-26'), qty_milli: 50_000 },
  ]);
}

const context = (options: ContextOptions = {}) => replica.context({ as_of_ms: AS_OF_MS, role: 'planner', ...options });
const one = (options: ContextOptions = {}) => itemForecast(context(options), PLACE);
const list = (args: object = {}, options: ContextOptions = {}) =>
  forecasts(context(options), QUERIES.forecasts.args.parse({ company_id: COMPANY, ...args }));

test('the ledger adds up what was ordered by channel, and keeps apart what is owed, ahead, taken back and returned', async () => {
  order(101, 202610, 30, { channel_id: ECOM, on: day('2026-10-20'), state: 'open', shipped: 10 });
  order(102, 202610, 40, { on: day('2026-10-21'), state: 'open', committed_on: day('2026-12-01') });
  order(103, 202610, 25, { on: day('2026-10-22'), cancelled: 25, cancelled_by: 'customer' });
  order(104, 202610, 8, { on: day('2026-10-23'), cancelled: 8, cancelled_by: 'us' });
  order(105, 202610, -6, { on: day('2026-10-24'), kind: 'return' });
  const { periods, channels } = await demandLedger(context(), QUERIES.demandLedger.args.parse(PLACE));
  expect(channels.map((each) => each.channel)).toEqual(['Inside sales', 'E-commerce']);
  expect(periods).toHaveLength(25);
  const october = periods.at(-2);
  const own = (ORDERED.at(-1) ?? 0) * 1000;
  expect(october).toMatchObject({
    from_on: '2026-10-01',
    to_on: '2026-10-31',
    demand_qty_milli: own + 78_000,
    by_channel_qty_milli: [own + 48_000, 30_000],
    backorder_qty_milli: 20_000,
    forward_qty_milli: 40_000,
    withdrawn_qty_milli: 25_000,
    returned_qty_milli: 6_000,
    lines: 6,
  });
  const lines = await demandLines(
    context(),
    QUERIES.demandLines.args.parse({ ...PLACE, from_on: '2026-10-01', to_on: '2026-10-31', limit: 2 }),
  );
  expect(lines).toMatchObject({ total_lines: 6, demand_qty_milli: own + 78_000 });
  expect(lines.lines.map((each) => each.number)).toEqual(['SO 105', 'SO 104']);
  const weeks = await demandLedger(context(), QUERIES.demandLedger.args.parse({ ...PLACE, by: 'week' }));
  expect(weeks.periods.at(-1)).toMatchObject({ from_on: '2026-11-02', to_on: '2026-11-08', demand_qty_milli: 0 });
  // the first of 104 weeks began on 11 November 2024, the day after the first order
  const total = (of: readonly { readonly demand_qty_milli: number }[]) =>
    of.reduce((sum, each) => sum + each.demand_qty_milli, 0);
  expect(total(weeks.periods)).toBe(total(periods) - (ORDERED[0] ?? 0) * 1000);
});

test('a month out of stock is a lower bound: what was to be expected stands in for it', async () => {
  insertStockout();
  const { periods } = await demandLedger(context(), QUERIES.demandLedger.args.parse(PLACE));
  expect(periods.filter((each) => each.censored)).toMatchObject([{ from_on: '2026-06-01', days_out: 21 }]);
  const forecast = await one();
  const june = forecast.periods.find((each) => each.month === OUT_MONTH);
  expect(june).toMatchObject({ demand_qty_milli: 20_000, censored: true, days_out: 21 });
  expect(june?.fed_qty_milli).toBeGreaterThan(90_000);
  expect(june?.fed_qty_milli).toBeLessThan(110_000);
  expect(forecast.periods.filter((each) => each.fed_qty_milli !== null)).toHaveLength(1);
  // whoever sees one channel only cannot tell when nothing lay there
  const partly = context();
  const grants = partly.user.grants.map((grant) => ({ ...grant, channel_id: INSIDE }));
  const narrow = await itemForecast({ ...partly, user: { ...partly.user, grants } }, PLACE);
  expect(narrow.stockouts_known).toBe(false);
  expect(narrow.periods.some((each) => each.censored)).toBe(false);
});

test('the list says what the item says, from the columns as from the tables', async () => {
  insertStockout();
  order(201, 202610, 3, { item_id: 100, on: day('2026-10-23'), cancelled: 3, cancelled_by: 'us' });
  const forecast = await one();
  const fromTables = await list();
  const columns = createTestColumns(replica, { rows: 8, many_lines: 40, many_orders: 15 });
  columns.settle();
  expect(columns.view()).not.toBeNull();
  const fromColumns = await list({}, { facts: () => columns.view() });
  expect(fromColumns.rows).toEqual(fromTables.rows);
  const [row] = fromTables.rows;
  const ahead = forecast.periods.filter((each) => each.expected_qty_milli !== null);
  expect(fromTables.months.slice(0, 3)).toEqual([202611, 202612, 202701]);
  expect(row).toMatchObject({
    key: '100:21',
    demand_class: forecast.demand_class,
    method: forecast.method,
    beats_naive: forecast.accuracy?.beats_naive,
    wape_bp: forecast.accuracy?.wape_bp,
    bias_bp: forecast.accuracy?.bias_bp,
    next_qty_milli: ahead.slice(0, 3).map((each) => each.expected_qty_milli),
    last_qty_milli: (ORDERED.at(-1) ?? 0) * 1000 + 3000,
    flags: ['censored'],
  });
});

test('points are those of the rule for the same history, within their interval', async () => {
  const forecast = await one();
  const values = Float64Array.from(ORDERED, (pieces, nth) => (nth === OUT_AT ? 20 : pieces));
  const rule = chooseForecast({ values, season: 12, horizon: 6 });
  const ahead = forecast.periods.filter((each) => each.expected_qty_milli !== null);
  expect(ahead.map((each) => each.expected_qty_milli)).toEqual(
    Array.from(rule.forecast.point, (value) => Math.round(value * 1000)),
  );
  for (const each of ahead) {
    expect(each.low_qty_milli).toBeLessThan(each.expected_qty_milli ?? 0);
    expect(each.high_qty_milli).toBeGreaterThan(each.expected_qty_milli ?? 0);
  }
  expect(forecast.channels).toMatchObject([{ channel: 'Inside sales', share_bp: 10_000 }]);
});

test('a level, a spike, a unit and silence are breaks; narrowed, ordered, counted and found again', async () => {
  ORDERED.forEach((pieces, nth) => {
    const month = addMonths(FIRST, nth);
    if (nth === 23) order(1023, month, pieces * 100, { item_id: 101 });
    else order(1000 + nth, month, pieces, { item_id: 101 });
    order(2000 + nth, month, nth >= 21 ? pieces * 2 : pieces, { item_id: 102 });
  });
  const item = { company_id: COMPANY, uom: 'pcs', active: 1, category: 'Fasteners' };
  replica.insert('item', [
    { id: 101, ...item, code: 'FA-2', name: 'Washer' },
    { id: 102, ...item, code: 'FA-10', name: 'Nut' },
  ]);
  const [made] = await makeForecasts(context());
  expect(JSON.parse(made?.breaks ?? '')).toMatchObject([
    { item_id: 101, site_id: 21, kind: 'unit_error', from_month: 202610, months: 1 },
    { item_id: 102, site_id: 21, kind: 'level_shift', from_month: 202608, months: 3 },
  ]);
  // what they are told of as exceptions, until a planner answers with a figure of their own
  keepForecasts(replica.writer, made ? [made] : []);
  replica.insert('item_cost', [
    { id: 101, company_id: COMPANY, unit_cost_micro: 90_000_000 },
    { id: 102, company_id: COMPANY, unit_cost_micro: 90_000_000 },
  ]);
  const raised = async () =>
    (await demandBreaks(await findingOf(context({ role: 'planner' }), COMPANY))).map((each) => each.key);
  expect((await raised()).toSorted()).toEqual(['demand_shift:102:21', 'demand_unit_error:101:21']);
  replica.insert('forecast_override', [
    {
      id: 'd'.repeat(36),
      company_id: COMPANY,
      site_id: 21,
      item_id: 102,
      kind: 'set',
      replaces: null,
      from_month: 202611,
      to_month: 202612,
      qty_milli: 90_000,
      factor_bp: null,
      reason: 'The new level',
      expires_on: day('2026-12-31'),
      accepted_at: AS_OF_MS,
      written_at: 1,
      author: 'ann',
    },
  ]);
  expect(await raised()).toEqual(['demand_unit_error:101:21']);
  const breakOf = async (item_id: number) => (await itemForecast(context(), { item_id, site_id: 21 })).break;
  expect(await breakOf(100)).toBeNull();
  expect(await breakOf(101)).toMatchObject({ kind: 'unit_error', from_month: 202610 });
  expect(await breakOf(102)).toMatchObject({ kind: 'level_shift', from_month: 202608 });
  expect((await list()).rows.map((row) => row.code)).toEqual(['FA-2', 'FA-10', 'FA-0840']);
  const shifted = await list({ flags: ['level_shift'] });
  expect(shifted.rows.map((row) => row.code)).toEqual(['FA-10']);
  expect(shifted.flagged).toMatchObject({ level_shift: 1, unit_error: 0 });
  const sorted = await list({ sort: { column: 'last', descending: true }, locate: ['100:21', '7:7'] });
  expect(sorted.rows.map((row) => row.code)).toEqual(['FA-2', 'FA-10', 'FA-0840']);
  expect(sorted.located).toEqual([2, null]);
  const filter = { column: 'flag', op: 'in', value: ['level_shift', 'unit_error'] };
  expect((await list({ filters: [filter], limit: 1, offset: 1 })).rows.map((row) => row.code)).toEqual(['FA-10']);
  const text = { column: 'name', op: 'contains', value: 'wash' };
  expect((await list({ filters: [text] })).total_rows).toBe(1);
});

test('is kept while its tables stand, made afresh when a line comes, given up when nobody waits', async () => {
  const cached = { cached: true };
  const first = await list({}, cached);
  expect((await list({ edition: first.edition }, cached)).newer).toBe(false);
  order(300, 202610, 500, { on: day('2026-10-25') });
  const kept = await list({ edition: first.edition }, cached);
  expect(kept).toMatchObject({ edition: first.edition, newer: true, rows: first.rows });
  const afresh = await list({}, cached);
  expect(afresh.rows[0]?.last_qty_milli).toBe((first.rows[0]?.last_qty_milli ?? 0) + 500_000);
  const giveUp = () => {
    throw new Error('given up');
  };
  await expect(list({}, { checkCancelled: giveUp })).rejects.toThrow('given up');
});

test('while order lines load nothing is forecast, and the answer says so', async () => {
  const loading = await list({}, { loading: ['order_line'] });
  expect(loading.rows).toEqual([]);
  expect(loading.provenance.coverage).toContain('loading: order lines');
  const forecast = await one({ loading: ['order_line'] });
  expect(forecast.accuracy).toBeNull();
});

test('what is not there is refused, and an item nobody ordered is forecast as none', async () => {
  await expect(itemForecast(context(), { item_id: 7, site_id: 21 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(itemForecast(context(), { item_id: 100, site_id: 7 })).rejects.toMatchObject({ code: 'not_found' });
  const none = await itemForecast(context(), { item_id: 100, site_id: 22 });
  expect(
    none.periods.filter((each) => each.expected_qty_milli !== null).map((each) => each.expected_qty_milli),
  ).toEqual([0, 0, 0, 0, 0, 0]);
  expect(none.channels).toEqual([]);
});

test('an override stands in the forecast’s place until it expires, and is looked back on when its months are over', async () => {
  const of = { company_id: COMPANY, site_id: 21, item_id: 100, replaces: null, written_at: 1, author: 'ann' };
  const at = (iso: string): number => day(iso) * 86_400_000;
  replica.insert('forecast_override', [
    // said in September for October, of which 106 came
    {
      id: 'a'.repeat(36),
      ...of,
      kind: 'set',
      from_month: 202610,
      to_month: 202610,
      qty_milli: (ORDERED.at(-1) ?? 0) * 1000,
      factor_bp: null,
      reason: 'Known order',
      expires_on: day('2026-10-31'),
      accepted_at: at('2026-09-20'),
    },
    {
      id: 'b'.repeat(36),
      ...of,
      kind: 'set',
      from_month: 202612,
      to_month: 202612,
      qty_milli: null,
      factor_bp: 20_000,
      reason: 'Twice as much',
      expires_on: day('2026-11-30'),
      accepted_at: at('2026-11-01'),
    },
  ]);
  const forecast = await one();
  const ahead = forecast.periods.filter((each) => each.expected_qty_milli !== null);
  const december = ahead[1];
  expect(december?.override_qty_milli).toBe(2 * (december?.expected_qty_milli ?? 0));
  expect(ahead.filter((each) => each.override_qty_milli !== null)).toHaveLength(1);
  const [standing, over] = forecast.overrides;
  expect(standing).toMatchObject({ state: 'in_force', value: null, waiting: false });
  expect(over).toMatchObject({ state: 'expired', value: { months: 1, error_with_qty_milli: 0 } });
  expect(over?.value?.error_without_qty_milli).toBeGreaterThan(0);
  const october = forecast.periods.find((each) => each.month === 202610);
  expect(october?.override_qty_milli).toBe((ORDERED.at(-1) ?? 0) * 1000);
  expect(forecast.may_override).toBe(true);
  expect((await one({ role: 'sales' })).may_override).toBe(false);

  const [row] = (await list({ flags: ['overridden'] })).rows;
  expect(row?.next_qty_milli[1]).toBe(december?.override_qty_milli);

  // what is bought goes by it: the rest of November, and December as it was overridden
  keepForecasts(replica.writer, await makeForecasts(context()));
  const inForce = () => demandInForce(context(), COMPANY, day('2026-11-05'));
  const expected = ((ahead[0]?.expected_qty_milli ?? 0) * 26) / 30 + (december?.override_qty_milli ?? 0);
  expect(inForce().over(100, 21, 57)?.daily_demand_qty_milli).toBeCloseTo(expected / 57, 6);
  expect(inForce().toldOf(100, 21)?.overridden).toBe(true);
  expect(inForce().basisOf(999, 21)).toBe('no_history');
  // made for somebody else, or of rows that are this person's no more: nobody's
  expect(demandInForce(context({ user_name: 'other' }), COMPANY, day('2026-11-05')).made).toBeNull();
  forgetWithdrawn(replica.writer);
  expect(inForce().basisOf(100, 21)).toBe('not_made');

  // the day after it expires it counts no more, and a withdrawn one neither
  const later = { as_of_ms: Date.UTC(2026, 11, 1, 12) };
  expect((await one(later)).periods.every((each) => each.month < 202612 || each.override_qty_milli === null)).toBe(
    true,
  );
  replica.insert('forecast_override', [
    {
      id: 'c'.repeat(36),
      ...of,
      kind: 'withdrawn',
      replaces: 'b'.repeat(36),
      from_month: 202612,
      to_month: 202612,
      qty_milli: null,
      factor_bp: null,
      reason: 'No',
      expires_on: day('2026-11-30'),
      accepted_at: at('2026-11-02'),
    },
  ]);
  expect((await one()).overrides[0]?.state).toBe('withdrawn');
  expect((await list({ flags: ['overridden'] })).rows).toEqual([]);
});

test('what demand may have answered to is told: prices, discounts that reach the item, breaks, a planner’s word', async () => {
  const from = (month: number) => firstDayOfMonth(month);
  const rule = { company_id: COMPANY, channel_id: null, party_id: null, item_id: null, category: null };
  replica.insert('price_rule', [
    {
      ...rule,
      id: 901,
      item_id: 100,
      list_price_micro: 9_000_000,
      valid_from: from(202501),
      valid_to: from(202603) - 1,
    },
    { ...rule, id: 902, item_id: 100, list_price_micro: 9_500_000, valid_from: from(202603) },
    // a campaign of two months on a whole channel, and what does not reach the item or is one customer's
    { ...rule, id: 903, channel_id: ECOM, max_discount_bp: 1500, valid_from: from(202605), valid_to: from(202607) - 1 },
    { ...rule, id: 904, item_id: 101, max_discount_bp: 1500, valid_from: from(202605) },
    { ...rule, id: 905, party_id: 31, item_id: 100, max_discount_bp: 1500, valid_from: from(202605) },
  ]);
  replica.insert('supplier_item', [
    {
      id: 911,
      company_id: COMPANY,
      supplier_id: 31,
      item_id: 100,
      moq_qty_milli: 0,
      multiple_qty_milli: 1000,
      lead_time_days: 20,
      preferred: 1,
    },
  ]);
  replica.insert('supplier_item_price', [
    {
      id: 921,
      company_id: COMPANY,
      supplier_item_id: 911,
      unit_price_micro: 5_000_000,
      valid_from: from(202501),
      valid_to: from(202612) - 1,
    },
    { id: 922, company_id: COMPANY, supplier_item_id: 911, unit_price_micro: 5_250_000, valid_from: from(202612) },
  ]);
  order(500, 202608, 400);
  const told = async (role: string) =>
    (await itemForecast(context({ role }), PLACE)).events.map(({ kind, month }) => [kind, month]);
  expect(await told('planner')).toEqual([
    ['list_price', 202603],
    ['discount', 202605],
    ['break', 202606],
    ['discount', 202607],
    ['break', 202608],
    ['supplier_price', 202612],
  ]);
  expect((await told('sales')).map(([kind]) => kind)).not.toContain('supplier_price');
  const { events } = await itemForecast(context(), PLACE);
  expect(events).toMatchObject([
    { before_micro: 9_000_000, after_micro: 9_500_000, channel: null },
    { before_bp: null, after_bp: 1500, reach: 'channel' },
    { break: 'spike', actual_qty_milli: 20_000 },
    { before_bp: 1500, after_bp: null },
    { break: 'spike' },
    { before_micro: 5_000_000, after_micro: 5_250_000, on: '2026-12-01' },
  ]);
});
