/** The lines behind a margin: every part of every step stands on a line, and the lines add up to the cell to the cent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstDayOfMonth } from '#domain/calendar.ts';
import {
  type MarginLineView,
  type MarginMeasure,
  type MarginPivot,
  type PivotValues,
  QUERIES,
  type QueryInput,
  type RowFilter,
} from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY, INSIDE } from '../testing/golden.ts';
import { insertRandomCredits, insertRandomOrders } from '../testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { marginLines } from './marginLines.ts';
import { marginPivot } from './marginPivot.ts';

let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 8, lines: 1400, items: 25, months: 3, first_month: 202608 });
  insertRandomCredits(replica, { seed: 9, credits: 120, lines: 1400, items: 25, months: 3, first_month: 202608 });
  // one channel knows every part, returns among it that were not restocked; of the rest some parts are unknown
  replica.writer.exec(`INSERT OR IGNORE INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
    SELECT id, 1, 1, company_id, site_id, channel_id, month, gross_minor / 2 FROM order_line
    WHERE channel_id = ${INSIDE} AND (kind = 'goods' OR id % 2 = 0)`);
  replica.writer.exec(`UPDATE order_line_cost SET
    cost_minor = CASE WHEN channel_id = ${INSIDE} OR id % 7 <> 3 THEN cost_minor END,
    freight_minor = CASE WHEN channel_id = ${INSIDE} OR id % 2 = 0 THEN id % 90 END,
    rebate_minor = CASE WHEN channel_id = ${INSIDE} OR id % 3 = 0 THEN id % 40 END,
    fee_minor = CASE WHEN channel_id = ${INSIDE} OR id % 5 = 0 THEN id % 20 END`);
  replica.writer.exec(`DELETE FROM order_line_cost WHERE channel_id = ${INSIDE} AND id IN
    (SELECT id FROM order_line WHERE kind = 'return' AND id % 2 = 1)`);
  replica.insert(
    'claim_cost',
    Array.from({ length: 40 }, (_, index) => ({
      id: index + 1,
      company_id: COMPANY,
      site_id: [21, 22, null][index % 3] ?? null,
      channel_id: index % 4 === 0 ? null : INSIDE,
      month: 202608 + (index % 3),
      claim_id: index + 100,
      order_line_id: index % 2 === 0 ? 1 + index * 7 : null,
      item_id: 1000 + (index % 25),
      party_id: 31 + (index % 3),
      booked_on: firstDayOfMonth(202608 + (index % 3)) + (index % 27),
      amount_minor: 100 + index * 13,
    })),
  );
  columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
});
afterAll(() => replica.close());

const range = { from_month: 202608, to_month: 202610 };
const MEASURES = [
  ...(['net_sales', 'landed_cost', 'gm1', 'outbound_freight', 'gm2', 'rebates', 'channel_fees', 'claims'] as const),
  'gm3',
] as const satisfies readonly MarginMeasure[];
const at = (values: PivotValues, measure: (typeof MEASURES)[number]) => values[MEASURES.indexOf(measure)] ?? null;

const context = (facts: boolean, role = 'controller') =>
  replica.context({ as_of_ms: AS_OF_MS, role, ...(facts ? { facts: () => columns.view() } : {}) });
const pivot = (input: Partial<QueryInput<'marginPivot'>>) =>
  columns.reading(() =>
    marginPivot(
      context(true),
      QUERIES.marginPivot.args.parse({
        company_ids: [COMPANY],
        ...range,
        rows: ['channel'],
        measures: [...MEASURES],
        ...input,
      }),
    ),
  );
type Drill = Partial<QueryInput<'marginLines'>>;
const ask = (input: Drill, facts = true, role = 'controller') =>
  columns.reading(() =>
    marginLines(context(facts, role), QUERIES.marginLines.args.parse({ company_id: COMPANY, ...range, ...input })),
  );

/** All lines, block by block. */
async function everyLine(
  input: Drill,
): Promise<{ readonly lines: readonly MarginLineView[]; readonly total_minor: number | null }> {
  const lines: MarginLineView[] = [];
  for (;;) {
    const block = await ask({ ...input, limit: 333, offset: lines.length });
    lines.push(...block.lines);
    if (lines.length < block.total_lines && block.lines.length > 0) continue;
    expect(lines).toHaveLength(block.total_lines);
    expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length);
    return { lines, total_minor: block.total_minor };
  }
}
const added = (lines: readonly MarginLineView[], amount: (line: MarginLineView) => number | null) =>
  lines.reduce((sum, line) => sum + (amount(line) ?? 0), 0);
const sold = (line: MarginLineView) => line.kind === 'goods' || line.kind === 'return';

