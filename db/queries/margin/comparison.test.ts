/** Months beside others and beside the plan: what each is by itself, row by row, and what is missing is said. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertMinor } from '#domain/currency/convert.ts';
import {
  MARGIN_MEASURES,
  type MarginMeasure,
  type PivotRow,
  type PivotValues,
  QUERIES,
  type QueryInput,
} from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { COMPANY, ECOM, INSIDE } from '../testing/golden.ts';
import { insertRandomCredits, insertRandomOrders } from '../testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { marginPivot } from './marginPivot.ts';

const AS_OF_MS = Date.UTC(2026, 10, 5, 12);
const BRITISH = 77;
let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 61, lines: 4200, items: 30, months: 15, first_month: 202509 });
  insertRandomCredits(replica, { seed: 62, credits: 160, lines: 4200, items: 30, months: 15, first_month: 202509 });
  replica.writer.exec(`INSERT OR IGNORE INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
    SELECT id, 1, 1, company_id, site_id, channel_id, month, gross_minor / 2 FROM order_line`);
  replica.writer.exec(
    'UPDATE order_line_cost SET freight_minor = id % 90, rebate_minor = id % 40, fee_minor = id % 20',
  );
  // one customer buys no more, another only began: both are in the change
  replica.writer.exec('UPDATE order_line SET party_id = 31 WHERE party_id = 32 AND month >= 202610');
  replica.writer.exec('UPDATE order_line SET party_id = 31 WHERE party_id = 33 AND month < 202610');
  replica.writer.exec('UPDATE credit_note SET party_id = 31 WHERE party_id IN (32, 33)');
  columns = createTestColumns(replica, { rows: 512, many_lines: 40, many_orders: 15 });
  columns.settle();
});
afterAll(() => replica.close());

type Input = Partial<QueryInput<'marginPivot'>>;
const pivot = (input: Input, role = 'controller', grant: object = {}) =>
  columns.reading(() => {
    const context = replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), role });
    const user = { ...context.user, grants: context.user.grants.map((each) => ({ ...each, ...grant })) };
    return marginPivot(
      { ...context, user },
      QUERIES.marginPivot.args.parse({
        company_ids: [COMPANY],
        from_month: 202511,
        to_month: 202610,
        rows: ['channel'],
        measures: [...MARGIN_MEASURES],
        ...input,
      }),
    );
  });
const october = (kind: 'previous' | 'last_year' | 'plan') =>
  ({ with: kind, from_month: 202610, to_month: 202610 }) as const;
const at = (values: PivotValues | undefined, measure: MarginMeasure) => values?.[MARGIN_MEASURES.indexOf(measure)];
const added = (rows: readonly PivotRow[], measure: MarginMeasure, of: 'before' | 'change') =>
  rows.reduce((sum, row) => sum + (at(row.compared?.[of], measure) ?? 0), 0);
const AMOUNTS = ['gross_sales', 'net_sales', 'landed_cost', 'gm1', 'gm2', 'claims', 'gm3', 'credits', 'lines'] as const;

describe('beside other months', () => {
  test.each([
    ['previous', 202610, 202610, 202609, 202609],
    ['last_year', 202610, 202610, 202510, 202510],
    ['previous', 202605, 202610, 202511, 202604],
    ['last_year', 202511, 202610, 202411, 202510],
  ] as const)('%s of %i–%i is what those months are by themselves', async (kind, from, to, first, last) => {
    const compare = { with: kind, from_month: from, to_month: to };
    const answer = await pivot({ from_month: Math.min(from, 202605), compare });
    expect(answer.comparison).toMatchObject({ with: kind, from_month: first, to_month: last, note: null });
    if (first < 202509) {
      expect(answer.comparison?.reason).toMatch(/^No order lines of .* before Sep 2025 are here$/);
      expect([answer.total_compared, ...answer.rows.map((row) => row.compared)].every((each) => each === null)).toBe(
        true,
      );
      return;
    }
    expect(answer.comparison?.reason).toBeNull();
    const [now, before] = [
      await pivot({ from_month: from, to_month: to }),
      await pivot({ from_month: first, to_month: last }),
    ];
    expect(answer.total_compared?.before).toEqual(before.total);
    for (const measure of AMOUNTS) {
      expect(at(answer.total_compared?.change, measure), measure).toBe(
        (at(now.total, measure) ?? 0) - (at(before.total, measure) ?? 0),
      );
    }
    for (const row of answer.rows) {
      const own = before.rows.find((each) => each.key === row.key);
      if (own) expect(row.compared?.before, row.label).toEqual(own.total);
    }
    // the question itself is answered as without
    const plain = await pivot({ from_month: Math.min(from, 202605) });
    expect(answer.total).toEqual(plain.total);
    expect(answer.columns).toEqual(plain.columns);
    expect(answer.rows.map((row) => [row.key, row.total, row.cells])).toEqual(
      plain.rows.map((row) => [row.key, row.total, row.cells]),
    );
  });

  test('changes of rows, of children and of Other add up to the total, who came and who left included', async () => {
    for (const limit of [2, 200]) {
      const answer = await pivot({
        from_month: 202609,
        rows: ['customer', 'category'],
        expanded: ['31'],
        limit,
        child_limit: limit,
        compare: october('previous'),
      });
      const top = answer.rows.filter((row) => row.level === 0);
      const [parent] = answer.rows.filter((row) => row.expanded);
      const children = answer.rows.filter((row) => row.level === 1);
      for (const measure of AMOUNTS) {
        for (const of of ['before', 'change'] as const) {
          expect(added(top, measure, of), `${measure} ${of}, ${limit}`).toBe(at(answer.total_compared?.[of], measure));
          if (parent) expect(added(children, measure, of)).toBe(at(parent.compared?.[of], measure));
        }
      }
      if (limit === 2) continue;
      const left = top.find((row) => row.filter.party_id === 32);
      expect(at(left?.compared?.change, 'net_sales')).toBe(-(at(left?.compared?.before, 'net_sales') ?? 0));
      expect(at(left?.compared?.before, 'gm3_rate')).not.toBeNull();
      expect(at(left?.compared?.change, 'gm3_rate')).toBeNull();
      const came = top.find((row) => row.filter.party_id === 33);
      expect(at(came?.compared?.before, 'gm3')).toBe(0);
      expect(at(came?.compared?.before, 'gm3_rate')).toBeNull();
    }
  });

  test('a customer of last year alone is a row, although none of these months has a line of it', async () => {
    const answer = await pivot({ from_month: 202610, rows: ['customer'], limit: 500, compare: october('previous') });
    const left = answer.rows.find((row) => row.filter.party_id === 32);
    expect(at(left?.total, 'lines')).toBe(0);
    expect(at(left?.compared?.before, 'lines')).toBeGreaterThan(0);
    const plain = await pivot({ from_month: 202610, rows: ['customer'], limit: 500 });
    expect(plain.rows.some((row) => row.filter.party_id === 32)).toBe(false);
  });

  test('a month that is not over is said to be, and weeks or months outside the question are refused', async () => {
    const running = { with: 'previous', from_month: 202611, to_month: 202611 } as const;
    const answer = await pivot({ to_month: 202611, compare: running });
    expect(answer.comparison?.note).toBe('Nov 2026 is not over: lines up to 5 Nov, compared with whole months');
    const asked = {
      company_ids: [COMPANY],
      from_month: 202601,
      to_month: 202610,
      rows: ['channel'],
      measures: ['gm3'],
    };
    const parses = (input: object) =>
      QUERIES.marginPivot.args.safeParse({ ...asked, compare: october('previous'), ...input }).success;
    expect(parses({})).toBe(true);
    for (const wrong of [{ columns: 'week' }, { from_on: '2026-10-01' }, { to_month: 202609 }]) {
      expect(parses(wrong), JSON.stringify(wrong)).toBe(false);
    }
  });
});

const plan = (id: number, values: object) => ({
  id,
  company_id: COMPANY,
  channel_id: INSIDE,
  month: 202610,
  category: 'Bearings',
  net_minor: 0,
  gm3_minor: 0,
  ...values,
});

describe('beside the plan', () => {
  beforeAll(() => {
    replica.insert('plan_line', [
      plan(1, { net_minor: 500_000, gm3_minor: 100_000 }),
      plan(2, { category: 'Planned only', net_minor: 40_000, gm3_minor: 4_000 }),
      plan(3, { channel_id: ECOM, net_minor: 300_000, gm3_minor: 30_000 }),
      plan(4, { month: 202609, net_minor: 70_000, gm3_minor: 7_000 }),
      plan(5, { month: 202608, channel_id: ECOM, net_minor: 1, gm3_minor: 1 }),
    ]);
  });

  test('worked out by hand: 5,000 and 400 of one channel and 3,000 of another, 13.4 / 84 = 15.95 %', async () => {
    const answer = await pivot({ compare: october('plan') });
    expect(answer.comparison).toMatchObject({ reason: null, without: [], from_month: 202610, to_month: 202610 });
    const { before, change } = answer.total_compared ?? { before: [], change: [] };
    expect([at(before, 'net_sales'), at(before, 'gm3'), at(before, 'gm3_rate')]).toEqual([840_000, 134_000, 1595]);
    // a plan says nothing of the steps between
    expect([at(before, 'gm1'), at(change, 'gm1'), at(before, 'lines')]).toEqual([null, null, null]);
    const now = await pivot({ from_month: 202610 });
    expect(at(change, 'net_sales')).toBe((at(now.total, 'net_sales') ?? 0) - 840_000);
    const inside = answer.rows.find((row) => row.filter.channel_id === INSIDE);
    expect(at(inside?.compared?.before, 'net_sales')).toBe(540_000);
    // no plan is no plan, not a plan of 0
    expect(answer.rows.find((row) => row.filter.channel_id === 0)?.compared).toBeNull();
  });

  test('follows the filter and the tree as far as it goes, and says where it does not', async () => {
    const tree = await pivot({ rows: ['channel', 'category'], expanded: [String(INSIDE)], compare: october('plan') });
    const below = tree.rows.filter((row) => row.level === 1);
    const only = below.find((row) => row.label === 'Planned only');
    expect([at(only?.compared?.before, 'net_sales'), at(only?.compared?.change, 'net_sales')]).toEqual([
      40_000, -40_000,
    ]);
    expect(added(below, 'net_sales', 'before')).toBe(540_000);
    const items = await pivot({ rows: ['channel', 'customer'], expanded: [String(INSIDE)], compare: october('plan') });
    expect(items.rows.filter((row) => row.level === 1).every((row) => row.compared === null)).toBe(true);
    expect(items.comparison?.without).toEqual([
      { dimension: 'customer', reason: 'The plan is by channel, category and month: there is none of customers' },
    ]);
    const narrow = await pivot({ channel_id: ECOM, rows: ['category'], compare: october('plan') });
    expect(at(narrow.total_compared?.before, 'net_sales')).toBe(300_000);
    const reason = async (input: Input) => {
      const answer = await pivot({ compare: october('plan'), ...input });
      expect(answer.total_compared).toBeNull();
      expect(answer.rows.every((row) => row.compared === null)).toBe(true);
      return answer.comparison?.reason;
    };
    expect(await reason({ party_id: 31 })).toMatch(/there is none of customers$/);
    expect(await reason({ others: [{ dimension: 'item', keys: ['1'] }] })).toMatch(/there is none of items$/);
    expect(await reason({ channel_id: 0 })).toBe('No plan of this for Oct 2026');
    const wide = { with: 'plan', from_month: 202607, to_month: 202610 } as const;
    expect(await reason({ compare: wide })).toMatch(/^No plan of .* for Jul 2026$/);
  });

  test('a group that is not planned in every month has no plan; Other is a total of what it holds', async () => {
    const two = { with: 'plan', from_month: 202609, to_month: 202610 } as const;
    const answer = await pivot({ compare: two });
    expect(at(answer.rows.find((row) => row.filter.channel_id === INSIDE)?.compared?.before, 'net_sales')).toBe(
      610_000,
    );
    expect(answer.rows.find((row) => row.filter.channel_id === ECOM)?.compared).toBeNull();
    expect(at(answer.total_compared?.before, 'net_sales')).toBe(910_000);
    // Other is a total of what it holds, planned or not
    const cut = await pivot({ compare: two, rows: ['category'], channel_id: INSIDE, limit: 1 });
    const rest = cut.rows.find((row) => row.others > 0);
    const first = cut.rows.find((row) => row.others === 0);
    expect((at(first?.compared?.before, 'net_sales') ?? 0) + (at(rest?.compared?.before, 'net_sales') ?? 0)).toBe(
      610_000,
    );
    const alone = await pivot({ compare: two, others: [{ dimension: 'channel', keys: [String(INSIDE)] }] });
    expect([alone.total_compared, alone.comparison?.reason]).toEqual([null, 'No plan of this for Sep 2026']);
  });

  test('reaches nobody without the cost area, nor who sees only a part of the company', async () => {
    const sales = await pivot({ compare: october('plan') }, 'sales');
    expect(sales.comparison?.reason).toBe('The plan says what is earned: it is for Finance');
    const site = await pivot({ compare: october('plan') }, 'planner', { site_id: 21 });
    expect(site.comparison?.reason).toMatch(/^The plan is of all of .*, and you see only a part of it$/);
    const before = await pivot({ compare: october('previous') }, 'sales');
    expect(at(before.total_compared?.change, 'net_sales')).not.toBeNull();
    for (const measure of ['landed_cost', 'gm1', 'gm3', 'gm3_rate', 'claims'] as const) {
      expect([at(before.total_compared?.before, measure), at(before.total_compared?.change, measure)]).toEqual([
        null,
        null,
      ]);
    }
  });

  test('of a company in another currency is converted as the amounts beside it, month by month', async () => {
    replica.insert('company', [{ id: BRITISH, code: 'PEN', name: 'Pennine', currency: 'GBP', time_zone: 'UTC' }]);
    replica.insert(
      'fx_rate',
      [202609, 202610].map((month, nth) => ({
        id: nth + 1,
        company_id: BRITISH,
        month,
        currency: 'EUR',
        average_rate_micro: 1_150_000 + nth * 7_919,
        closing_rate_micro: 2_000_000,
        per_units: 1,
      })),
    );
    replica.insert('plan_line', [
      plan(9, { company_id: BRITISH, channel_id: null, category: null, net_minor: 100_001, gm3_minor: 10_003 }),
    ]);
    columns.settle();
    const answer = await pivot({
      company_ids: [COMPANY, BRITISH],
      reporting_currency: 'EUR',
      from_month: 202610,
      rows: ['company'],
      compare: october('plan'),
    });
    const inEuro = (amount: number) =>
      Number(convertMinor(BigInt(amount), { from: 'GBP', to: 'EUR', rate_micro: 1_157_919, per_units: 1 }));
    const british = answer.rows.find((row) => row.filter.company_id === BRITISH);
    expect([at(british?.compared?.before, 'net_sales'), at(british?.compared?.before, 'gm3')]).toEqual([
      inEuro(100_001),
      inEuro(10_003),
    ]);
    expect(at(answer.total_compared?.before, 'net_sales')).toBe(840_000 + inEuro(100_001));
    // its plan is not by channel: then no channel's plan is whole
    const channels = await pivot({
      company_ids: [COMPANY, BRITISH],
      reporting_currency: 'EUR',
      from_month: 202610,
      compare: october('plan'),
    });
    expect(channels.comparison?.without).toEqual([
      { dimension: 'channel', reason: 'A part of the plan is not told apart by channel' },
    ]);
    expect(channels.rows.every((row) => row.compared === null)).toBe(true);
    expect(at(channels.total_compared?.before, 'net_sales')).toBe(840_000 + inEuro(100_001));
  });
});
