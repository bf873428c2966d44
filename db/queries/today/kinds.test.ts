/** Every kind made of stock and purchases: raised by its rows, with its money, for whom it is for, and gone with its cause. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wireTable } from '#contract/wire/tables.ts';
import { QUERIES } from '#contract/queries.ts';
import { fulfilment } from '../fulfilment/fulfilment.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import { today } from './today.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
});
afterEach(() => replica.close());

async function found(key: string, role = 'planner') {
  const context = replica.context({ role, as_of_ms: AS_OF_MS, user_name: 'ingrid' });
  const { exceptions } = await exceptionsOf(await findingOf(context, COMPANY), { kept: true });
  return exceptions.find((each) => each.key === key);
}
const cost = (...ids: number[]) =>
  replica.insert(
    'item_cost',
    ids.map((id) => ({ id, company_id: COMPANY, unit_cost_micro: 20_000_000 })),
  );
const balance = (id: number, item_id: number, on_hand_qty_milli: number, reserved_qty_milli = 0) =>
  replica.insert('stock_balance', [
    { id, company_id: COMPANY, site_id: 11, item_id, on_hand_qty_milli, reserved_qty_milli },
  ]);

test('past promise with the stock there: a pick list for the site, without cost, and gone once shipped', async () => {
  expect(await found('ready_to_ship:11', 'sales')).toBeUndefined();
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 4000 WHERE item_id = 43');
  expect(await found('ready_to_ship:11', 'sales')).toMatchObject({
    stake_minor: 4_000,
    parts: [{ part: 'ready', lines: 1, amount_minor: 4_000 }],
    facts: { orders: 1, oldest_days: 1, site: 'Rotterdam' },
    severity: 'warn',
  });
  // Fulfilment shows the lines that were counted, not all that are ready at the site
  const args = QUERIES.fulfilment.args.parse({ company_id: COMPANY, site_id: 11, past_promise: true });
  const queue = await fulfilment(replica.context({ as_of_ms: AS_OF_MS, role: 'sales' }), args);
  expect(queue.rows.map(({ order_line_id }) => order_line_id)).toEqual([94]);
  // the rest of the line still waits for the late order
  expect(await found('late_receipt:62')).toMatchObject({ stake_minor: 6_000 });
  replica.insert('shipment_line', [
    {
      id: 900,
      company_id: COMPANY,
      site_id: 11,
      channel_id: 21,
      month: 202611,
      order_line_id: 94,
      number: 'DN9',
      shipped_on: TODAY_ON,
      qty_milli: 10_000,
    },
  ]);
  expect(await found('ready_to_ship:11')).toBeUndefined();
});

describe('overdue purchases', () => {
  const price = () =>
    replica.insert('po_line_price', [
      { id: 72, company_id: COMPANY, site_id: 11, unit_price_micro: 7_000_000 },
      { id: 79, company_id: COMPANY, site_id: 11, unit_price_micro: 3_000_000 },
    ]);
  const order = () => {
    replica.insert('purchase_order', [
      { id: 69, company_id: COMPANY, site_id: 11, number: 'PO-69', supplier_id: 32, state: 'open', buyer: 'bert' },
    ]);
    replica.insert('po_line', [
      {
        id: 79,
        company_id: COMPANY,
        site_id: 11,
        purchase_order_id: 69,
        item_id: 44,
        ordered_qty_milli: 5_000,
        received_qty_milli: 1_000,
        promised_on: TODAY_ON - 3,
        expected_on: TODAY_ON - 1,
      },
    ]);
  };
  test('nobody waits for it: what has not come at its price, its buyer’s, for those who see cost', async () => {
    price();
    order();
    expect(await found('overdue_purchase:69')).toMatchObject({
      stake_minor: 1_200,
      owner: 'bert',
      facts: { days_late: 1, po_lines: 1, supplier: 'Festo' },
    });
    expect(await found('overdue_purchase:69', 'sales')).toBeUndefined();
    replica.writer.exec(`UPDATE po_line SET expected_on = ${TODAY_ON} WHERE id = 79`);
    expect(await found('overdue_purchase:69')).toBeUndefined();
  });
  test('customers wait for it: it is a late receipt, and is told once', async () => {
    price();
    expect(await found('late_receipt:62')).toBeDefined();
    expect(await found('overdue_purchase:62')).toBeUndefined();
    replica.writer.exec('DELETE FROM order_line WHERE id = 94');
    expect(await found('late_receipt:62')).toBeUndefined();
    expect(await found('overdue_purchase:62')).toMatchObject({ stake_minor: 7_000 });
  });
});

test('less than nothing on the books is told at cost, unless it runs out anyway', async () => {
  cost(41, 44);
  balance(54, 44, -3_000);
  expect(await found('negative_stock:44:11')).toMatchObject({
    stake_minor: 6_000,
    facts: { below_qty_milli: 3_000, site: 'Rotterdam' },
  });
  expect(await found('negative_stock:44:11', 'sales')).toBeUndefined();
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = -1000 WHERE item_id = 41');
  expect(await found('runs_out:41:11')).toBeDefined();
  expect(await found('negative_stock:41:11')).toBeUndefined();
});

describe('stock that lies there', () => {
  beforeEach(() => {
    cost(44);
    balance(54, 44, 100_000);
  });
  const policy = () =>
    replica.insert('policy', [
      {
        id: 56,
        company_id: COMPANY,
        site_id: 11,
        item_id: 44,
        min_qty_milli: 10_000,
        max_qty_milli: 30_000,
        multiple_qty_milli: 1,
        owner: 'ingrid',
      },
    ]);
  test('beyond the maximum and half a year: the surplus at cost, its planner’s', async () => {
    policy();
    // 10 were ordered in the window: 180 days are 20
    expect(await found('excess_stock:44:11')).toMatchObject({
      stake_minor: 140_000,
      owner: 'ingrid',
      facts: { excess_qty_milli: 70_000, on_hand_qty_milli: 100_000, days: 900 },
    });
    expect(await found('excess_stock:44:11', 'sales')).toBeUndefined();
    // less than 500.00 is no decision of its own
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 54000 WHERE item_id = 44');
    expect(await found('excess_stock:44:11')).toBeUndefined();
  });
  test('a new item was bought for what is to come', async () => {
    policy();
    replica.writer.exec(`UPDATE item SET introduced_on = ${TODAY_ON - 50} WHERE id = 44`);
    expect(await found('excess_stock:44:11')).toBeUndefined();
  });
  test('whoever sees one channel does not call another’s stock excess', async () => {
    policy();
    const whole = replica.context({ role: 'planner', as_of_ms: AS_OF_MS });
    const grants = whole.user.grants.map((grant) => ({ ...grant, channel_id: 22 }));
    const context = { ...whole, user: { ...whole.user, grants } };
    const { exceptions } = await exceptionsOf(await findingOf(context, COMPANY), { kept: true });
    expect(exceptions.filter(({ facts }) => facts.kind === 'excess_stock')).toEqual([]);
  });
  test('nobody asked for it for a year: all of it, once for the item; not while too little of the past is here', async () => {
    policy();
    const long_ago = TODAY_ON - 400;
    replica.writer.exec(`UPDATE order_line SET ordered_on = ${long_ago}, month = 202510 WHERE item_id = 44`);
    expect(await found('obsolete_stock:44')).toBeUndefined();
    replica.writer
      .prepare(
        `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
         VALUES (900001, ?, ?, 11, 21, 202501, '', 'complete', 1)`,
      )
      .run(wireTable('order_line').id, COMPANY);
    expect(await found('obsolete_stock:44')).toMatchObject({ stake_minor: 200_000, facts: { sites: ['Rotterdam'] } });
    // obsolete, not excess as well
    expect(await found('excess_stock:44:11')).toBeUndefined();
    replica.writer.exec(`UPDATE item SET introduced_on = ${TODAY_ON - 50} WHERE id = 44`);
    expect(await found('obsolete_stock:44')).toBeUndefined();
  });
});

test('what sells without a policy is a list for its site; without a supplier it is told by itself', async () => {
  cost(44);
  balance(54, 44, 5_000);
  expect(await found('no_policy:11')).toMatchObject({ stake_minor: 20_000, facts: { positions: 1 } });
  expect(await found('no_supplier:44')).toBeUndefined();
  replica.writer.exec('UPDATE item SET supplier_id = NULL WHERE id = 44');
  expect(await found('no_supplier:44')).toMatchObject({ stake_minor: 20_000, facts: { item_code: 'I-44', sites: 1 } });
  replica.insert('supplier_item', [
    { id: 1, company_id: COMPANY, supplier_id: 32, item_id: 44, supplier_code: 'X', preferred: 1 },
  ]);
  expect(await found('no_supplier:44')).toBeUndefined();
});

test('a supplier who slips: what is on order there, with the comparison', async () => {
  expect(await found('supplier_slipping:32')).toBeUndefined();
  replica.insert('po_line_price', [{ id: 71, company_id: COMPANY, site_id: 11, unit_price_micro: 7_000_000 }]);
  const orders = Array.from({ length: 40 }, (_, nth) => ({
    id: 1000 + nth,
    late: nth < 11,
    due_on: TODAY_ON - 5 - nth * 8,
  }));
  replica.insert(
    'purchase_order',
    orders.map(({ id, due_on }) => ({
      id,
      company_id: COMPANY,
      site_id: 11,
      number: `PO-${id}`,
      supplier_id: 32,
      state: 'received',
      approved_on: due_on - 14,
    })),
  );
  replica.insert(
    'po_line',
    orders.map(({ id, late, due_on }) => ({
      id,
      company_id: COMPANY,
      site_id: 11,
      purchase_order_id: id,
      item_id: 44,
      ordered_qty_milli: 1_000,
      received_qty_milli: 1_000,
      promised_on: due_on,
      expected_on: due_on,
      received_on: late ? due_on + 4 : due_on,
    })),
  );
  expect(await found('supplier_slipping:32')).toMatchObject({
    stake_minor: 3_500,
    facts: {
      open_lines: 1,
      slip: { in_time_bp: { before: 10_000, lately: 0 }, lead_days: { before: 14, lately: 18 } },
    },
  });
  expect(await found('supplier_slipping:32', 'sales')).toBeUndefined();
});

describe('what waits for a quiet hour', () => {
  const keysOf = async (user_name: string, more: object = {}) =>
    (
      await today(replica.context({ role: 'planner', as_of_ms: AS_OF_MS, user_name }), {
        company_ids: [COMPANY],
        whose: 'all',
        snoozed: false,
        escalated: false,
        at_once: false,
        limit: 200,
        ...more,
      })
    ).rows.map(({ key }) => key);
  const mark = (day: number, more: object) =>
    replica.insert('exception_mark_cost', [
      {
        id: 'm1',
        company_id: COMPANY,
        exception_key: 'no_policy:11',
        site_id: 11,
        author: 'carla',
        written_at: day * 86_400_000,
        accepted_at: day * 86_400_000,
        ...more,
      },
    ]);
  beforeEach(() => {
    cost(44);
    balance(54, 44, 5_000);
  });

  test('is not on Today, and its working opens all the same', async () => {
    expect(await keysOf('ingrid')).not.toContain('no_policy:11');
    const detail = await exceptionDetail(replica.context({ role: 'planner', as_of_ms: AS_OF_MS }), {
      company_id: COMPANY,
      key: 'no_policy:11',
      limit: 50,
    });
    expect(detail.lines).toMatchObject([{ number: 'I-44', party: 'Cable tie', amount_minor: 20_000 }]);
  });
  test('given to someone it is on theirs, and after five days it rises for all', async () => {
    mark(TODAY_ON - 2, { kind: 'assigned', assigned_to: 'ingrid' });
    expect(await keysOf('ingrid')).toContain('no_policy:11');
    expect(await keysOf('bert')).not.toContain('no_policy:11');
    replica.writer.exec(`UPDATE exception_mark_cost SET accepted_at = ${(TODAY_ON - 9) * 86_400_000}`);
    expect(await keysOf('bert')).toContain('no_policy:11');
    expect(await keysOf('bert', { escalated: true })).toEqual(['no_policy:11']);
    expect(await keysOf('carla', { whose: 'mine' })).toContain('no_policy:11');
  });
});
