import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  LINE_DIMENSIONS,
  type OrderLineView,
  type PivotColumn,
  type PivotRow,
  QUERIES,
  type QueryInput,
} from '#contract/queries.ts';
import type { TestColumns } from '#db/analysis/testing/columns.ts';
import { fillPivot } from '../fill/fillPivot.ts';
import { fillRate } from '../fill/fillRate.ts';
import { fillRateLines } from '../fill/fillRateLines.ts';
import { marginByChannel } from '../margin/marginByChannel.ts';
import { marginLines } from '../margin/marginLines.ts';
import { AS_OF_MS, COMPANY, INSIDE } from '../testing/golden.ts';
import { tellMonths } from '../testing/monthBuckets.ts';
import { createPivotStage, PIVOT_RANGE, type PivotStage } from '../testing/pivots.ts';
import { type PivotFigure, pivotTree } from './pivotTree.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';

const OTHER_COMPANY = 77;
let stage: PivotStage;
let replica: TestReplica;
let columns: TestColumns;
beforeAll(() => {
  const other = { id: OTHER_COMPANY, code: 'OTH', name: 'Other', currency: 'EUR', nth: 7 };
  stage = createPivotStage(other, () => undefined, {
    both: {},
    margin: ['net_sales', 'lines'],
    fill: ['due_lines', 'incomplete_lines', 'order_fill', 'unit_fill'],
  });
  ({ replica, columns } = stage);
  // some lines lie beside the blocks
  replica.writer.exec(
    'UPDATE order_line SET gross_minor = gross_minor + 3, net_minor = net_minor + 3 WHERE id % 11 = 0',
  );
});
afterAll(() => replica.close());

const range = PIVOT_RANGE;
const context: PivotStage['context'] = (role) => stage.context(role);
const margin: PivotStage['margin'] = (input, role) => stage.margin(input, role);
const fill: PivotStage['fill'] = (input) => stage.fill(input);

/** Net amount and number of the lines a row and a column lead to. */
async function marginBehind(row: PivotRow | null, column: PivotColumn | null): Promise<(number | null)[]> {
  const filter = { company_id: COMPANY, ...range, ...row?.filter, ...column?.filter, limit: 1 };
  const net = await marginLines(context(), QUERIES.marginLines.args.parse({ ...filter, figure: 'net' }));
  const all = await marginLines(context(), QUERIES.marginLines.args.parse({ ...filter, figure: 'all' }));
  return [net.total_minor, all.total_lines - all.total_credits];
}

/** What a line adds to a figure, as a screen adds it up. */
function contribution(line: OrderLineView, figure: string): number {
  if (figure === 'gross' || figure === 'returns') return line.gross_minor;
  if (figure === 'discounts') return line.kind === 'discount' ? line.net_minor : -line.discount_minor;
  return line.net_minor;
}

async function fillBehind(row: PivotRow | null, column: PivotColumn | null): Promise<(number | null)[]> {
  const filter = { company_id: COMPANY, ...range, ...row?.filter, ...column?.filter, limit: 1 };
  const counts = [];
  for (const figure of ['due', 'incomplete'] as const) {
    const lines = await fillRateLines(context(), QUERIES.fillRateLines.args.parse({ ...filter, figure }));
    counts.push(lines.total_lines);
  }
  return counts;
}

