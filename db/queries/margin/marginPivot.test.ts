import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstDayOfMonth } from '#domain/calendar.ts';
import {
  addClaimCost,
  addCredit,
  addLadderLine,
  emptyLadderSums,
  type LadderLine,
  ladderFigures,
} from '#domain/kpi/marginLadder.ts';
import { MARGIN_MEASURES, type PivotValues, QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY, INSIDE } from '../testing/golden.ts';
import { insertRandomOrders } from '../testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { marginPivot } from './marginPivot.ts';

let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 5, lines: 900, items: 20, months: 4, first_month: 202606 });
  // one channel knows every part of the ladder, the rest only some
  replica.writer.exec(`INSERT OR IGNORE INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
    SELECT id, 1, 1, company_id, site_id, channel_id, month, gross_minor / 2 FROM order_line WHERE channel_id = ${INSIDE}`);
  replica.writer.exec(`UPDATE order_line_cost SET
    freight_minor = CASE WHEN channel_id = ${INSIDE} OR id % 2 = 0 THEN id % 90 END,
    rebate_minor = CASE WHEN channel_id = ${INSIDE} OR id % 3 = 0 THEN id % 40 END,
    fee_minor = CASE WHEN channel_id = ${INSIDE} OR id % 5 = 0 THEN id % 20 END`);
  const credit = (id: number, month: number, channel_id: number | null, claim_id: number | null) => ({
    id,
    company_id: COMPANY,
    site_id: 21,
    channel_id,
    month,
    number: `C${id}`,
    issued_on: firstDayOfMonth(month) + 3,
    party_id: 31,
    order_line_id: id,
    item_id: null,
    claim_id,
    amount_minor: 1000 + id,
    reason: 'price',
  });
  replica.insert('credit_note', [
    credit(1, 202607, INSIDE, null),
    credit(2, 202608, INSIDE, 9),
    credit(3, 202608, null, null),
    // no line lies in this month
    credit(4, 202611, INSIDE, null),
  ]);
  replica.insert('claim_cost', [
    {
      id: 1,
      company_id: COMPANY,
      site_id: 21,
      channel_id: INSIDE,
      month: 202607,
      claim_id: 9,
      order_line_id: null,
      item_id: 1003,
      party_id: 31,
      booked_on: firstDayOfMonth(202607),
      amount_minor: 777,
    },
  ]);
  columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
});
afterAll(() => replica.close());

const pivot = (input: Partial<QueryInput<'marginPivot'>>, role = 'controller') =>
  columns.reading(() =>
    marginPivot(
      replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), role }),
      QUERIES.marginPivot.args.parse({
        company_ids: [COMPANY],
        from_month: 202606,
        to_month: 202612,
        rows: ['channel'],
        measures: [...MARGIN_MEASURES],
        ...input,
      }),
    ),
  );

type Row = LadderLine & { readonly month: number; readonly channel_id: number | null };

/** The ladder of the rows themselves, by the domain's rule. */
function ladder(
  keeps: (row: { readonly month: number; readonly channel_id: number | null }) => boolean,
  with_cost = true,
) {
  const sums = emptyLadderSums();
  const lines = replica.writer
    .prepare<unknown[], Row>(
      `SELECT l.kind, l.gross_minor, l.discount_minor, l.net_minor, l.month, l.channel_id, c.cost_minor, c.freight_minor,
         c.rebate_minor, c.fee_minor FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id`,
    )
    .all();
  for (const row of lines.filter(keeps)) addLadderLine(sums, row);
  type Credit = { month: number; channel_id: number | null; claim_id: number | null; amount_minor: number };
  const amounts = (table: string) => replica.writer.prepare<unknown[], Credit>(`SELECT * FROM ${table}`).all();
  for (const row of amounts('credit_note').filter(keeps)) addCredit(sums, row);
  for (const row of amounts('claim_cost').filter(keeps)) addClaimCost(sums, row.amount_minor);
  const figures = ladderFigures(sums, with_cost);
  const own = new Map([
    ['lines', sums.margin.lines],
    ['credits', sums.credits_minor],
  ]);
  return MARGIN_MEASURES.map((measure) => own.get(measure) ?? figures.get(measure)?.value ?? null);
}

function value(values: PivotValues | undefined, measure: (typeof MARGIN_MEASURES)[number]): number | null | undefined {
  return values?.[MARGIN_MEASURES.indexOf(measure)];
}

test('every step of the ladder is the domain’s, in rows, cells and totals, credits and claims included', async () => {
  const answer = await pivot({});
  expect(answer.total).toEqual(ladder(() => true));
  expect(answer.columns.map((column) => column.key)).toEqual(['202606', '202607', '202608', '202609', '202611']);
  for (const [at, column] of answer.columns.entries()) {
    expect(answer.column_totals[at], column.key).toEqual(ladder(({ month }) => String(month) === column.key));
  }
  expect(answer.rows.length).toBeGreaterThan(2);
  for (const row of answer.rows) {
    const own = (line: { channel_id: number | null }) => (line.channel_id ?? 0) === row.filter.channel_id;
    expect(row.total, row.label).toEqual(ladder(own));
    expect(row.cells[1], row.label).toEqual(ladder((line) => own(line) && line.month === 202607));
  }
  const inside = answer.rows.find((row) => row.filter.channel_id === INSIDE);
  expect(value(inside?.total, 'gm3')).not.toBeNull();
  expect(value(inside?.total, 'claims')).toBe(777 + 1002);
  expect(value(answer.total, 'gm2')).toBeNull();
});

test('credits follow the filter, fall into the row of their group, and into "Other" when that is cut off', async () => {
  const all = await pivot({});
  for (const rows of [
    ['site'],
    ['customer'],
    ['category'],
    ['country'],
    ['supplier'],
    ['item'],
    ['company'],
  ] as const) {
    for (const limit of [1, 500]) {
      const answer = await pivot({ rows: [...rows], limit });
      expect(answer.total, `${rows.join()} ${limit}`).toEqual(all.total);
      for (const measure of ['credits', 'claims', 'net_sales'] as const) {
        const added = answer.rows.reduce((sum, row) => sum + (value(row.total, measure) ?? 0), 0);
        expect(added, `${measure} by ${rows.join()}, ${limit} shown`).toBe(value(all.total, measure));
      }
    }
  }
  expect(value((await pivot({ channel_id: 0 })).total, 'credits')).toBe(1003);
  expect(value((await pivot({ item_id: 1003 })).total, 'claims')).toBe(777);
  expect(value((await pivot({ from_on: '2026-08-01', to_on: '2026-08-31' })).total, 'credits')).toBe(1003);
  const weeks = await pivot({ columns: 'week' });
  expect(weeks.column_totals.reduce((sum, values) => sum + (value(values, 'claims') ?? 0), 0)).toBe(777 + 1002);
});

test('without the cost area nothing below net sales is said, claims neither', async () => {
  const answer = await pivot({}, 'sales');
  expect(answer.total).toEqual(ladder(() => true, false));
  for (const measure of ['landed_cost', 'gm1', 'gm2', 'gm3', 'outbound_freight', 'claims'] as const) {
    expect(value(answer.total, measure), measure).toBeNull();
  }
});
