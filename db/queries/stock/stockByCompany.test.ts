import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertMinor } from '#domain/currency/convert.ts';
import { QUERIES, type StockByCompany } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { insertStock } from '../testing/stock.ts';
import { stockByCompany } from './stockByCompany.ts';

const BRITISH = 77;
let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertStock(replica);
  replica.insert('company', [{ id: BRITISH, code: 'PEN', name: 'Pennine', currency: 'GBP', time_zone: 'UTC' }]);
  replica.insert('site', [{ id: 7701, company_id: BRITISH, code: 'MAN', name: 'Manchester', kind: 'dc' }]);
  const items = [1, 2, 3].map((nth) => 7700 + nth);
  replica.insert(
    'item',
    items.map((id, nth) => ({
      id,
      company_id: BRITISH,
      code: `P-${id}`,
      name: `Part ${id}`,
      category: nth === 0 ? 'Bearings' : 'Cable',
      uom: 'pcs',
      supplier_id: null,
      active: 1,
    })),
  );
  replica.insert(
    'item_cost',
    items.map((id) => ({ id, company_id: BRITISH, unit_cost_micro: 1_110_000 })),
  );
  replica.insert(
    'stock_balance',
    items.map((item_id, nth) => ({
      id: 77_000 + nth,
      company_id: BRITISH,
      site_id: 7701,
      item_id,
      on_hand_qty_milli: 1_000 * (nth + 1),
      reserved_qty_milli: 0,
      counted_on: null,
    })),
  );
  replica.insert('fx_rate', [
    {
      id: 1,
      company_id: BRITISH,
      month: 202611,
      currency: 'EUR',
      average_rate_micro: 2_000_000,
      closing_rate_micro: 1_165_501,
      per_units: 1,
    },
  ]);
});
afterAll(() => replica.close());

const ask = (role = 'controller', ids = [COMPANY, BRITISH]): Promise<StockByCompany> =>
  stockByCompany(
    replica.context({ role, as_of_ms: AS_OF_MS }),
    QUERIES.stockByCompany.args.parse({ company_ids: ids, reporting_currency: 'EUR' }),
  );

test('the companies’ stock at the closing rate, categories adding up to each', async () => {
  const answer = await ask();
  const [dutch, british] = answer.companies;
  // 6 pieces at £1.11 = £6.66 × 1.165501 = 7.7622…
  expect(british).toMatchObject({ value_minor: 666, shown_minor: 776, currency: 'GBP', items: 3, sites: 1 });
  // £1.11 and £5.55: 1.2937 and 6.4685
  expect(british?.categories.map(({ label, value_minor, shown_minor }) => [label, value_minor, shown_minor])).toEqual([
    ['Bearings', 111, 129],
    ['Cable', 555, 647],
  ]);
  expect(british?.shown_minor).toBe(
    Number(convertMinor(666n, { from: 'GBP', to: 'EUR', rate_micro: 1_165_501, per_units: 1 })),
  );
  expect(dutch?.shown_minor).toBe(dutch?.value_minor ?? null);
  expect(answer.total_minor).toBe(dutch?.value_minor === null ? null : (dutch?.value_minor ?? 0) + 776);
  expect(answer.conversion?.rates).toMatchObject([{ kind: 'closing', rate_micro: 1_165_501, on: '2026-11-30' }]);
});

test('values are for those who see cost, and none is guessed without a rate', async () => {
  const sales = await ask('sales');
  expect(sales.cost_visible).toBe(false);
  expect(sales.companies.every((company) => company.value_minor === null && company.shown_minor === null)).toBe(true);
  expect(sales.conversion?.rates).toEqual([]);
  replica.writer.exec('DELETE FROM fx_rate');
  const without = await ask();
  expect(without.companies[1]).toMatchObject({ value_minor: 666, shown_minor: null });
  expect(without.total_minor).toBeNull();
  expect(without.conversion?.lacking).toEqual(['No EUR rate of Pennine for 2026-11']);
});