describe('margin', () => {
  test.each(LINE_DIMENSIONS)('every row and cell by %s is what its own filter leads to', async (dimension) => {
    for (const period of ['month', 'week'] as const) {
      const answer = await margin({ rows: [dimension], columns: period, limit: 4 });
      expect(answer.columns.length).toBeGreaterThan(period === 'month' ? 4 : 18);
      if (dimension === 'item' || dimension === 'category') expect(answer.rows.length).toBeGreaterThan(2);
      const column_at = answer.columns.length - 2;
      for (const row of answer.rows) {
        expect(row.total, row.key).toEqual(await marginBehind(row, null));
        expect(row.cells[column_at], row.key).toEqual(await marginBehind(row, answer.columns[column_at] ?? null));
        expect(row.cells).toHaveLength(answer.columns.length);
      }
      expect(answer.total).toEqual(await marginBehind(null, null));
      expect(answer.column_totals[0]).toEqual(await marginBehind(null, answer.columns[0] ?? null));
      expect(answer.rows.reduce((sum, row) => sum + (row.total[0] ?? 0), 0)).toBe(answer.total[0]);
    }
  });

  test('a row that is open is followed by its own groups, and they add up to it', async () => {
    const closed = await margin({ rows: ['channel', 'category'] });
    const [first] = closed.rows;
    const answer = await margin({ rows: ['channel', 'category'], expanded: [first?.expands ?? '?'], child_limit: 2 });
    const below = answer.rows.filter((row) => row.level === 1);
    expect(below.map((row) => row.others)).toEqual([0, 0, 1]);
    expect(below.every((row) => row.key.startsWith(`${first?.key}/category:`))).toBe(true);
    expect(answer.rows.filter((row) => row.level === 0)).toEqual(
      closed.rows.map((row) => (row.key === first?.key ? { ...row, expanded: true } : row)),
    );
    for (const row of below) expect(row.total, row.key).toEqual(await marginBehind(row, null));
    expect(below.reduce((sum, row) => sum + (row.total[0] ?? 0), 0)).toBe(first?.total[0]);
    expect(new Set(answer.rows.map((row) => row.key)).size).toBe(answer.rows.length);
  });

  test('"Other N" opens into the groups it hides', async () => {
    const top = await margin({ rows: ['item'], limit: 3 });
    const other = top.rows.at(-1);
    expect(other?.label).toBe(`Other ${top.groups - 3} items`);
    const inside = await margin({ rows: ['item'], limit: 500, ...other?.filter });
    expect(inside.total).toEqual(other?.total);
    expect(inside.groups).toBe(other?.others);
    expect(inside.rows.some((row) => row.key === top.rows[0]?.key)).toBe(false);
  });

  test('sorted by any measure or by name, both ways, without data last', async () => {
    const measures = ['gm1_rate', 'net_sales'] as const;
    const rates = await margin({
      rows: ['item'],
      limit: 60,
      measures: [...measures],
      sort: { measure: 'gm1_rate', descending: false },
    });
    const values = rates.rows.map((row) => row.total[0] ?? Number.POSITIVE_INFINITY);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const names = (await margin({ rows: ['item'], limit: 60, sort: { measure: 'label', descending: false } })).rows;
    expect(names.map((row) => row.label)).toEqual(names.map((row) => row.label).toSorted((a, b) => a.localeCompare(b)));
  });

  test('says the same as the margin by channel', async () => {
    const answer = await margin({
      measures: ['gross_sales', 'discounts', 'returns', 'landed_cost', 'gm1'],
    });
    const args = QUERIES.marginByChannel.args.parse({ ...range, company_id: COMPANY });
    const expected = await marginByChannel(replica.context({ as_of_ms: AS_OF_MS }), args);
    expect(answer.rows.map((row) => [row.label, ...row.total])).toEqual(
      expected.rows.map((row) => [
        row.label,
        row.gross_minor,
        row.discounts_minor,
        row.returns_minor,
        row.cost_minor,
        row.gm1_minor,
      ]),
    );
    expect(answer.cost_statement).toBe(expected.cost_statement);
  });

  test('a figure is one number: pivot, table, and the sum of the lines behind it, from columns and from the tables', async () => {
    const figures = ['gross', 'discounts', 'returns', 'net', 'other'] as const;
    const measures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'other_billed'] as const;
    const engines = [context(), replica.context({ as_of_ms: AS_OF_MS })];
    const filters = [
      {},
      { channel_id: INSIDE },
      { channel_id: 0 },
      { country: 'NL' },
      { country: '' },
      { category: 'Cable' },
      { category: '' },
      { supplier_id: 41 },
      { supplier_id: 0, site_id: 22 },
      { item_id: 1003 },
      { item_id: 0 },
      { party_id: 31 },
      { party_id: 0 },
      { salesperson: 'T. Visser' },
      { salesperson: '' },
      { others: [{ dimension: 'salesperson', keys: ['T. Visser'] }] },
      { site_id: 0 },
      { from_month: 202608, to_month: 202608 },
      { from_on: '2026-07-06', to_on: '2026-08-20' },
      { others: [{ dimension: 'customer', keys: ['31', ''] }] },
      { from_month: 202611, to_month: 202611 },
    ] as const satisfies Partial<QueryInput<'marginPivot'>>[];
    for (const filter of filters) {
      const asked = JSON.stringify(filter);
      const { total } = await margin({ ...filter, measures: [...measures] });
      const question = { ...range, company_id: COMPANY, ...filter };
      for (const engine of engines) {
        const table = await columns.reading(() =>
          marginByChannel(engine, QUERIES.marginByChannel.args.parse(question)),
        );
        expect(
          figures.map((figure) => table.total[`${figure}_minor`]),
          asked,
        ).toEqual(total);
        for (const [at, figure] of figures.entries()) {
          const ask = { ...question, figure, limit: 500 };
          let added_minor = 0;
          let read = 0;
          for (;;) {
            const args = QUERIES.marginLines.args.parse({ ...ask, offset: read });
            const block = await columns.reading(() => marginLines(engine, args));
            expect(block.total_minor, `${figure} ${asked}`).toBe(total[at]);
            for (const line of block.lines) added_minor += contribution(line, figure);
            read += block.lines.length;
            if (block.lines.length < 500) {
              expect(read).toBe(block.total_lines);
              break;
            }
          }
          expect(added_minor, `${figure} ${asked}`).toBe(total[at]);
        }
      }
    }
  });

  test('costs are not for everyone', async () => {
    const answer = await margin(
      { measures: ['net_sales', 'landed_cost', 'gm1', 'gm1_rate', 'cost_coverage'] },
      'sales',
    );
    expect(answer).toMatchObject({ cost_visible: false, cost_statement: 'cost is for Finance' });
    for (const row of answer.rows) expect(row.total.slice(1)).toEqual([null, null, null, null]);
  });

  test('companies of one currency add up, those of two are refused', async () => {
    const one = await margin({});
    const other = await margin({ company_ids: [OTHER_COMPANY] });
    const both = await margin({ company_ids: [COMPANY, OTHER_COMPANY], rows: ['company', 'channel'] });
    expect(both.total[0]).toBe((one.total[0] ?? 0) + (other.total[0] ?? 0));
    expect(both.rows.map((row) => row.label)).toContain('Other');
    replica.writer.exec(`UPDATE company SET currency = 'GBP' WHERE id = ${OTHER_COMPANY}`);
    await expect(margin({ company_ids: [COMPANY, OTHER_COMPANY] })).rejects.toMatchObject({ code: 'bad_arguments' });
    replica.writer.exec(`UPDATE company SET currency = 'EUR' WHERE id = ${OTHER_COMPANY}`);
    await expect(margin({ company_ids: [COMPANY, 4711] })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('an answer too large for a message is refused', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => String(index + 1));
    const one = () => 1;
    const figure: PivotFigure<number> = {
      grouping: () => ({ column: 'item', keys, slots: new Int32Array() }),
      present: () => true,
      values: () => [1, 2],
      rank: one,
      scan: () => ({
        row: one,
        cell: one,
        column: one,
        all: one,
        parts: () => [],
        sides: () => ({ now: 0, before: 0 }),
      }),
    };
    const shape = {
      company_ids: [COMPANY],
      rows: ['item'],
      expanded: [],
      child_limit: 50,
      measures: ['a', 'b'],
      sort: undefined,
      others: undefined,
    } as const;
    const months = Array.from({ length: 300 }, (_, index) => ({ key: String(index), filter: {} }));
    await expect(pivotTree(context(), figure, { ...shape, limit: 500 }, months)).rejects.toMatchObject({
      code: 'too_large',
    });
    expect((await pivotTree(context(), figure, { ...shape, limit: 200 }, months)).rows).toHaveLength(201);
  });
});

