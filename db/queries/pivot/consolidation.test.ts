/** Two companies of two currencies in one: what each comes to by itself, converted month by month, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertMinor } from '#domain/currency/convert.ts';
import { LINE_DIMENSIONS } from '#contract/queries.ts';
import { COMPANY } from '../testing/golden.ts';
import { createPivotStage, type PivotStage } from '../testing/pivots.ts';
import { insertRates } from '../testing/rules.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';

const BRITISH = 77;
const MONTHS = [202605, 202606, 202607, 202608, 202609, 202610, 202611];
/** Not two alike, so that a month converted at another's rate shows. */
const AVERAGE = new Map(MONTHS.map((month, nth) => [month, 1_150_000 + nth * 7_919]));
const MEASURES = ['net_sales', 'gross_sales', 'discounts', 'returns', 'credits', 'lines'] as const;
let stage: PivotStage;
let replica: TestReplica;
beforeAll(() => {
  stage = createPivotStage({ id: BRITISH, code: 'PEN', name: 'Pennine', currency: 'GBP', nth: 3 }, makeBritish, {
    both: { company_ids: [COMPANY, BRITISH], reporting_currency: 'EUR' },
    margin: MEASURES,
    fill: ['due_value', 'missing_value', 'due_lines', 'order_fill', 'value_fill'],
  });
  ({ replica } = stage);
});
afterAll(() => replica.close());

function makeBritish(replica: TestReplica): void {
  const { writer } = replica;
  writer.exec(`UPDATE credit_note SET company_id = ${BRITISH} WHERE id % 4 = 0`);
  writer.exec(
    `UPDATE shipment_line SET company_id = ${BRITISH} WHERE order_line_id IN (SELECT id FROM order_line WHERE order_id % 3 = 0)`,
  );
  insertRates(replica, BRITISH, AVERAGE);
}

const margin: PivotStage['margin'] = (input) => stage.margin(input);
const fill: PivotStage['fill'] = (input) => stage.fill(input);
const inEuro = (amount_minor: number, month: number): number =>
  Number(
    convertMinor(BigInt(amount_minor), { from: 'GBP', to: 'EUR', rate_micro: AVERAGE.get(month) ?? 0, per_units: 1 }),
  );
