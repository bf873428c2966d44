/** Supplier figures over purchases written by hand: what each is made of, and that they are those of the KPIs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES, type SupplierRow } from '#contract/queries.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { kpiRows } from '../kpi/kpiRows.ts';
import { supplierDetail } from './supplierDetail.ts';
import { suppliers } from './suppliers.ts';

let replica: TestReplica;
const line = (id: number, promised_ago: number, more: object = {}) => ({
  id,
  company_id: COMPANY,
  site_id: 11,
  purchase_order_id: 500,
  item_id: 44,
  ordered_qty_milli: 4_000,
  received_qty_milli: 4_000,
  promised_on: TODAY_ON - promised_ago,
  expected_on: TODAY_ON - promised_ago,
  received_on: TODAY_ON - promised_ago,
  ...more,
});
const receipt = (id: number, po_line_id: number, days_ago: number, qty_milli = 4_000) => ({
  id,
  company_id: COMPANY,
  site_id: 11,
  po_line_id,
  number: `R${id}`,
  received_on: TODAY_ON - days_ago,
  qty_milli,
});

beforeAll(() => {
  replica = troubledDistributor();
  replica.insert('purchase_order', [
    {
      id: 500,
      company_id: COMPANY,
      site_id: 11,
      number: 'PO-500',
      supplier_id: 32,
      state: 'received',
      approved_on: TODAY_ON - 60,
    },
    { id: 501, company_id: COMPANY, site_id: 11, number: 'PO-501', supplier_id: 32, state: 'cancelled' },
  ]);
  replica.insert('po_line', [
    line(510, 40),
    line(511, 40, { received_on: TODAY_ON - 35 }),
    // whole with the second part, a day late
    line(512, 40, { received_on: TODAY_ON - 39 }),
    line(513, 40, { purchase_order_id: 501, received_qty_milli: 0, received_on: null }),
  ]);
  replica.insert('receipt_line', [
    receipt(520, 510, 40),
    receipt(521, 511, 35),
    receipt(522, 512, 44, 1_000),
    receipt(523, 512, 39, 3_000),
  ]);
  replica.insert('po_line_price', [
    ...[510, 511, 512].map((id) => ({ id, company_id: COMPANY, site_id: 11, unit_price_micro: 2_500_000 })),
    { id: 71, company_id: COMPANY, site_id: 11, unit_price_micro: 7_000_000 },
    { id: 72, company_id: COMPANY, site_id: 11, unit_price_micro: 7_000_000 },
  ]);
  replica.insert('supplier_item', [
    { id: 1, company_id: COMPANY, supplier_id: 32, item_id: 44, lead_time_days: 18, preferred: 1 },
    { id: 2, company_id: COMPANY, supplier_id: 32, item_id: 43, lead_time_days: 10, preferred: 1 },
    { id: 3, company_id: COMPANY, supplier_id: 32, item_id: 42, lead_time_days: 30, preferred: 1 },
  ]);
  replica.insert('supplier_item_price', [
    {
      id: 1,
      company_id: COMPANY,
      supplier_item_id: 1,
      unit_price_micro: 2_000_000,
      valid_from: TODAY_ON - 700,
      valid_to: TODAY_ON - 100,
    },
    { id: 2, company_id: COMPANY, supplier_item_id: 1, unit_price_micro: 2_500_000, valid_from: TODAY_ON - 99 },
  ]);
});
afterAll(() => replica.close());

const context = (role: string) => replica.context({ role, as_of_ms: AS_OF_MS });
async function festo(role = 'planner'): Promise<SupplierRow> {
  const { rows } = await suppliers(context(role), QUERIES.suppliers.args.parse({ company_id: COMPANY }));
  const [row] = rows;
  if (!row || rows.length !== 1) throw new Error('one supplier was written');
  return row;
}
const detail = (figure: string) =>
  supplierDetail(
    context('planner'),
    QUERIES.supplierDetail.args.parse({ company_id: COMPANY, supplier_id: 32, figure }),
  );

test('every line due counts, the unreceived too; days are from approval to the part that made a line whole', async () => {
  expect(await festo()).toMatchObject({
    // 510 in time, 511 and 512 late, 72 never came; 71 is not due yet and 513 was cancelled
    due_lines: 4,
    otif_bp: 2_500,
    lead_days: (20 + 25 + 21) / 3,
    agreed_days: 18,
    open_lines: 2,
    open_minor: 10_500,
    overdue_lines: 1,
    overdue_minor: 7_000,
    moved_lines: 1,
    spend_minor: 3_000,
    price_change_bp: 2_500,
    slip: null,
  });
  expect((await festo()).lead_deviation_days).toBeCloseTo(Math.sqrt((2 ** 2 + 3 ** 2 + 1 ** 2) / 2), 9);
});

test('spend is what came within the months, of lines that are not due yet too and not of what came before', async () => {
  replica.insert('receipt_line', [
    // a part of 71, which is to come in ten days; and of 72 what came before the twelve months
    receipt(530, 71, 3, 500),
    receipt(531, 72, 400, 1_000),
  ]);
  expect((await festo()).spend_minor).toBe(3_000 + 350);
  replica.writer.exec('DELETE FROM receipt_line WHERE id IN (530, 531)');
});

test('they are the KPIs’', async () => {
  const { otif_bp, lead_days, due_lines } = await festo();
  const ofKpi = async (kpi: string) => {
    const asked = { company_id: COMPANY, kpi, from_month: 202512, to_month: 202611, limit: 500 };
    const { rows } = await kpiRows(context('planner'), QUERIES.kpiRows.args.parse(asked));
    return { lines: rows.length, mean: rows.reduce((sum, row) => sum + row.numerator, 0) / rows.length };
  };
  expect(await ofKpi('supplier_otif')).toEqual({ lines: due_lines, mean: (otif_bp ?? 0) / 10_000 });
  expect(await ofKpi('supplier_lead_time_mean')).toEqual({ lines: 3, mean: lead_days });
});

test('without cost there is no money and no price, and the days are the same', async () => {
  const row = await festo('sales');
  expect([row.open_minor, row.overdue_minor, row.spend_minor, row.price_change_bp]).toEqual([null, null, null, null]);
  expect(row.lead_days).toBe((await festo()).lead_days);
});

test('each figure opens to its lines', async () => {
  const numbers = async (figure: string) => (await detail(figure)).lines.map(({ po_line_id }) => po_line_id);
  expect(await numbers('open')).toEqual([72, 71]);
  expect(await numbers('overdue')).toEqual([72]);
  expect(await numbers('late')).toEqual([72, 511, 512]);
  expect(await numbers('lead')).toEqual([511, 512, 510]);
  expect(await numbers('moved')).toEqual([72]);
  expect((await detail('lead')).lead_times).toEqual([
    { days: 20, lines: 1 },
    { days: 21, lines: 1 },
    { days: 25, lines: 1 },
  ]);
});