describe('fill rate', () => {
  test.each(LINE_DIMENSIONS)('every row and cell by %s is what its own filter leads to', async (dimension) => {
    for (const period of ['month', 'week'] as const) {
      const answer = await fill({ rows: [dimension], columns: period, limit: 3 });
      const column_at = Math.floor(answer.columns.length / 2);
      for (const row of answer.rows) {
        expect(row.total.slice(0, 2), row.key).toEqual(await fillBehind(row, null));
        const behind = await fillBehind(row, answer.columns[column_at] ?? null);
        expect(row.cells[column_at]?.slice(0, 2), row.key).toEqual(behind);
      }
      expect(answer.total.slice(0, 2)).toEqual(await fillBehind(null, null));
    }
  });

  test('says the same as the fill rate by channel, orders counted once in every total', async () => {
    const answer = await fill({ measures: ['unit_fill', 'value_fill', 'line_fill', 'order_fill', 'first_pass_fill'] });
    const args = QUERIES.fillRate.args.parse({ ...range, company_id: COMPANY });
    const expected = await fillRate(replica.context({ as_of_ms: AS_OF_MS }), args);
    const rates = (row: typeof expected.total) =>
      [row.unit, row.value, row.line, row.order, row.first_pass].map((ratio) => ratio.value_bp);
    expect(answer.rows.map((row) => [row.label, ...row.total])).toEqual(
      expected.rows.map((row) => [row.label, ...rates(row)]),
    );
    expect(answer.total).toEqual(rates(expected.total));
    const months = new Map(expected.total.months.map(({ month, order }) => [String(month), order.value_bp]));
    for (const [at, column] of answer.columns.entries()) {
      expect(answer.column_totals[at]?.[3] ?? null, column.key).toBe(months.get(column.key) ?? null);
    }
  });

  test('what a company lacks is said', async () => {
    const answer = await fill({ company_ids: [COMPANY, OTHER_COMPANY] });
    expect(answer.missing).toEqual(['Other: No shipments recorded']);
    expect(answer.total.slice(0, 2)).toEqual(await fillBehind(null, null));
  });
});