const sum = (values: readonly (number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** The British company in euros from its own answer in pounds: each amount of each month at the month's rate. */
async function british(measure: (typeof MEASURES)[number]): Promise<number> {
  const own = await margin({ company_ids: [BRITISH], reporting_currency: undefined });
  expect(own.currency).toBe('GBP');
  const at = MEASURES.indexOf(measure);
  return sum(
    own.columns.map((column, nth) => inEuro(own.column_totals[nth]?.[at] ?? 0, column.filter.from_month ?? 0)),
  );
}

describe('margin of companies of two currencies', () => {
  test('is the sum of the converted companies, measure by measure', async () => {
    const dutch = await margin({ company_ids: [COMPANY], reporting_currency: undefined });
    const both = await margin({ rows: ['company'] });
    expect(both.currency).toBe('EUR');
    for (const measure of ['gross_sales', 'discounts', 'credits'] as const) {
      const at = MEASURES.indexOf(measure);
      const value = await british(measure);
      expect(value).not.toBe(0);
      expect(both.rows.map((row) => row.total[at]).toSorted(), measure).toEqual([dutch.total[at], value].toSorted());
      expect(both.total[at], measure).toBe((dutch.total[at] ?? 0) + value);
    }
    // counts are of no currency
    const lines = await margin({ company_ids: [BRITISH], reporting_currency: undefined, measures: ['lines'] });
    expect(both.total[MEASURES.indexOf('lines')]).toBe((dutch.total[5] ?? 0) + (lines.total[0] ?? 0));
    expect(both.conversion?.rates).toEqual(
      [202606, 202607, 202608, 202609, 202610].map((month, nth) => ({
        company_id: BRITISH,
        company: 'Pennine',
        from: 'GBP',
        to: 'EUR',
        rate_micro: AVERAGE.get(month),
        per_units: 1,
        month,
        kind: 'average',
        on: ['2026-06-30', '2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31'][nth],
      })),
    );
    expect(both.conversion?.lacking).toEqual([]);
  });

  test.each(LINE_DIMENSIONS)(
    'by %s rows, months and steps add up to the cent, to the same total as by company',
    async (dimension) => {
      const expected = (await margin({ rows: ['company'] })).total;
      for (const period of ['month', 'week', 'none'] as const) {
        const answer = await margin({ rows: [dimension], columns: period, limit: 5 });
        expect(answer.total, period).toEqual(expected);
        for (const [at] of MEASURES.entries()) {
          expect(sum(answer.rows.map((row) => row.total[at]))).toBe(expected[at]);
          if (period === 'none') continue;
          expect(sum(answer.column_totals.map((values) => values[at]))).toBe(expected[at]);
          for (const row of answer.rows) expect(sum(row.cells.map((cell) => cell[at])), row.key).toBe(row.total[at]);
          for (const [nth, values] of answer.column_totals.entries()) {
            expect(sum(answer.rows.map((row) => row.cells[nth]?.[at]))).toBe(values[at]);
          }
        }
        for (const row of answer.rows) {
          const [net = 0, gross = 0, discounts = 0, returns = 0] = row.total.map((value) => value ?? 0);
          expect(net).toBe(gross + discounts + returns);
        }
        const ranks = answer.rows.filter((row) => row.others === 0).map((row) => row.total[0] ?? 0);
        expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
      }
    },
  );

  test('what an open row unfolds into adds up to it, cell by cell', async () => {
    for (const period of ['month', 'week'] as const) {
      const answer = await margin({
        rows: ['country', 'category'],
        expanded: ['', 'Belgium', 'NL', 'BE'],
        columns: period,
        child_limit: 2,
      });
      const opened = answer.rows.filter((row) => row.expanded);
      expect(opened.length).toBeGreaterThan(0);
      for (const row of opened) {
        const below = answer.rows.filter((each) => each.level === 1 && each.key.startsWith(`${row.key}/`));
        for (const [at] of MEASURES.entries()) {
          expect(sum(below.map((each) => each.total[at])), row.key).toBe(row.total[at]);
          for (const [nth, cell] of row.cells.entries()) {
            expect(sum(below.map((each) => each.cells[nth]?.[at]))).toBe(cell[at]);
          }
        }
      }
    }
  });

  test('a row is within a minor unit a month of what its own filter leads to', async () => {
    const answer = await margin({ rows: ['category'] });
    for (const row of answer.rows) {
      const { company_id: _, ...filter } = row.filter;
      const alone = await margin({ ...filter, rows: ['company'] });
      for (const [at] of MEASURES.entries()) {
        const off = Math.abs((alone.total[at] ?? 0) - (row.total[at] ?? 0));
        expect(off, row.key).toBeLessThanOrEqual(at === 0 ? 3 * 5 : 5);
      }
    }
  });

  test('channels of two companies say whose they are', async () => {
    const answer = await margin({});
    expect(answer.rows.map((row) => row.label)).toContain('Inside sales · HAL');
  });

  test('without a rate money is not known and says which rate is not here; counts are', async () => {
    replica.writer.exec('DELETE FROM fx_rate WHERE month = 202608');
    try {
      const answer = await margin({ rows: ['company'] });
      const at = answer.columns.findIndex((column) => column.key === '202608');
      const pennine = answer.rows.find((row) => row.label === 'Pennine');
      expect(pennine?.cells[at]?.slice(0, 5)).toEqual([null, null, null, null, null]);
      expect(pennine?.cells[at]?.[5]).toBeGreaterThan(0);
      expect(pennine?.total[0]).toBeNull();
      expect(answer.total[0]).toBeNull();
      expect(answer.column_totals[at]?.[0]).toBeNull();
      expect(answer.column_totals[at + 1]?.[0]).not.toBeNull();
      expect(answer.conversion?.lacking).toEqual(['No EUR rate of Pennine for 2026-08']);
      const missing = await fill({ rows: ['company'] });
      expect(missing.total).toEqual([null, null, expect.any(Number), expect.any(Number), null]);
    } finally {
      replica.insert('fx_rate', [
        {
          id: 4,
          company_id: BRITISH,
          month: 202608,
          currency: 'EUR',
          average_rate_micro: AVERAGE.get(202608) ?? 0,
          closing_rate_micro: 2_000_000,
          per_units: 1,
        },
      ]);
    }
  });
});

describe('fill rate of companies of two currencies', () => {
  test('value is converted by month, quantities and orders are not touched', async () => {
    const dutch = await fill({ company_ids: [COMPANY], reporting_currency: undefined });
    const pounds = await fill({ company_ids: [BRITISH], reporting_currency: undefined });
    const both = await fill({ rows: ['company'] });
    const missing = (at: number) =>
      sum(
        pounds.columns.map((column, nth) =>
          inEuro(pounds.column_totals[nth]?.[at] ?? 0, column.filter.from_month ?? 0),
        ),
      );
    expect(missing(1)).toBeGreaterThan(0);
    expect(both.total[1]).toBe((dutch.total[1] ?? 0) + missing(1));
    expect(both.total[2]).toBe((dutch.total[2] ?? 0) + (pounds.total[2] ?? 0));
    const channels = await fill({});
    expect(channels.total).toEqual(both.total);
    for (const at of [0, 1, 2]) {
      expect(sum(channels.rows.map((row) => row.total[at]))).toBe(both.total[at]);
      for (const row of channels.rows) expect(sum(row.cells.map((cell) => cell[at]))).toBe(row.total[at]);
    }
    // an order of one company is one, whatever it is told apart by
    expect((await fill({ rows: ['item'], columns: 'week', limit: 3 })).total[3]).toBe(both.total[3]);
  });

  test('one company in its own currency is what it was', async () => {
    const plain = await fill({ company_ids: [COMPANY], reporting_currency: undefined });
    expect(await fill({ company_ids: [COMPANY] })).toEqual({ ...plain, provenance: expect.anything() });
    expect(plain.conversion).toBeNull();
  });
});
