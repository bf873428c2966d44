/** FA-0840 at two sites with orders and purchases around it, and a few items for what it is not. */
import { COMPANY, day, insertReference } from './golden.ts';
import type { TestReplica } from './replicaFixture.ts';

/** As of 5 November 2026. */
export function insertStock(replica: TestReplica): void {
  insertReference(replica);
  const key = { company_id: COMPANY, site_id: 21 };
  replica.insert('item', [
    {
      id: 101,
      company_id: COMPANY,
      code: 'FA-90',
      name: 'Washer 100%_A2',
      category: 'Fasteners',
      uom: 'pcs',
      active: 1,
    },
    {
      id: 102,
      company_id: COMPANY,
      code: 'CA-10',
      name: 'Cable 3×1.5',
      category: 'Cable',
      uom: 'm',
      supplier_id: 41,
      active: 1,
    },
    { id: 103, company_id: COMPANY, code: 'ZZ-1', name: 'Old part', category: null, uom: 'pcs', active: 0 },
  ]);
  replica.insert('item_cost', [
    { id: 100, company_id: COMPANY, unit_cost_micro: 118_000 },
    { id: 101, company_id: COMPANY, unit_cost_micro: 5_005_000 },
    { id: 102, company_id: COMPANY, unit_cost_micro: 2_000_000 },
  ]);
  replica.insert('stock_balance', [
    {
      id: 1,
      ...key,
      item_id: 100,
      on_hand_qty_milli: 24_600_000,
      reserved_qty_milli: 22_400_000,
      counted_on: day('2026-10-28'),
    },
    {
      id: 2,
      company_id: COMPANY,
      site_id: 22,
      item_id: 100,
      on_hand_qty_milli: 38_200_000,
      reserved_qty_milli: 0,
      counted_on: day('2026-10-30'),
    },
    { id: 3, ...key, item_id: 101, on_hand_qty_milli: 3_000, reserved_qty_milli: 0 },
    { id: 4, ...key, item_id: 102, on_hand_qty_milli: -2_000, reserved_qty_milli: 0 },
    { id: 5, ...key, item_id: 103, on_hand_qty_milli: 0, reserved_qty_milli: 0 },
  ]);
  replica.insert('policy', [
    { id: 1, ...key, item_id: 100, min_qty_milli: 18_000_000, max_qty_milli: 36_000_000, lead_time_days: 14 },
    {
      id: 2,
      company_id: COMPANY,
      site_id: 22,
      item_id: 100,
      min_qty_milli: 16_000_000,
      max_qty_milli: 40_000_000,
      lead_time_days: 14,
    },
  ]);
  const po = { company_id: COMPANY, site_id: 21, supplier_id: 41, ordered_on: day('2026-10-01') };
  replica.insert('purchase_order', [
    { id: 1, ...po, number: 'PO 40862', state: 'open' },
    { id: 2, ...po, number: 'PO 40000', state: 'received' },
  ]);
  const poLine = { company_id: COMPANY, site_id: 21, item_id: 100, promised_on: day('2026-11-13') };
  replica.insert('po_line', [
    {
      id: 1,
      ...poLine,
      purchase_order_id: 1,
      ordered_qty_milli: 30_000_000,
      received_qty_milli: 6_000_000,
      expected_on: day('2026-11-19'),
    },
    {
      id: 2,
      ...poLine,
      purchase_order_id: 2,
      ordered_qty_milli: 9_000_000,
      received_qty_milli: 0,
      expected_on: day('2026-11-06'),
    },
  ]);
  const order = {
    company_id: COMPANY,
    site_id: 21,
    channel_id: 11,
    month: 202611,
    source: 'test',
    ordered_on: day('2026-11-02'),
    party_id: 31,
  };
  replica.insert('sales_order', [
    { id: 1, ...order, number: 'SO 88214', state: 'open' },
    { id: 2, ...order, number: 'SO 88240', state: 'open' },
    { id: 3, ...order, number: 'SO 80000', state: 'done' },
  ]);
  const line = {
    company_id: COMPANY,
    site_id: 21,
    channel_id: 11,
    month: 202611,
    item_id: 100,
    kind: 'goods',
    ordered_on: day('2026-11-02'),
  };
  replica.insert('order_line', [
    {
      id: 1,
      ...line,
      order_id: 1,
      ordinal: 1,
      committed_on: day('2026-11-09'),
      ordered_qty_milli: 20_000_000,
      cancelled_qty_milli: 1_000_000,
      cancelled_by: 'customer',
    },
    { id: 2, ...line, order_id: 1, ordinal: 2, committed_on: day('2026-11-12'), ordered_qty_milli: 2_000_000 },
    { id: 3, ...line, order_id: 2, ordinal: 1, committed_on: day('2026-11-16'), ordered_qty_milli: 6_400_000 },
    { id: 4, ...line, order_id: 3, ordinal: 1, committed_on: day('2026-11-03'), ordered_qty_milli: 9_000_000 },
    {
      id: 5,
      ...line,
      order_id: 3,
      ordinal: 2,
      ordered_on: day('2026-07-01'),
      month: 202607,
      ordered_qty_milli: 700_000,
    },
    { id: 6, ...line, order_id: 3, ordinal: 3, kind: 'return', ordered_qty_milli: -5_000_000 },
  ]);
  replica.insert('shipment_line', [
    {
      id: 1,
      company_id: COMPANY,
      site_id: 21,
      channel_id: 11,
      month: 202611,
      order_line_id: 1,
      number: 'S1',
      shipped_on: day('2026-11-05'),
      qty_milli: 5_000_000,
    },
  ]);
}

