/** A small distributor written by hand: something runs out, is oversold, comes late, leaks, is overdue, waits. */
import { dayNumber } from '#domain/calendar.ts';
import { createTestReplica, type RowValues, type TestReplica } from './replicaFixture.ts';

export const TODAY_ON = dayNumber('2026-11-05') ?? 0;
export const AS_OF_MS = TODAY_ON * 86_400_000 + 10 * 3_600_000;
export const COMPANY = 1;

const order = (id: number, more: RowValues = {}): RowValues => ({
  id,
  company_id: COMPANY,
  site_id: 11,
  channel_id: 21,
  month: 202611,
  source: 'test',
  number: `SO-${id}`,
  party_id: 31,
  ordered_on: TODAY_ON - 3,
  state: 'open',
  ...more,
});
const line = (id: number, order_id: number, more: RowValues = {}): RowValues => ({
  id,
  company_id: COMPANY,
  site_id: 11,
  channel_id: 21,
  month: 202611,
  order_id,
  ordinal: 1,
  item_id: 41,
  party_id: 31,
  kind: 'goods',
  ordered_on: TODAY_ON - 3,
  ordered_qty_milli: 10_000,
  unit_price_micro: 10_000_000,
  gross_minor: 10_000,
  net_minor: 10_000,
  ...more,
});

/** The caller closes it. */
export function troubledDistributor(): TestReplica {
  const replica = createTestReplica();
  const { insert } = replica;
  insert('company', [{ id: COMPANY, code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'UTC' }]);
  insert('site', [{ id: 11, company_id: COMPANY, code: 'RTM', name: 'Rotterdam', kind: 'dc' }]);
  insert('channel', [
    { id: 21, company_id: COMPANY, code: 'KA', name: 'Key accounts', kind: 'key_accounts' },
    { id: 22, company_id: COMPANY, code: 'EC', name: 'E-commerce', kind: 'ecommerce' },
  ]);
  insert('party', [
    { id: 31, company_id: COMPANY, code: 'C1', name: 'Rijnmond Havens', kind: 'customer', credit_limit_minor: 50_000 },
    { id: 32, company_id: COMPANY, code: 'S1', name: 'Festo', kind: 'supplier' },
  ]);
  const item = (id: number, name: string) => ({
    id,
    company_id: COMPANY,
    code: `I-${id}`,
    name,
    uom: 'pcs',
    supplier_id: 32,
    active: 1,
    category: 'Pneumatics',
  });
  insert('item', [item(41, 'Cylinder'), item(42, 'Torque wrench'), item(43, 'Valve'), item(44, 'Cable tie')]);
  // 41 runs out: 4 on hand, 10 promised for the 11th, nothing on its way
  // 42 is oversold: a receipt of 5 on its way, 10 and 8 promised of it
  // 43 waits for an overdue purchase order
  insert('stock_balance', [
    { id: 51, company_id: COMPANY, site_id: 11, item_id: 41, on_hand_qty_milli: 4_000, reserved_qty_milli: 10_000 },
    { id: 52, company_id: COMPANY, site_id: 11, item_id: 42, on_hand_qty_milli: 0, reserved_qty_milli: 18_000 },
    { id: 53, company_id: COMPANY, site_id: 11, item_id: 43, on_hand_qty_milli: 0, reserved_qty_milli: 10_000 },
  ]);
  insert('policy', [{ id: 55, company_id: COMPANY, site_id: 11, item_id: 41, multiple_qty_milli: 1, owner: 'ingrid' }]);
  insert('purchase_order', [
    { id: 61, company_id: COMPANY, site_id: 11, number: 'PO-61', supplier_id: 32, state: 'open' },
    { id: 62, company_id: COMPANY, site_id: 11, number: 'PO-62', supplier_id: 32, state: 'open' },
  ]);
  insert('po_line', [
    {
      id: 71,
      company_id: COMPANY,
      site_id: 11,
      purchase_order_id: 61,
      item_id: 42,
      ordered_qty_milli: 5_000,
      promised_on: TODAY_ON + 4,
      expected_on: TODAY_ON + 4,
    },
    {
      id: 72,
      company_id: COMPANY,
      site_id: 11,
      purchase_order_id: 62,
      item_id: 43,
      ordered_qty_milli: 10_000,
      promised_on: TODAY_ON - 9,
      expected_on: TODAY_ON - 6,
    },
  ]);
  insert('promise_event', [
    { id: 75, company_id: COMPANY, site_id: 11, po_line_id: 72, told_on: TODAY_ON - 30, promised_on: TODAY_ON - 9 },
    { id: 76, company_id: COMPANY, site_id: 11, po_line_id: 72, told_on: TODAY_ON - 10, promised_on: TODAY_ON - 6 },
  ]);
  insert('sales_order', [
    order(81),
    order(82),
    order(83, { channel_id: 22 }),
    order(84),
    order(85, { channel_id: 22 }),
  ]);
  insert('order_line', [
    line(91, 81, { committed_on: TODAY_ON + 6 }),
    line(92, 82, { item_id: 42, committed_on: TODAY_ON + 10 }),
    line(93, 83, {
      item_id: 42,
      channel_id: 22,
      committed_on: TODAY_ON + 5,
      ordered_qty_milli: 8_000,
      gross_minor: 8_000,
      net_minor: 8_000,
    }),
    line(94, 84, { item_id: 43, committed_on: TODAY_ON - 1 }),
    // shipped whole: at stake no more, but its price leaks
    line(95, 85, {
      item_id: 44,
      channel_id: 22,
      committed_on: TODAY_ON - 2,
      gross_minor: 10_000,
      discount_minor: 3_000,
      net_minor: 7_000,
    }),
  ]);
  insert('shipment_line', [
    {
      id: 96,
      company_id: COMPANY,
      site_id: 11,
      channel_id: 22,
      month: 202611,
      order_line_id: 95,
      number: 'DN1',
      shipped_on: TODAY_ON - 2,
      qty_milli: 10_000,
    },
  ]);
  insert('channel_rule', [
    {
      id: 101,
      company_id: COMPANY,
      channel_id: 22,
      priority: 1,
      max_discount_bp: 2_000,
      free_freight_from_minor: 7_500,
      freight_charge_minor: 950,
    },
  ]);
  insert('price_floor', [
    { id: 102, company_id: COMPANY, item_id: 44, floor_price_micro: 8_000_000, valid_from: TODAY_ON - 300 },
  ]);
  insert('invoice', [
    {
      id: 111,
      company_id: COMPANY,
      month: 202609,
      kind: 'customer',
      number: 'INV-111',
      party_id: 31,
      issued_on: TODAY_ON - 60,
      posted_on: TODAY_ON - 60,
      due_on: TODAY_ON - 41,
      amount_minor: 90_000,
    },
  ]);
  insert('payment', [
    {
      id: 112,
      company_id: COMPANY,
      month: 202610,
      kind: 'customer',
      number: 'PAY-1',
      party_id: 31,
      invoice_id: 111,
      paid_on: TODAY_ON - 8,
      settled_on: TODAY_ON - 8,
      amount_minor: 10_000,
    },
  ]);
  insert('claim', [
    {
      id: 121,
      company_id: COMPANY,
      site_id: 11,
      channel_id: 21,
      month: 202610,
      number: 'CL-7731',
      party_id: 31,
      kind: 'damaged',
      opened_on: TODAY_ON - 19,
      state: 'open',
      claimed_minor: 11_640,
    },
  ]);
  return replica;
}