test('while shipments load, months that are not whole have no fill rate instead of a wrong one', async () => {
  const all = await fill({});
  expect(all.columns.map((column) => column.key)).toEqual(['202606', '202607', '202608', '202609', '202610']);
  tellMonths(replica, (table, month) => table === 'shipment_line' && month <= 202607);
  try {
    const loading = (input: Partial<QueryInput<'fillPivot'>>) =>
      columns.reading(() =>
        fillPivot(
          replica.context({ as_of_ms: AS_OF_MS, facts: () => columns.view(), loading: ['shipment_line'] }),
          QUERIES.fillPivot.args.parse({
            ...range,
            company_ids: [COMPANY],
            rows: ['channel'],
            measures: ['due_lines', 'unit_fill'],
            ...input,
          }),
        ),
      );
    const part = await loading({});
    // a line due in August may have been ordered in July
    expect(part.columns.map((column) => column.key)).toEqual(['202609', '202610']);
    expect(part.provenance.coverage).toBe('complete since Sep 2026; older months are loading: shipments');
    expect(part.column_totals.map(([due]) => due)).toEqual(all.column_totals.slice(3).map(([due]) => due));
    const none = await loading({ to_month: 202608 });
    expect(none.rows).toEqual([]);
    expect(none.missing).toEqual(['These months are still loading']);
  } finally {
    replica.writer.exec('DELETE FROM bucket');
  }
});