/** What became of FA-0840 before: receipts, promises, moves, counts, the terms it is bought at. */
export function insertItemHistory(replica: TestReplica): void {
  const key = { company_id: COMPANY, site_id: 21 };
  replica.insert('receipt_line', [
    { id: 1, ...key, po_line_id: 1, number: 'R 1', received_on: day('2026-10-20'), qty_milli: 6_000_000 },
  ]);
  replica.insert('promise_event', [
    { id: 1, ...key, po_line_id: 1, told_on: day('2026-11-03'), promised_on: day('2026-11-19') },
    { id: 2, ...key, po_line_id: 1, told_on: day('2026-10-02'), promised_on: day('2026-11-13') },
  ]);
  replica.insert('po_line_price', [{ id: 1, ...key, unit_price_micro: 105_000 }]);
  replica.insert('landed_cost', [
    {
      id: 1,
      ...key,
      purchase_order_id: 1,
      kind: 'freight',
      booked_on: day('2026-10-21'),
      amount_minor: 12_345,
      split_by: 'value',
    },
  ]);
  replica.insert('stock_move', [
    { id: 1, ...key, item_id: 100, kind: 'count', moved_on: day('2026-10-28'), qty_milli: 600_000, ref: 'C 2' },
    {
      id: 2,
      ...key,
      item_id: 100,
      kind: 'transfer_out',
      moved_on: day('2026-11-05'),
      qty_milli: -1_000_000,
      ref: 'T 1',
    },
    {
      id: 3,
      company_id: COMPANY,
      site_id: 22,
      item_id: 100,
      kind: 'transfer_in',
      moved_on: day('2026-11-05'),
      qty_milli: 1_000_000,
      ref: 'T 1',
    },
    { id: 4, ...key, item_id: 101, kind: 'scrap', moved_on: day('2026-11-05'), qty_milli: -7, ref: null },
  ]);
  replica.insert('stock_count', [
    { id: 1, ...key, number: 'C 1', counted_on: day('2026-08-01'), state: 'posted' },
    { id: 2, ...key, number: 'C 2', counted_on: day('2026-10-28'), state: 'posted' },
    { id: 3, ...key, number: 'C 3', counted_on: day('2026-11-04'), state: 'open' },
  ]);
  const counted = { ...key, item_id: 100 };
  replica.insert('stock_count_line', [
    {
      id: 1,
      ...counted,
      stock_count_id: 1,
      location: 'A1',
      book_qty_milli: 10_000,
      counted_qty_milli: 9_000,
      tolerance_qty_milli: 1_000,
    },
    {
      id: 2,
      ...counted,
      stock_count_id: 2,
      location: 'B2',
      book_qty_milli: 24_000_000,
      counted_qty_milli: 24_600_000,
      tolerance_qty_milli: 100,
    },
    {
      id: 3,
      ...counted,
      stock_count_id: 3,
      location: 'B2',
      book_qty_milli: 1,
      counted_qty_milli: 1,
      tolerance_qty_milli: 0,
    },
  ]);
  replica.insert('supplier_item', [
    {
      id: 1,
      company_id: COMPANY,
      supplier_id: 41,
      item_id: 100,
      supplier_code: 'W-840',
      moq_qty_milli: 5_000_000,
      multiple_qty_milli: 1_000_000,
      lead_time_days: 14,
      preferred: 1,
    },
  ]);
  const price = { company_id: COMPANY, supplier_item_id: 1 };
  replica.insert('supplier_item_price', [
    { id: 1, ...price, unit_price_micro: 99_000, valid_from: day('2026-01-01'), valid_to: day('2026-10-31') },
    { id: 2, ...price, unit_price_micro: 111_000, valid_from: day('2026-11-01'), valid_to: null },
    { id: 3, ...price, unit_price_micro: 140_000, valid_from: day('2026-12-01'), valid_to: null },
  ]);
}
