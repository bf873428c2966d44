import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STOCK_STATUSES, QUERIES, type QueryArgs, type QueryInput } from '#contract/queries.ts';
import { dayNumber } from '#domain/calendar.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { randomBelow } from '../testing/randomOrders.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { stockByObjects } from '../testing/stockByObjects.ts';
import { createCellNumbers } from './cellNumbers.ts';
import { stockGround } from './itemColumns.ts';
import { demandColumns, type OpenColumns } from './openColumns.ts';
import { stableOrder } from './stableOrder.ts';
import { stockModel } from './stockModel.ts';
import { stockPositions } from './stockPositions.ts';

const AS_OF_ON = dayNumber('2026-11-05') ?? 0;

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, AS_OF_ON);
});
afterAll(() => replica.close());

const parse = (args: Partial<QueryInput<'stockPositions'>>): QueryArgs<'stockPositions'> =>
  QUERIES.stockPositions.args.parse({ company_id: COMPANY, ...args });

/** All rows of a question, block by block. */
async function allRows(args: QueryArgs<'stockPositions'>, role: string) {
  const context = replica.context({ as_of_ms: AS_OF_MS, role, cached: true });
  const first = await stockPositions(context, { ...args, limit: 90 });
  const rows = [...first.rows];
  while (rows.length < first.total_rows) {
    const next = await stockPositions(context, { ...args, offset: rows.length, limit: 90 });
    rows.push(...next.rows);
  }
  return { rows, totals: first.totals, items: first.items, sites: first.sites };
}

const modelOf = (cost_visible: boolean) =>
  stockModel(replica.context({ as_of_ms: AS_OF_MS }), {
    company_id: COMPANY,
    currency: 'EUR',
    as_of_on: AS_OF_ON,
    cost_visible,
    item_id: null,
  });

const SORTS = ['name', 'status', 'on_hand', 'reserved', 'free', 'incoming', 'next_in', 'days', 'value'] as const;
const GROUPS = ['category', 'supplier', 'site', 'none'] as const;

describe('columns answer as objects do', () => {
  test('in every order and grouping, unfolded and folded', async () => {
    const below = randomBelow(5);
    const model = await modelOf(true);
    for (const group_by of GROUPS) {
      const folded = stockByObjects(model, parse({ group_by }), true);
      const groups = folded.rows.map((row) => row.key);
      const items = stockByObjects(model, parse({ group_by, expanded: groups }), true).rows.map((row) => row.key);
      for (const column of SORTS) {
        for (const descending of [false, true]) {
          const second = SORTS[below(SORTS.length)] ?? 'name';
          const args = parse({
            group_by,
            expanded: [...groups, ...items].filter(() => below(3) > 0),
            sort: [
              { column, descending },
              { column: second, descending: below(2) === 0 },
            ],
          });
          expect(await allRows(args, 'planner')).toEqual(stockByObjects(model, args, true));
        }
      }
    }
  });

  test('under every filter, with and without sight of costs', async () => {
    const filters: Partial<QueryInput<'stockPositions'>>[] = [
      { text: 'bolt m1' },
      { text: '%' },
      { site_id: 22, category: 'Kind 3' },
      { category: '' },
      { supplier_id: 42 },
      { supplier_id: 41, status: ['short', 'below_min'] },
      ...STOCK_STATUSES.map((status) => ({ status: [status] })),
      { filters: [{ column: 'name', op: 'excludes', value: 'm1' }] },
      { filters: [{ column: 'site', op: 'contains', value: 'dc' }] },
      { filters: [{ column: 'category', op: 'blank', value: true }] },
      { filters: [{ column: 'supplier', op: 'contains', value: 'boss' }] },
      { filters: [{ column: 'uom', op: 'in', value: ['m'] }] },
      { filters: [{ column: 'status', op: 'in', value: ['excess', 'no_policy'] }] },
      { filters: [{ column: 'on_hand', op: 'between', value: { from: -5, to: 9_000_000 } }] },
      { filters: [{ column: 'reserved', op: 'between', value: { from: 1, to: null } }] },
      { filters: [{ column: 'free', op: 'between', value: { from: null, to: 0 } }] },
      { filters: [{ column: 'incoming', op: 'between', value: { from: 1, to: null } }] },
      { filters: [{ column: 'next_in', op: 'between', value: { from: '2026-11-01', to: '2026-12-01' } }] },
      { filters: [{ column: 'next_in', op: 'blank', value: true }] },
      { filters: [{ column: 'days', op: 'between', value: { from: 10, to: 60.5 } }] },
      { filters: [{ column: 'min', op: 'blank', value: false }] },
      { filters: [{ column: 'max', op: 'between', value: { from: 3_000_000, to: null } }] },
      { filters: [{ column: 'value', op: 'between', value: { from: 100, to: 90_000 } }] },
      { filters: [{ column: 'value', op: 'blank', value: true }] },
      {
        filters: [
          { column: 'uom', op: 'in', value: ['pcs'] },
          { column: 'on_hand', op: 'between', value: { from: 0, to: 20_000_000 } },
        ],
      },
    ];
    const [seeing, unseeing] = [await modelOf(true), await modelOf(false)];
    for (const changes of filters) {
      for (const group_by of ['category', 'none'] as const) {
        const args = parse({ group_by, ...changes });
        expect(await allRows(args, 'planner')).toEqual(stockByObjects(seeing, args, true));
        expect(await allRows(args, 'sales')).toEqual(stockByObjects(unseeing, args, false));
      }
    }
  });

  test('with usage from the columns of order lines, changed ones among them', async () => {
    const columns = createTestColumns(replica, { rows: 200, many_lines: 50, many_orders: 20 });
    columns.settle();
    replica.writer.exec('UPDATE order_line SET cancelled_qty_milli = 0 WHERE id % 7 = 0');
    const args = parse({ group_by: 'none' });
    let asked = 0;
    const context = replica.context({
      as_of_ms: AS_OF_MS,
      facts: () => {
        asked += 1;
        return columns.view();
      },
    });
    const answer = await columns.reading(() => stockPositions(context, { ...args, limit: 500 }));
    // once for what is used, once for what is open
    expect(asked).toBe(2);
    expect(columns.view()?.parts.length).toBeGreaterThan(1);
    expect(answer.rows.length).toBeGreaterThan(300);
    expect(answer.rows).toEqual(stockByObjects(await modelOf(true), args, true).rows);
  });
});

