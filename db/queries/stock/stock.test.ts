import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUERIES, type QueryInput, type StockRow } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY, insertReference } from '../testing/golden.ts';
import { randomBelow } from '../testing/randomOrders.ts';
import { insertStock } from '../testing/stock.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { stockPositions } from './stockPositions.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertStock(replica);
});
afterAll(() => replica.close());

const positions = (changes: Partial<QueryInput<'stockPositions'>> = {}, role = 'planner', cached = false) =>
  stockPositions(
    replica.context({ as_of_ms: AS_OF_MS, role, cached }),
    QUERIES.stockPositions.args.parse({ company_id: COMPANY, ...changes }),
  );

describe('the stock grid', () => {
  test('unfolds category, item and site; children add up to their parent', async () => {
    const answer = await positions({ expanded: ['c:Fasteners', 'c:Fasteners/i:100'] });
    expect(answer.rows.map((row) => [row.key, row.level, row.kind, row.code])).toEqual([
      ['c:Cable', 0, 'group', null],
      ['c:Fasteners', 0, 'group', null],
      ['c:Fasteners/i:101', 1, 'item', 'FA-90'],
      ['c:Fasteners/i:100', 1, 'item', 'FA-0840'],
      ['c:Fasteners/i:100/s:21', 2, 'position', 'RTM'],
      ['c:Fasteners/i:100/s:22', 2, 'position', 'ANR'],
    ]);
    const [, group, washer, bolt, rotterdam, antwerp] = answer.rows;
    expect(group).toMatchObject({
      children: 2,
      expanded: true,
      uom: 'pcs',
      on_hand_qty_milli: 62_803_000,
      min_qty_milli: null,
    });
    expect(bolt).toMatchObject({
      children: 2,
      on_hand_qty_milli: 62_800_000,
      min_qty_milli: 34_000_000,
      status: 'in_policy',
      troubled: 0,
    });
    expect(answer.rows[0]).toMatchObject({ label: 'Cable', status: 'negative', troubled: 1 });
    // 24,600 × 0.118 = 2,902.80; 38,200 × 0.118 = 4,507.60; 3 × 5.005 = 15.015 → 15.02
    expect([rotterdam?.value_minor, antwerp?.value_minor, washer?.value_minor]).toEqual([290_280, 450_760, 1_502]);
    expect([bolt?.value_minor, group?.value_minor]).toEqual([741_040, 742_542]);
    expect(answer).toMatchObject({ total_rows: 6, items: 3, sites: 2, cost_visible: true, currency: 'EUR' });
  });

  test('a position tells what is free, what comes and how long it lasts', async () => {
    const answer = await positions({ group_by: 'none', text: 'fa-0840', site_id: 21 });
    expect(answer.rows).toHaveLength(1);
    // usage of 90 days: 20,000 − 1,000 + 2,000 + 6,400 + 9,000 = 36,400 pcs; 24,600 last 60.8 days
    expect(answer.rows[0]).toMatchObject({
      key: 'i:100/s:21',
      on_hand_qty_milli: 24_600_000,
      free_qty_milli: 2_200_000,
      incoming_qty_milli: 24_000_000,
      next_in_on: '2026-11-19',
      days_on_hand: 60.8,
      // open 14,000 + 2,000 + 6,400 = the 22,400 reserved, all before the 19th; usage takes less: 2,200 are left
      status: 'in_policy',
    });
    const weeks = answer.rows[0]?.weeks_qty_milli ?? [];
    expect(weeks).toHaveLength(20);
    expect(weeks.at(-1)).toBe(36_400_000);
    // 1 July is 127 days back, in the 19th week
    expect(weeks[19 - 18]).toBe(700_000);
  });

  test('mixed units have no sums but their money', async () => {
    const { totals } = await positions();
    expect(totals).toMatchObject({ uom: null, on_hand_qty_milli: null, free_qty_milli: null, weeks_qty_milli: null });
    // 2 m below nothing: −4.00
    expect(totals.value_minor).toBe(742_542 - 400);
    expect(totals.status).toBe('negative');
  });

  test('without the cost area values and days at cost are not shown', async () => {
    const answer = await positions({}, 'warehouse');
    expect(answer.cost_visible).toBe(false);
    expect(answer.totals).toMatchObject({ value_minor: null, days_on_hand: null });
    expect(answer.rows.every((row) => row.value_minor === null)).toBe(true);
  });

  test('text is text: % and _ find themselves only', async () => {
    const codes = async (text: string) => (await positions({ group_by: 'none', text })).rows.map((row) => row.code);
    expect(await codes('%')).toEqual(['FA-90']);
    expect(await codes('0%_a')).toEqual(['FA-90']);
    expect(await codes('fa m8')).toEqual(['FA-0840', 'FA-0840']);
    expect(await codes("' OR 1=1 --")).toEqual([]);
  });

  test('filters, sorts with nothing last, and pages', async () => {
    const list = async (changes: Partial<QueryInput<'stockPositions'>>) =>
      (await positions({ group_by: 'none', ...changes })).rows.map((row) => row.key);
    expect(await list({ status: ['negative'] })).toEqual(['i:102/s:21']);
    expect(await list({ category: 'Cable' })).toEqual(['i:102/s:21']);
    expect(await list({ sort: { column: 'on_hand', descending: true } })).toEqual([
      'i:100/s:22',
      'i:100/s:21',
      'i:101/s:21',
      'i:102/s:21',
    ]);
    expect(await list({ sort: { column: 'next_in' } })).toEqual([
      'i:100/s:21',
      'i:102/s:21',
      'i:101/s:21',
      'i:100/s:22',
    ]);
    expect((await list({ sort: { column: 'next_in', descending: true } }))[0]).toBe('i:100/s:21');
    expect(await list({ sort: { column: 'on_hand' }, offset: 1, limit: 2 })).toEqual(['i:101/s:21', 'i:100/s:21']);
    expect(
      await list({
        sort: [{ column: 'status' }, { column: 'on_hand', descending: true }],
      }),
    ).toEqual(
      await list({ sort: [{ column: 'status' }, { column: 'on_hand', descending: true }, { column: 'name' }] }),
    );
    const grouped = async (group_by: 'supplier' | 'site') =>
      (await positions({ group_by })).rows.map((row) => [row.key, row.label, row.children]);
    expect(await grouped('supplier')).toEqual([
      ['p:0', 'No supplier', 1],
      ['p:41', 'Würth', 2],
    ]);
    expect(await grouped('site')).toEqual([
      ['s:22', 'Antwerp DC', 1],
      ['s:21', 'Rotterdam DC', 3],
    ]);
  });

  test('a remembered model follows the file', async () => {
    expect((await positions({}, 'planner', true)).items).toBe(3);
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 1000 WHERE id = 5');
    expect((await positions({}, 'planner', true)).items).toBe(4);
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 0 WHERE id = 5');
    expect((await positions({}, 'planner', true)).items).toBe(3);
  });
});