async function expectLines(
  values: PivotValues,
  filter: Omit<RowFilter, 'company_id'> & Drill,
  name: string,
): Promise<number> {
  let known = 0;
  for (const step of ['gm1', 'gm2', 'gm3'] as const) {
    const { lines, total_minor } = await everyLine({ ...filter, figure: step });
    expect(total_minor, `${step} of ${name}`).toBe(at(values, step));
    expect(added(lines, (line) => line.net_minor)).toBe(at(values, 'net_sales'));
    const unknown = lines.some((line) => line[`${step}_minor`] === null);
    if (at(values, step) === null) continue;
    known += 1;
    expect(unknown, `every line of ${step} of ${name}`).toBe(false);
    expect(
      added(lines, (line) => line[`${step}_minor`]),
      `${step} of ${name}`,
    ).toBe(at(values, step));
    const parts = [
      ['landed_cost', (line: MarginLineView) => (sold(line) ? line.cost_minor : 0)],
      ['outbound_freight', (line: MarginLineView) => (sold(line) ? line.freight_minor : 0)],
      ['rebates', (line: MarginLineView) => (sold(line) ? line.rebate_minor : 0)],
      ['channel_fees', (line: MarginLineView) => (sold(line) ? line.fee_minor : 0)],
    ] as const;
    for (const [measure, amount] of parts) {
      if (at(values, measure) !== null) expect(added(lines, amount), `${measure} of ${name}`).toBe(at(values, measure));
    }
    if (step === 'gm3') expect(added(lines, (line) => line.claim_minor)).toBe(at(values, 'claims'));
  }
  const claims = await everyLine({ ...filter, figure: 'claims' });
  expect(claims.total_minor, `claims of ${name}`).toBe(at(values, 'claims'));
  expect(added(claims.lines, (line) => line.claim_minor)).toBe(at(values, 'claims'));
  expect(claims.lines.every((line) => line.kind === 'claim' && line.net_minor === 0)).toBe(true);
  return known;
}

describe('lines of a margin', () => {
  test('add up to every cell of channel × month, part by part', async () => {
    const answer = await pivot({});
    let known = 0;
    for (const row of answer.rows) {
      for (const [index, column] of answer.columns.entries()) {
        known += await expectLines(
          row.cells[index] ?? [],
          { ...row.filter, ...column.filter },
          `${row.label} ${column.key}`,
        );
      }
    }
    expect(known, 'cells of which a margin is known').toBeGreaterThan(6);
  });

  test.each(['category', 'customer', 'site', 'country', 'supplier'] as const)(
    'add up below a channel by %s, and in what is cut off',
    async (dimension) => {
      const answer: MarginPivot = await pivot({
        rows: ['channel', dimension],
        expanded: [String(INSIDE)],
        child_limit: 2,
      });
      const below = answer.rows.filter((row) => row.level === 1);
      expect(below.length).toBeGreaterThan(1);
      for (const row of below) await expectLines(row.total, row.filter, row.label);
    },
  );

  test('without columns the tables give the same totals', async () => {
    for (const figure of ['gm1', 'gm2', 'gm3', 'claims'] as const) {
      for (const filter of [{}, { channel_id: INSIDE }, { channel_id: INSIDE, party_id: 31 }, { from_month: 202610 }]) {
        const [columned, tabled] = [await ask({ ...filter, figure }), await ask({ ...filter, figure }, false)];
        expect([tabled.total_minor, tabled.total_lines, tabled.lines]).toEqual([
          columned.total_minor,
          columned.total_lines,
          columned.lines,
        ]);
      }
    }
  });

  test('are sorted by any part, as it counts', async () => {
    for (const column of ['cost', 'freight', 'rebate', 'fee', 'claim', 'gm1', 'gm2', 'gm3'] as const) {
      const { lines } = await everyLine({ channel_id: INSIDE, figure: 'gm3', sort: { column, descending: true } });
      const values = lines.map((line) => (sold(line) || /^gm|claim/.test(column) ? (line[`${column}_minor`] ?? 0) : 0));
      expect(values, column).toEqual(values.toSorted((a, b) => b - a));
    }
  });

  test('are for those who see cost; others get neither the lines of a margin nor an order by it', async () => {
    await expect(ask({ figure: 'gm3' }, true, 'sales')).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(ask({ figure: 'claims' }, true, 'sales')).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(ask({ figure: 'net', sort: { column: 'cost' } }, true, 'sales')).rejects.toMatchObject({
      code: 'not_permitted',
    });
    const { lines } = await ask({ figure: 'net', limit: 500 }, true, 'sales');
    for (const line of lines) {
      if (line.kind === 'credit') continue;
      expect([line.freight_minor, line.rebate_minor, line.fee_minor, line.gm1_minor, line.gm3_minor]).toEqual(
        Array.from({ length: 5 }, () => null),
      );
    }
  });
});
