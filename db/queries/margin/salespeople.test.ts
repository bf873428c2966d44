/** Margin by who looks after the customer: figures made by hand, and every way round they add up to the company's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstDayOfMonth } from '#domain/calendar.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY, INSIDE, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { marginPivot } from './marginPivot.ts';

let replica: TestReplica;
let columns: TestColumns;
const MONTH = 202607;

/** Who looks after whom; two customers have nobody, one of them as an empty text. */
const CUSTOMERS = [
  { id: 32, salesperson: null },
  { id: 33, salesperson: 'E. Claes' },
  { id: 34, salesperson: '' },
  { id: 35, salesperson: 'T. Visser' },
] as const;
// euros: gross, discount, landed cost; customer 31 is T. Visser's too, and a line may have no customer at all
const LINES = [
  { party_id: 31, gross: 1_000, discount: 100, cost: 500 },
  { party_id: 35, gross: 200, discount: 0, cost: 150 },
  { party_id: 33, gross: 400, discount: 40, cost: 100 },
  { party_id: 32, gross: 300, discount: 0, cost: 310 },
  { party_id: 34, gross: 50, discount: 5, cost: 20 },
  { party_id: null, gross: 70, discount: 0, cost: 35 },
] as const;
/** Net sales and GM1 in euros, credits of 60 to customer 33 and of 10 to nobody taken off. */
const BY_HAND = {
  'T. Visser': { lines: 2, net_sales: 900 + 200, gm1: 400 + 50 },
  'E. Claes': { lines: 1, net_sales: 360 - 60, gm1: 260 - 60 },
  'No salesperson': { lines: 3, net_sales: 300 + 45 + 70 - 10, gm1: -10 + 25 + 35 - 10 },
} as const;

beforeAll(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert(
    'party',
    CUSTOMERS.map(({ id, salesperson }) => ({
      id,
      company_id: COMPANY,
      code: `C${id}`,
      name: `Customer ${id}`,
      kind: 'customer',
      country: 'NL',
      salesperson,
    })),
  );
  const key = { company_id: COMPANY, site_id: 21, channel_id: INSIDE, month: MONTH };
  const ordered_on = firstDayOfMonth(MONTH) + 4;
  replica.insert('sales_order', [{ id: 1, ...key, source: 'test', number: 'SO 1', ordered_on, state: 'done' }]);
  replica.insert(
    'order_line',
    LINES.map(({ party_id, gross, discount }, index) => ({
      id: index + 1,
      ...key,
      order_id: 1,
      ordinal: index + 1,
      item_id: 100,
      party_id,
      kind: 'goods',
      ordered_on,
      committed_on: ordered_on,
      ordered_qty_milli: 1000,
      cancelled_qty_milli: 0,
      cancelled_by: null,
      unit_price_micro: gross * 1_000_000,
      gross_minor: gross * 100,
      discount_minor: discount * 100,
      net_minor: (gross - discount) * 100,
      country: 'NL',
    })),
  );
  replica.insert(
    'order_line_cost',
    LINES.map(({ cost }, index) => ({
      id: index + 1,
      ...key,
      cost_minor: cost * 100,
      freight_minor: 0,
      rebate_minor: 0,
      fee_minor: 0,
    })),
  );
  replica.insert(
    'credit_note',
    [
      { id: 1, party_id: 33, amount_minor: 6_000 },
      { id: 2, party_id: null, amount_minor: 1_000 },
    ].map((credit) => ({
      ...credit,
      ...key,
      number: `C${credit.id}`,
      issued_on: ordered_on,
      order_line_id: null,
      item_id: null,
      claim_id: null,
      reason: 'price',
    })),
  );
  columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
});
afterAll(() => replica.close());

const MEASURES = ['lines', 'net_sales', 'gm1'] as const;
const pivot = (input: Partial<QueryInput<'marginPivot'>>) =>
  columns.reading(() =>
    marginPivot(
      replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), role: 'controller' }),
      QUERIES.marginPivot.args.parse({
        company_ids: [COMPANY],
        from_month: MONTH,
        to_month: MONTH,
        rows: ['salesperson'],
        measures: [...MEASURES],
        ...input,
      }),
    ),
  );

test('each has what their customers bought; who has none stands under "No salesperson"', async () => {
  const answer = await pivot({});
  const told = Object.fromEntries(
    answer.rows.map(({ label, total: [lines, net = 0, gm1 = 0] }) => [
      label,
      { lines, net_sales: (net ?? 0) / 100, gm1: (gm1 ?? 0) / 100 },
    ]),
  );
  expect(told).toEqual(BY_HAND);
});

test('they add up to the company, also when the smaller are cut off, and each row leads to its own', async () => {
  const company = (await pivot({ rows: ['channel'] })).total;
  for (const limit of [1, 2, 500]) {
    const answer = await pivot({ limit });
    expect(answer.total).toEqual(company);
    for (const nth of MEASURES.keys())
      expect(answer.rows.reduce((sum, row) => sum + (row.total[nth] ?? 0), 0)).toBe(company[nth]);
  }
  for (const row of (await pivot({})).rows) {
    expect(row.filter.salesperson).toBe(row.label === 'No salesperson' ? '' : row.label);
    expect((await pivot({ ...row.filter, rows: ['customer'] })).total, row.label).toEqual(row.total);
  }
});
