import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { weekday } from '#domain/calendar.ts';
import { QUERIES } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY, day } from '../testing/golden.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { insertItemHistory, insertStock } from '../testing/stock.ts';
import { negativeRisk } from '../today/ahead.ts';
import { findingOf } from '../today/exceptions.ts';
import { orderProposal } from './orderProposal.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertStock(replica);
  insertItemHistory(replica);
});
afterEach(() => replica.close());

const ask = (
  args: { item_id: number; site_id?: number } = { item_id: 100, site_id: 21 },
  options: ContextOptions = {},
) =>
  orderProposal(
    replica.context({ as_of_ms: AS_OF_MS, role: 'planner', ...options }),
    QUERIES.orderProposal.args.parse(args),
  );
const one = async (...asked: Parameters<typeof ask>) => {
  const { sites } = await ask(...asked);
  const [site] = sites;
  if (!site || sites.length > 1) throw new Error(`${sites.length} sites`);
  return site;
};

describe('what to order of FA-0840', () => {
  test('nothing while the position is above the minimum, and when that ends', async () => {
    const { proposal, made_of } = await one();
    // 24,600 there + 24,000 coming − 22,400 ordered; 36,400 used in 90 days
    expect(proposal?.steps[0]).toMatchObject({
      step: 'position',
      qty_milli: 26_200_000,
      on_order_qty_milli: 24_000_000,
    });
    expect(made_of.daily_demand_qty_milli).toBeCloseTo(36_400_000 / 90, 6);
    // 8,200 above the minimum at 404.4 a day
    expect(proposal).toMatchObject({ qty_milli: 0, order_by_on: '2026-11-25', receive_on: '2026-11-19' });
  });
  test('at the minimum up to the maximum, in what the supplier sells, at the price of the day', async () => {
    replica.writer.exec('UPDATE main.policy SET min_qty_milli = 30000000 WHERE id = 1');
    const { proposal } = await one();
    // 36,000 − 26,200 = 9,800, in thousands from 5,000
    expect(proposal).toMatchObject({ qty_milli: 10_000_000, order_by_on: '2026-11-05', value_minor: 111_000 });
    expect(proposal?.steps.map((each) => each.step)).toEqual(['position', 'levels', 'need', 'supplier']);
    expect((await one(undefined, { role: 'sales' })).proposal).toMatchObject({
      qty_milli: 10_000_000,
      value_minor: null,
    });
  });
  test('every site of the item, each by its own policy', async () => {
    const { sites, supplier, uom } = await ask({ item_id: 100 });
    expect(supplier).toEqual({ id: 41, name: 'Würth' });
    expect(uom).toBe('pcs');
    expect(sites.map((each) => [each.site, each.proposal?.qty_milli, each.proposal?.order_by_on])).toEqual([
      ['RTM', 0, '2026-11-25'],
      ['ANR', 0, null],
    ]);
  });
  test('the lead time is measured where three orders came whole, else it is the agreed one', async () => {
    expect((await one()).made_of).toMatchObject({ lead_time_days: 14, lead_time_measured: null });
    const order = { company_id: COMPANY, site_id: 21, supplier_id: 41, state: 'received' };
    const line = {
      company_id: COMPANY,
      site_id: 21,
      item_id: 100,
      ordered_qty_milli: 1_000,
      received_qty_milli: 1_000,
    };
    for (const [index, days] of [10, 14, 18].entries()) {
      const id = 90 + index;
      const approved_on = day('2026-06-01');
      replica.insert('purchase_order', [{ id, ...order, number: `PO ${id}`, ordered_on: approved_on, approved_on }]);
      replica.insert('po_line', [{ id, ...line, purchase_order_id: id, received_on: approved_on + days }]);
    }
    expect((await one()).made_of).toMatchObject({
      lead_time_days: 14,
      lead_time_deviation_days: 4,
      lead_time_measured: { lines: 3 },
    });
  });
  test('days ahead are judged by the calendar that holds on them', async () => {
    const rule = { company_id: COMPANY, owner: 'buyer' };
    replica.insert('buying_calendar', [
      { id: 1, ...rule, party_id: 41, orders_on: 'fri', valid_to: day('2026-11-08') },
      { id: 2, ...rule, party_id: 41, orders_on: 'tue', valid_from: day('2026-11-09') },
      { id: 3, ...rule, site_id: 21, receives_on: 'wed', valid_from: day('2026-11-20') },
    ]);
    const { proposal, made_of } = await one();
    // the Friday of the first version; what comes 14 days later waits for the Wednesday of what holds by then
    expect(proposal).toMatchObject({ order_on: '2026-11-06', receive_on: '2026-11-25' });
    expect(weekday(day(proposal?.order_by_on ?? ''))).toBe(1);
    expect(made_of.calendar).toEqual({
      orders_on: 'fri',
      orders_from: null,
      receives_on: 'wed',
      closed_on: null,
      receives_from: '2026-11-20',
      order_on: '2026-11-06',
      receive_on: '2026-11-25',
    });
  });
  test('without a policy, a supplier or a sold item it says which', async () => {
    expect((await one({ item_id: 102 })).refusal).toEqual({ reason: 'no_policy' });
    replica.insert('policy', [{ id: 9, company_id: COMPANY, site_id: 21, item_id: 101, max_qty_milli: 5_000 }]);
    expect((await one({ item_id: 101 })).refusal).toEqual({ reason: 'no_supplier' });
    replica.writer.exec('UPDATE main.item SET active = 0 WHERE id = 101');
    expect((await one({ item_id: 101 })).refusal).toEqual({ reason: 'item_inactive' });
    await expect(ask({ item_id: 4711 })).rejects.toThrow('no item 4711');
  });
  test('what falls below zero before an order could come is raised once, and goes when something is on its way', async () => {
    const risks = async () =>
      await negativeRisk(await findingOf(replica.context({ as_of_ms: AS_OF_MS, role: 'planner' }), COMPANY));
    replica.writer.exec('UPDATE main.item_cost SET unit_cost_micro = 2000000');
    expect(await risks()).toEqual([]);
    // 2,000 there and nothing coming or promised, 404 a day, 14 days until an order comes
    replica.writer.exec(
      'UPDATE main.stock_balance SET on_hand_qty_milli = 2000000, reserved_qty_milli = 0 WHERE item_id = 100 AND site_id = 21',
    );
    replica.writer.exec(
      "UPDATE main.purchase_order SET state = 'cancelled'; UPDATE main.sales_order SET state = 'closed'",
    );
    const { proposal } = await one();
    const [risk, ...more] = await risks();
    expect(more).toEqual([]);
    expect(risk).toMatchObject({
      key: 'negative_risk:100:21',
      facts: { below_zero_on: day('2026-11-09'), order_qty_milli: proposal?.qty_milli, by_forecast: false },
      severity: 'bad',
    });
    expect(risk?.stake_minor).toBeGreaterThan(0);
    replica.insert('purchase_order', [
      {
        id: 77,
        company_id: COMPANY,
        site_id: 21,
        supplier_id: 41,
        number: 'PO 77',
        state: 'open',
        ordered_on: day('2026-11-04'),
      },
    ]);
    replica.insert('po_line', [
      {
        id: 77,
        company_id: COMPANY,
        site_id: 21,
        purchase_order_id: 77,
        item_id: 100,
        ordered_qty_milli: 9_000_000,
        received_qty_milli: 0,
        expected_on: day('2026-11-08'),
      },
    ]);
    expect(await risks()).toEqual([]);
  });
  test('nothing is proposed of rows that are still loading', async () => {
    const answer = await ask(undefined, { loading: ['po_line'] });
    expect(answer.sites[0]).toMatchObject({ proposal: null, refusal: null });
    expect(answer.provenance.coverage).toBe('still loading: purchase order lines');
  });
});