test('on random stock every level adds up to the totals', async () => {
  const other = createTestReplica();
  try {
    insertReference(other);
    const below = randomBelow(77);
    const ids = Array.from({ length: 60 }, (_, index) => 500 + index);
    other.insert(
      'item',
      ids.map((id) => ({
        id,
        company_id: COMPANY,
        code: `C${id}`,
        name: `N${id}`,
        category: `K${id % 4}`,
        uom: 'pcs',
        active: 1,
      })),
    );
    other.insert(
      'item_cost',
      ids.map((id) => ({ id, company_id: COMPANY, unit_cost_micro: below(9_000_000) })),
    );
    other.insert(
      'stock_balance',
      ids.flatMap((item_id, index) =>
        [21, 22].map((site_id, at) => ({
          id: index * 2 + at + 1,
          company_id: COMPANY,
          site_id,
          item_id,
          on_hand_qty_milli: below(99_999),
          reserved_qty_milli: below(5_000),
        })),
      ),
    );
    for (const group_by of ['category', 'supplier', 'site', 'none'] as const) {
      const ask = async (expanded: readonly string[]) =>
        stockPositions(
          other.context({ as_of_ms: AS_OF_MS }),
          QUERIES.stockPositions.args.parse({ company_id: COMPANY, group_by, expanded: [...expanded], limit: 500 }),
        );
      const folded = await ask([]);
      const open = await ask(folded.rows.map((row) => row.key));
      for (const level of [0, 1]) {
        const rows = open.rows.filter((row) => row.level === level);
        if (rows.length === 0) continue;
        const sum = (of: (row: StockRow) => number | null) =>
          rows.reduce((total, row) => total + (of(row) ?? Number.NaN), 0);
        expect(sum((row) => row.on_hand_qty_milli)).toBe(open.totals.on_hand_qty_milli);
        expect(sum((row) => row.free_qty_milli)).toBe(open.totals.free_qty_milli);
        expect(sum((row) => row.value_minor)).toBe(open.totals.value_minor);
        expect(sum((row) => row.troubled)).toBe(open.totals.troubled);
      }
    }
  } finally {
    await other.close();
  }
});
