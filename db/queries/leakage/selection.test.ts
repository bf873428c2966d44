/** Leakage of a selection: what the same filter of the margin keeps, and no cause told apart by what it is not of. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LINE_DIMENSIONS, type LineDimension, QUERIES, type QueryInput } from '#contract/queries.ts';
import { rowFilter } from '../pivot/pivotTree.ts';
import { COMPANY, ECOM, INSIDE } from '../testing/golden.ts';
import { insertRandomOrders } from '../testing/randomOrders.ts';
import { insertChannelRules } from '../testing/rules.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { marginLeakage } from './marginLeakage.ts';
import { marginLeakageLines } from './marginLeakageLines.ts';

const AS_OF_MS = Date.UTC(2026, 10, 5, 12);
const range = { from_month: 202608, to_month: 202611 };
let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 71, lines: 900, items: 20, months: 4, first_month: 202608 });
  insertChannelRules(replica, COMPANY);
  replica.insert('supplier_item', [{ id: 1, company_id: COMPANY, supplier_id: 41, item_id: 1002, preferred: 1 }]);
  replica.insert('supplier_item_price', [
    { id: 1, company_id: COMPANY, supplier_item_id: 1, unit_price_micro: 1_000_000, valid_from: 20_000 },
    { id: 2, company_id: COMPANY, supplier_item_id: 1, unit_price_micro: 9_000_000, valid_from: 20_740 },
  ]);
  // its sales price stood still
  replica.writer.exec(`UPDATE order_line SET gross_minor = (ordered_qty_milli - cancelled_qty_milli) / 10,
    net_minor = (ordered_qty_milli - cancelled_qty_milli) / 10 - discount_minor WHERE item_id = 1002 AND kind = 'goods'`);
});
afterAll(() => replica.close());

const context = (role = 'controller') => replica.context({ as_of_ms: AS_OF_MS, role, user_name: 'ingrid' });
const leakage = (input: Partial<QueryInput<'marginLeakage'>> = {}, role?: string) =>
  marginLeakage(context(role), QUERIES.marginLeakage.args.parse({ company_ids: [COMPANY], ...range, ...input }));
const lines = (input: Partial<QueryInput<'marginLeakageLines'>> = {}) =>
  marginLeakageLines(
    context(),
    QUERIES.marginLeakageLines.args.parse({ company_id: COMPANY, ...range, limit: 500, ...input }),
  );
const keysOf = (dimension: LineDimension): string[] =>
  replica.writer
    .prepare<[], string>(
      `SELECT DISTINCT coalesce(${
        {
          category: 'i.category',
          supplier: 'i.supplier_id',
          customer: 'l.party_id',
          item: 'l.item_id',
          salesperson: 'p.salesperson',
        }[dimension as string] ?? (dimension === 'country' ? 'l.country' : `l.${dimension}_id`)
      }, '') FROM order_line l LEFT JOIN item i ON i.id = l.item_id
       LEFT JOIN party p ON p.id = l.party_id`,
    )
    .pluck()
    .all()
    .map(String);

test('groups of any dimension add up to the whole, cause by cause, or the cause is left out with its reason', async () => {
  const whole = await leakage();
  expect(whole.rows.map((row) => row.cause).toSorted()).toEqual([
    'cost_rise',
    'discount_not_approved',
    'freight_not_charged',
  ]);
  expect(whole.left_out).toEqual([]);
  for (const dimension of LINE_DIMENSIONS) {
    if (dimension === 'company') continue;
    const keys = keysOf(dimension);
    expect(keys.length, dimension).toBeGreaterThan(1);
    const sums = new Map<string, number>();
    const left = new Set<string>();
    for (const key of keys) {
      const { rows, left_out, total_minor } = await leakage(rowFilter(dimension, key));
      for (const { cause, reason } of left_out) {
        left.add(cause);
        expect(reason).toMatch(/ it is not told apart by \w+$/);
      }
      for (const row of rows) sums.set(row.cause, (sums.get(row.cause) ?? 0) + (row.leak_minor ?? 0));
      expect(rows.reduce((sum, row) => sum + (row.leak_minor ?? 0), 0)).toBe(total_minor);
    }
    const of_items = ['category', 'supplier', 'item'].includes(dimension);
    expect([...left], dimension).toEqual([of_items ? 'freight_not_charged' : 'cost_rise']);
    for (const row of whole.rows) {
      expect(sums.get(row.cause), `${row.cause} by ${dimension}`).toBe(
        left.has(row.cause) ? undefined : row.leak_minor,
      );
    }
  }
});

test('Other is all but those named; a month and days are those of the orders', async () => {
  const whole = await leakage();
  const others = await leakage({ others: [{ dimension: 'channel', keys: [String(INSIDE)] }] });
  const inside = await leakage({ channel_id: INSIDE });
  const rise = whole.rows.find((row) => row.cause === 'cost_rise')?.leak_minor ?? 0;
  expect(rise).toBeGreaterThan(0);
  expect((others.total_minor ?? 0) + (inside.total_minor ?? 0)).toBe((whole.total_minor ?? 0) - rise);
  const month = await leakage({ from_month: 202609, to_month: 202609 });
  const days = await leakage({ from_on: '2026-09-01', to_on: '2026-09-30' });
  expect(days.rows).toEqual(month.rows);
});

test('lines of one cause and of all are those of the list', async () => {
  for (const filter of [{}, { channel_id: ECOM }, { category: 'Bearings' }]) {
    const list = await leakage(filter);
    const all = await lines(filter);
    expect([all.total_minor, all.total_lines]).toEqual([
      list.total_minor,
      list.rows.reduce((sum, row) => sum + row.lines, 0),
    ]);
    for (const row of list.rows) {
      const own = await lines({ ...filter, cause: row.cause });
      expect([own.total_lines, own.total_minor]).toEqual([row.lines, row.leak_minor]);
      expect(own.lines.every((line) => line.cause === row.cause)).toBe(true);
    }
  }
  // an order's freight is of no item, although the order has some
  const { lines: freight } = await lines({ cause: 'freight_not_charged' });
  expect(new Set(freight.map((line) => [line.item_id, line.item, line.qty_milli].join()))).toEqual(new Set([',,']));
});

test('each cause names whom its exceptions were given to; a rise its supplier’s', async () => {
  const mark = (id: string, exception_key: string, assigned_to: string) => ({
    id,
    company_id: COMPANY,
    exception_key,
    kind: 'assigned',
    assigned_to,
    author: 'x',
  });
  replica.insert('exception_mark', [
    mark('a', `discount_not_approved:${INSIDE}`, 'tess'),
    mark('b', `discount_not_approved:${ECOM}`, 'ana'),
  ]);
  replica.insert('exception_mark_cost', [mark('c', 'cost_rise:41', 'bob')]);
  const given = async (filter: object, role?: string) =>
    Object.fromEntries((await leakage(filter, role)).rows.map((row) => [row.cause, row.given_to]));
  expect(await given({})).toEqual({
    discount_not_approved: ['ana', 'tess'],
    freight_not_charged: [],
    cost_rise: ['bob'],
  });
  expect(await given({ channel_id: INSIDE })).toEqual({ discount_not_approved: ['tess'], freight_not_charged: [] });
  expect(await given({}, 'sales')).toEqual({ discount_not_approved: ['ana', 'tess'], freight_not_charged: [] });
});