test('what open orders take is the same by columns of order lines as by the tables', async () => {
  const other = createTestReplica();
  try {
    insertRandomStock(other, 99, AS_OF_ON);
    const columns = createTestColumns(other, { rows: 200, many_lines: 50, many_orders: 20 });
    columns.settle();
    // lines without a day, one shipped in full, orders closed and opened: some in blocks, some beside them
    other.writer.exec('UPDATE order_line SET committed_on = NULL WHERE id % 11 = 0');
    columns.settle();
    other.writer.exec(`UPDATE order_line SET ordered_qty_milli = ordered_qty_milli + 3000 WHERE id % 13 = 0;
      UPDATE order_line SET item_id = NULL WHERE id % 29 = 0;
      DELETE FROM shipment_line WHERE order_line_id % 5 = 0;
      UPDATE sales_order SET state = CASE state WHEN 'open' THEN 'done' ELSE 'open' END WHERE id % 3 = 0`);
    await columns.reading(async () => {
      const view = columns.view();
      expect(view?.parts.some((part) => part.dead.length > 0)).toBe(true);
      const scope = { company_id: COMPANY, as_of_on: AS_OF_ON };
      const context = other.context({ as_of_ms: AS_OF_MS });
      const ground = await stockGround(context, COMPANY, true);
      const byTables = listed(demandColumns(context, scope, ground));
      expect(byTables.length).toBeGreaterThan(100);
      const byColumns = demandColumns(other.context({ as_of_ms: AS_OF_MS, facts: () => view }), scope, ground);
      expect(listed(byColumns)).toEqual(byTables);
    });
  } finally {
    await other.close();
  }
});

/** One text a line, sorted. */
function listed({ cells, on, qty_milli }: OpenColumns): string[] {
  return Array.from(cells, (cell, row) => `${cell} ${on[row]} ${qty_milli[row]}`).toSorted();
}

describe('what is kept of stock', () => {
  const ask = () =>
    stockPositions(replica.context({ as_of_ms: AS_OF_MS, cached: true, facts: seen }), parse({ group_by: 'none' }));
  let reads = 0;
  const seen = () => {
    reads += 1;
    return null;
  };

  test('stands while other tables change, and falls with its own', async () => {
    const before = await ask();
    expect(reads).toBe(2);
    replica.writer.exec("INSERT INTO item_note SELECT 'n1', 1, 1, 1, 500, 'seen', 'tester', 1, 1");
    replica.writer.exec('UPDATE replica_meta SET as_of_ms = 5');
    expect((await ask()).rows).toEqual(before.rows);
    expect(reads).toBe(2);
    replica.writer.exec('UPDATE policy SET min_qty_milli = min_qty_milli + 1');
    const after = await ask();
    // another minimum, the same usage
    expect(reads).toBe(2);
    expect(after.rows.map((row) => row.min_qty_milli)).toEqual(
      before.rows.map((row) => (row.min_qty_milli === null ? null : row.min_qty_milli + 1)),
    );
    replica.writer.exec('DELETE FROM order_line WHERE id = 1');
    await ask();
    expect(reads).toBe(4);
  });
});

test('rows keep their order where a column does not tell them apart, and none comes last either way', () => {
  const keys = Float64Array.of(2, Number.NaN, -1.5, 2, -0, 0, 2 ** 52, Number.NaN, -(2 ** 52));
  const rows = Int32Array.from(keys, (_, index) => 100 + index);
  expect([...stableOrder(rows, keys, false)]).toEqual([108, 102, 104, 105, 100, 103, 106, 101, 107]);
  expect([...stableOrder(rows, keys, true)]).toEqual([106, 100, 103, 104, 105, 102, 108, 101, 107]);
});

test('cells are numbered as they ascend, however far apart they lie', () => {
  const below = randomBelow(9);
  const numbers = createCellNumbers();
  const cells = [...new Set(Array.from({ length: 3000 }, () => below(50_000) * (below(2) === 0 ? 1 : 5003)))];
  for (const [index, cell] of cells.entries()) numbers.set(cell, index);
  expect(cells.map(numbers.get)).toEqual(cells.map((_, index) => index));
  const moves: number[][] = [];
  expect(numbers.renumber((...move) => moves.push(move))).toBe(cells.length);
  const ascending = cells.toSorted((a, b) => a - b);
  expect(moves).toEqual(ascending.map((cell, place) => [cells.indexOf(cell), place, cell]));
  expect(ascending.map(numbers.get)).toEqual(ascending.map((_, place) => place));
  expect(numbers.get(Math.max(...cells) + 1)).toBe(-1);
});
