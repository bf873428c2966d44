/** Random orders: the matrix adds up, from columns as from tables, and tells nobody more than they may see. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { COMPANY, INSIDE } from '../testing/golden.ts';
import { insertRandomOrders } from '../testing/randomOrders.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { itemClasses } from './itemClasses.ts';

let replica: TestReplica;
let columns: TestColumns;
const AS_OF_MS = ((dayNumber('2026-11-05') ?? 0) + 0.5) * 86_400_000;

beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 11, lines: 3000, items: 60, months: 14, first_month: 202509 });
  const items = Array.from({ length: 60 }, (_, at) => 1000 + at);
  replica.insert(
    'item_cost',
    items.map((id) => ({ id, company_id: COMPANY, unit_cost_micro: 2_000_000 })),
  );
  // one that nobody ordered, one that came last month, one without anything
  replica.insert(
    'item',
    [901, 902, 903].map((id) => ({
      id,
      company_id: COMPANY,
      code: `N-${id}`,
      name: `Part ${id}`,
      uom: 'pcs',
      active: 1,
      introduced_on: dayNumber(id === 902 ? '2026-10-02' : '2020-01-01'),
    })),
  );
  replica.insert(
    'stock_balance',
    [...items, 901, 902].map((item_id) => ({
      id: item_id,
      company_id: COMPANY,
      site_id: 21,
      item_id,
      on_hand_qty_milli: 5000,
    })),
  );
  replica.insert(
    'policy',
    items.slice(0, 20).map((item_id) => ({
      id: item_id,
      company_id: COMPANY,
      site_id: 21,
      item_id,
      kind: item_id % 2 === 0 ? 'service' : 'min_max',
      target_bp: item_id % 2 === 0 ? 9_600 + (item_id % 4) * 100 : null,
    })),
  );
  columns = createTestColumns(replica);
  columns.settle();
});
afterAll(() => replica.close());

const ask = (args: Partial<QueryInput<'itemClasses'>> = {}, options: ContextOptions = {}) =>
  itemClasses(
    replica.context({ as_of_ms: AS_OF_MS, role: 'planner', ...options }),
    QUERIES.itemClasses.args.parse({ company_id: COMPANY, limit: 500, ...args }),
  );

test('every item with demand or stock stands in one place, and the places add up to all', async () => {
  const answer = await ask();
  const { rows, cells, all } = answer;
  expect(answer).toMatchObject({ from_month: 202511, to_month: 202610, total_rows: all.items });
  for (const figure of ['items', 'value_minor', 'stock_value_minor', 'policies', 'with_target'] as const) {
    expect(
      cells.reduce((sum, each) => sum + (each[figure] ?? 0), 0),
      figure,
    ).toBe(all[figure]);
  }
  for (const { cell, items, value_minor } of cells) {
    const own = rows.filter((row) => row.cell === cell);
    expect(own).toHaveLength(items);
    expect(own.reduce((sum, row) => sum + row.value_minor, 0)).toBe(value_minor);
    expect((await ask({ cell })).total_rows).toBe(items);
  }
  const cellOf = (item_id: number) => rows.find((row) => row.item_id === item_id)?.cell;
  expect([cellOf(901), cellOf(902), cellOf(903)]).toEqual(['obsolete', 'new', undefined]);
  expect(all).toMatchObject({ policies: 20, with_target: 10 });
  expect(all.target_bp).toBe(9_700);
  expect(all.service_bp).toBeGreaterThan(0);
  expect(rows.map((row) => row.value_minor)).toEqual(rows.map((row) => row.value_minor).toSorted((a, b) => b - a));
});

test('from the columns it is what it is from the tables, of a site, a channel and a category too', async () => {
  for (const scope of [{}, { site_id: 21 }, { channel_id: INSIDE }, { category: 'Bearings' }]) {
    const { provenance: _tables, ...tables } = await ask(scope);
    const { provenance: _columns, ...found } = await columns.reading(() => ask(scope, { facts: columns.view }));
    expect(found).toEqual(tables);
    expect(found.total_rows).toBeGreaterThan(10);
  }
});

test('filters and orders go by the columns shown; who sees no cost is told no stock value and no turns', async () => {
  const { rows } = await ask({ sort: [{ column: 'variation', descending: false }] });
  const known = rows.flatMap((row) => (row.variation_milli === null ? [] : [row.variation_milli]));
  expect(known).toEqual(known.toSorted((a, b) => a - b));
  const filters = [{ column: 'class' as const, op: 'in' as const, value: ['new', 'obsolete'] }];
  expect((await ask({ filters })).rows.map((row) => row.item_id).toSorted()).toEqual([901, 902]);
  const sales = await ask({}, { role: 'sales' });
  expect(sales.cost_visible).toBe(false);
  for (const each of [...sales.rows, ...sales.cells, sales.all]) {
    expect(each).toMatchObject({ stock_value_minor: null, turns_milli: null });
  }
  expect(sales.all.value_minor).toBe((await ask()).all.value_minor);
});

test('while rows of the year load nothing is classed', async () => {
  expect(await ask({}, { loading: ['order_line'] })).toMatchObject({
    waiting: true,
    rows: [],
    cells: [],
    total_rows: 0,
    all: { items: 0, value_minor: 0, share_bp: null, service_bp: null, policies: 0 },
  });
});
