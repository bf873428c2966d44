/** The working behind a line's cost, from the rows of a copy: it adds up to what stands, or says that it does not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { type LineWorking, QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { lineWorking } from './lineWorking.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const here = { company_id: 1, site_id: 1 };
const ITEMS = [1, 2, 3];

let replica: TestReplica;
const ask = (order_line_id: number, more: Partial<QueryInput<'lineWorking'>> = {}, role = 'controller') =>
  lineWorking(
    replica.context({ role, as_of_ms: Date.UTC(2026, 11, 1) }),
    QUERIES.lineWorking.args.parse({ company_id: 1, order_line_id, ...more }),
  );
const made = ({ made_of }: LineWorking) => {
  if (made_of === null) throw new Error('it has no working');
  return made_of;
};

beforeAll(() => {
  replica = createTestReplica();
  replica.insert('company', [
    { id: 1, code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'Europe/Amsterdam' },
  ]);
  replica.insert('channel', [
    { id: 5, company_id: 1, code: 'IN', name: 'Inside', kind: 'inside' },
    { id: 6, company_id: 1, code: 'CO', name: 'Counter', kind: 'counter' },
  ]);
  replica.insert(
    'item',
    ITEMS.map((id) => ({ id, company_id: 1, code: `LC-${id}`, name: `Item ${id}`, uom: 'pcs' })),
  );
  replica.insert('item_cost', [{ id: 1, company_id: 1, unit_cost_micro: 1_800_000 }]);
  replica.insert('purchase_order', [
    { id: 1, ...here, number: 'PO-LC', supplier_id: 9, ordered_on: day('2026-10-20'), state: 'received' },
  ]);
  const bought = [
    { id: 1, item_id: 1, qty: 100_000, price: 2_000_000 },
    { id: 2, item_id: 2, qty: 50_000, price: 4_000_000 },
  ];
  replica.insert(
    'po_line',
    bought.map(({ id, item_id, qty }) => ({
      id,
      ...here,
      purchase_order_id: 1,
      item_id,
      ordered_qty_milli: qty,
      received_qty_milli: qty,
      promised_on: day('2026-11-03'),
      expected_on: day('2026-11-03'),
      received_on: day('2026-11-03'),
    })),
  );
  replica.insert(
    'po_line_price',
    bought.map(({ id, price }) => ({ id, ...here, unit_price_micro: price })),
  );
  replica.insert(
    'receipt_line',
    bought.map(({ id, qty }) => ({
      id,
      ...here,
      po_line_id: id,
      number: 'R-1',
      received_on: day('2026-11-03'),
      qty_milli: qty,
    })),
  );
  // 30.00 over 200.00 and 200.00; a second charge cannot be split: no weight is known
  replica.insert(
    'landed_cost',
    [
      { id: 1, kind: 'freight', amount_minor: 3_000, split_by: 'value' },
      { id: 2, kind: 'duty', amount_minor: 700, split_by: 'weight' },
    ].map((charge) => ({ ...charge, ...here, purchase_order_id: 1, booked_on: day('2026-11-04') })),
  );
  replica.insert('rebate_agreement', [
    { id: 1, company_id: 1, party_id: 3, name: 'Bonus', rate_bp: 200, valid_from: day('2026-01-01'), owner: 'planner' },
  ]);
  replica.insert('channel_fee', [
    {
      id: 1,
      company_id: 1,
      channel_id: 5,
      name: 'Portal',
      rate_bp: 150,
      valid_from: day('2026-01-01'),
      owner: 'admin',
    },
    { id: 2, company_id: 1, channel_id: 5, name: 'Payment', rate_bp: 125, valid_from: day('2026-11-01') },
  ]);
  const orders = [
    { id: 9, source: 'shop', channel_id: 5, month: 202611, on: '2026-11-10' },
    { id: 8, source: 'shop', channel_id: 6, month: 202610, on: '2026-10-20' },
    { id: 7, source: 'demo', channel_id: 5, month: 202611, on: '2026-11-11' },
  ];
  replica.insert(
    'sales_order',
    orders.map(({ on, ...order }) => ({
      ...order,
      ...here,
      number: `SO-${order.id}`,
      ordered_on: day(on),
      state: 'done',
    })),
  );
  const lines = [
    { id: 91, order_id: 9, ordinal: 1, item_id: 1, quantity: 10_000, net_minor: 5_000 },
    { id: 92, order_id: 9, ordinal: 2, item_id: 2, quantity: 7_000, net_minor: 6_993 },
    { id: 93, order_id: 9, ordinal: 3, item_id: 3, quantity: 1_000, net_minor: 7 },
    { id: 94, order_id: 9, ordinal: 4, item_id: null, quantity: 1_000, net_minor: 950, kind: 'freight' },
    { id: 81, order_id: 8, ordinal: 1, item_id: 1, quantity: 10_000, net_minor: 5_000 },
    { id: 71, order_id: 7, ordinal: 1, item_id: 1, quantity: 1_000, net_minor: 500 },
  ];
  replica.insert(
    'order_line',
    lines.map(({ quantity, ...line }) => {
      const order = orders.find(({ id }) => id === line.order_id);
      return {
        kind: 'goods',
        ...line,
        ...here,
        channel_id: order?.channel_id ?? 0,
        month: order?.month ?? 0,
        party_id: 3,
        ordered_on: day(order?.on ?? ''),
        ordered_qty_milli: quantity,
        gross_minor: line.net_minor,
      };
    }),
  );
  replica.insert(
    'order_line_cost',
    [
      {
        id: 91,
        channel_id: 5,
        month: 202611,
        cost_minor: 2_150,
        freight_minor: 417,
        rebate_minor: 100,
        fee_minor: 138,
      },
      { id: 81, channel_id: 6, month: 202610, cost_minor: 1_700, freight_minor: 0, rebate_minor: 100, fee_minor: 0 },
      { id: 71, channel_id: 5, month: 202611, cost_minor: 123, freight_minor: 4, rebate_minor: 5, fee_minor: 6 },
    ].map((cost) => ({ ...cost, ...here })),
  );
  replica.insert('close_period', [
    { id: 1, company_id: 1, period: 202610, state: 'hard_locked', cut_off_on: day('2026-10-31') },
  ]);
});
afterAll(() => replica.close());

test('what a line is made of adds up to what stands, and names receipts, charges, agreement and fees', async () => {
  const working = await ask(91, { charged_minor: 1_001 });
  expect(working).toMatchObject({
    standing: { cost_minor: 2_150, freight_minor: 417, rebate_minor: 100, fee_minor: 138 },
    gm1_minor: 2_850,
    gm2_minor: 2_433,
    gm3_minor: 2_195,
    came_with: null,
    locked: false,
    whole: true,
  });
  expect(made(working)).toMatchObject({
    unit: {
      unit_cost_micro: 2_150_000,
      receipts: [
        {
          purchase_order: 'PO-LC',
          receipt: 'R-1',
          received_on: '2026-11-03',
          qty_milli: 100_000,
          unit_price_micro: 2_000_000,
          landed_price_micro: 2_150_000,
          landed: [
            { kind: 'freight', split_by: 'value', charge_minor: 3_000, part_minor: 1_500 },
            { kind: 'duty', split_by: 'weight', charge_minor: 700, part_minor: null },
          ],
        },
      ],
    },
    rebate: { name: 'Bonus', owner: 'planner', rate_bp: 200, valid_from: '2026-01-01' },
    rebate_of_order: { net_minor: 12_000, amount_minor: 240, lines: 3 },
    fees: [
      { name: 'Portal', owner: 'admin', rate_bp: 150 },
      { name: 'Payment', owner: null, rate_bp: 125 },
    ],
    fee_of_order: { rate_bp: 275, amount_minor: 330 },
    freight_minor: 417,
    differs: [],
  });
  // nobody was asked what carriers charged: then it is not held against it
  expect(made(await ask(91))).toMatchObject({ freight_minor: null, differs: [] });
  expect(made(await ask(91, { charged_minor: null })).differs).toEqual(['freight']);
});

test('what changed since is said, in a locked month that it stands; without a receipt the cost is the item’s', async () => {
  const working = await ask(81);
  expect(working).toMatchObject({ locked: true, standing: { cost_minor: 1_700 } });
  expect(made(working)).toMatchObject({
    unit: { unit_cost_micro: 1_800_000, receipts: [] },
    cost_minor: 1_800,
    over_counter: true,
    differs: ['cost'],
  });
});

test('a cost that is not known, one that came with the line, and a line without one', async () => {
  expect(made(await ask(93))).toMatchObject({ unit: null, cost_minor: null, differs: [] });
  // it is known by now, and its row is on its way
  expect(made(await ask(92))).toMatchObject({ cost_minor: 3_010, differs: ['cost'] });
  expect(await ask(71)).toMatchObject({ came_with: 'demo', made_of: null, standing: { cost_minor: 123 } });
  expect(await ask(94)).toMatchObject({ came_with: null, made_of: null, standing: null });
});

test('who sees no cost gets nothing of it, and nobody a line of another company', async () => {
  for (const role of ['sales', 'warehouse']) {
    await expect(ask(91, {}, role), role).rejects.toMatchObject({ code: 'not_permitted' });
  }
  await expect(ask(12_345)).rejects.toMatchObject({ code: 'not_found' });
  await expect(ask(91, { company_id: 2 })).rejects.toMatchObject({ code: 'not_found' });
  expect(made(await ask(91, {}, 'buyer')).cost_minor).toBe(2_150);
});
