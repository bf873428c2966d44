/** One fixture calculated by hand: the pure functions and the replica's queries give the same, for every KPI and month. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPANY_KPI_IDS, kpiDefinition } from '#domain/kpi/definitions.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';
import { type KpiValue, QUERIES, type QueryInput } from '#contract/queries.ts';
import { kpiRows } from '#db/queries/kpi/kpiRows.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { AS_OF, BRK, HAL } from '#tests/fixtures/kpi/distributor.ts';
import { EXPECTED, EXPECTED_COVERAGE, type Expected } from '#tests/fixtures/kpi/expected.ts';
import { pureFigures } from './pure.ts';
import { day, fixtureInWireForm } from './wireForm.ts';

const MONTHS = [202609, 202610, 202611] as const;
const tables = fixtureInWireForm();
const as_of_ms = Date.parse(AS_OF);

const asExpected = ({ numerator, denominator, value, beyond }: KpiFigure): Expected =>
  beyond ? [numerator, denominator, value, 'beyond'] : [numerator, denominator, value];

/** A month's figures beside those on paper: one comparison that names every difference. */
function expectOnPaper(month: (typeof MONTHS)[number], figure: (kpi: string) => KpiFigure): void {
  expect(Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, asExpected(figure(kpi))]))).toEqual(
    Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, EXPECTED[kpi]?.[month]])),
  );
}

test('the paper says something of every KPI', () => {
  expect(Object.keys(EXPECTED).toSorted()).toEqual(COMPANY_KPI_IDS.toSorted());
});

describe('pure functions', () => {
  const question = (month: number) => ({
    tables,
    company_id: HAL,
    month,
    as_of_on: day('2026-11-05'),
    as_of_ms,
    // Amsterdam: summer time ends on 25 October 2026
    offsetMinutes: (on: number) => (on <= day('2026-10-25') ? 120 : 60),
  });
  test.each(MONTHS)('%i', (month) => expectOnPaper(month, pureFigures(question(month))));
  test('say how much is known', () => {
    const figure = pureFigures(question(202610));
    for (const [kpi, coverage_bp] of Object.entries(EXPECTED_COVERAGE)) {
      expect(figure(kpi), kpi).toMatchObject({ coverage_bp });
    }
    const november = pureFigures(question(202611));
    expect(november('gm1_rate').coverage_bp).toBe(2000);
    expect(november('stock_accuracy_value').coverage_bp).toBe(0);
  });
});

describe('replica', () => {
  let replica: TestReplica;
  beforeAll(() => {
    replica = createTestReplica();
    for (const [table, rows] of tables) replica.insert(table, rows);
  });
  afterAll(() => replica.close());

  const ask = (changes: Partial<QueryInput<'kpiValues'>> = {}, role = 'controller') =>
    kpiValues(
      replica.context({ as_of_ms, role }),
      QUERIES.kpiValues.args.parse({ company_ids: [HAL], from_month: 202611, to_month: 202611, ...changes }),
    );
  const drill = (
    kpi: string,
    from_month: number,
    to_month: number,
    changes: { limit?: number; offset?: number } = {},
  ) =>
    kpiRows(
      replica.context({ as_of_ms, role: 'controller' }),
      QUERIES.kpiRows.args.parse({ company_id: HAL, kpi, from_month, to_month, limit: 500, ...changes }),
    );
  const valueOf = (values: readonly KpiValue[] | undefined, kpi: string): KpiValue => {
    const found = values?.find((value) => value.kpi === kpi);
    if (!found) throw new Error(`no value of ${kpi}`);
    return found;
  };

  test.each(MONTHS)('%i', async (month) => {
    const answer = await ask({ from_month: month, to_month: month });
    expectOnPaper(month, (kpi) => valueOf(answer.companies[0]?.values, kpi));
    for (const kpi of COMPANY_KPI_IDS) {
      expect(valueOf(answer.total, kpi), kpi).toEqual(valueOf(answer.companies[0]?.values, kpi));
    }
  });

  test('the months of the series are those months', async () => {
    const { values } = (await ask()).companies[0] ?? {};
    for (const month of MONTHS) {
      expectOnPaper(month, (kpi) => {
        const found = valueOf(values, kpi).months.find((each) => each.month === month);
        if (!found) throw new Error(`${kpi} has no ${month}`);
        return found;
      });
    }
    expect(valueOf(values, 'gm1').months.map((each) => each.month)[0]).toBe(202511);
    expect(valueOf(values, 'gm1').months).toHaveLength(13);
  });

  test('every figure equals the sum of the rows it opens to', async () => {
    const answer = await ask({ from_month: 202609, to_month: 202611 });
    for (const kpi of COMPANY_KPI_IDS) {
      const value = valueOf(answer.companies[0]?.values, kpi);
      const opened = await drill(kpi, 202609, 202611);
      expect(opened.rows, kpi).toHaveLength(opened.total_rows);
      const { measure, period } = kpiDefinition(kpi);
      if (period === 'snapshot') expect(asExpected(value), kpi).toEqual(EXPECTED[kpi]?.[202611]);
      if (value.numerator === null) {
        expect(opened.figure.value ?? null, kpi).toBeNull();
        continue;
      }
      expect(asExpected(opened.figure), kpi).toEqual(asExpected(value));
      const numerator = opened.rows.reduce((sum, row) => sum + row.numerator, 0);
      const denominator = opened.rows.reduce((sum, row) => sum + row.denominator, 0);
      if (measure === 'sum') expect(numerator, kpi).toBe(value.numerator);
      if (measure === 'ratio' || measure === 'whole')
        expect([numerator, denominator], kpi).toEqual([value.numerator, value.denominator]);
      if (measure === 'median')
        expect([denominator, opened.total_rows], kpi).toEqual([value.numerator, value.denominator]);
    }
  });

  test('rows have names, come worst first and in blocks', async () => {
    const all = await drill('otif_committed', 202610, 202610);
    expect(all.rows[0]).toMatchObject({
      label: 'SO-902 / 3',
      detail: 'Rijnmond Havens · FA-0840 · Hex bolt M8×40',
      order_id: 902,
      numerator: 0,
      denominator: 2,
    });
    const block = await drill('otif_committed', 202610, 202610, { offset: 2, limit: 3 });
    expect(block.rows).toEqual(all.rows.slice(2, 5));
    expect(block).toMatchObject({ total_rows: all.total_rows, figure: all.figure });
    const labels = async (kpi: string) => (await drill(kpi, 202610, 202610)).rows.map((row) => row.label);
    expect(await labels('perfect_orders_committed')).toEqual([
      'SO-901',
      'SO-902',
      'SO-904',
      'SO-909',
      'SO-912',
      'SO-903',
    ]);
    expect(await labels('ar_open')).toEqual(['I2', 'I6', 'I5', 'I4', 'I7', 'I8', 'C1']);
    expect(await labels('claims')).toEqual(['CN2', 'CL-1']);
    expect(await labels('deposits')).toEqual(['P4']);
    expect(await labels('claim_open_age')).toEqual(['CL-2', 'CL-3']);
    expect((await drill('stock_accuracy_locations', 202610, 202610)).rows[0]).toMatchObject({
      label: 'ST1',
      detail: 'A-1',
    });
  });

  test('targets: that of the last month, and where the figure stands', async () => {
    const { values } = (await ask({ from_month: 202610, to_month: 202610 })).companies[0] ?? {};
    expect(valueOf(values, 'fill_rate_line')).toMatchObject({ target: 9500, standing: 'missed' });
    expect(valueOf(values, 'order_cycle_median')).toMatchObject({ target: 5000, standing: 'met' });
    expect(valueOf(values, 'gm1_rate')).toMatchObject({ target: null, standing: null });
    const september = (await ask({ from_month: 202609, to_month: 202609 })).companies[0]?.values;
    expect(valueOf(september, 'fill_rate_line')).toMatchObject({ target: 9500, standing: null });
    expect(valueOf(september, 'order_cycle_median').target).toBeNull();
  });

  test('two companies: Σ / Σ, and no money of two currencies added up', async () => {
    const answer = await ask({ company_ids: [HAL, BRK], from_month: 202610, to_month: 202610 });
    expect(answer.currency).toBeNull();
    const brook = answer.companies[1]?.values;
    expect(valueOf(brook, 'gm3')).toMatchObject({ value: 280 });
    expect(valueOf(brook, 'otif_requested')).toMatchObject({ value: 10_000 });
    expect(valueOf(brook, 'otif_committed')).toMatchObject({ value: 0 });
    expect(valueOf(brook, 'ar_open')).toMatchObject({ value: null, reason: 'No invoices recorded', visible: true });
    expect(valueOf(answer.total, 'fill_rate_line')).toMatchObject({ numerator: 4, denominator: 8, value: 5000 });
    // 1 2 3 4+ 5 6+ 10 23+ and Brook's 2: at 3 there are four of nine, at 5 five
    expect(valueOf(answer.total, 'order_cycle_median')).toMatchObject({ numerator: 6, denominator: 9, value: 5000 });
    expect(valueOf(answer.total, 'gm1')).toMatchObject({ value: null, reason: 'Different currencies: EUR, GBP' });
    expect(valueOf(answer.total, 'supplier_otif')).toMatchObject({
      value: null,
      reason: 'Brook: No purchase orders recorded',
    });
  });

  test('a role without the area gets a word instead of a figure, and rows of nothing', async () => {
    const values = (await ask({ from_month: 202610, to_month: 202610 }, 'sales')).companies[0]?.values;
    for (const kpi of COMPANY_KPI_IDS) {
      const { area, name } = kpiDefinition(kpi);
      const value = valueOf(values, kpi);
      if (area === 'general') expect(asExpected(value), kpi).toEqual(EXPECTED[kpi]?.[202610]);
      else
        expect(value, kpi).toMatchObject({
          visible: false,
          value: null,
          numerator: null,
          months: [],
          reason: `${name} is for Finance`,
        });
    }
    const opened = await kpiRows(
      replica.context({ as_of_ms, role: 'sales' }),
      QUERIES.kpiRows.args.parse({ company_id: HAL, kpi: 'gm1', from_month: 202610, to_month: 202610 }),
    );
    expect(opened).toMatchObject({ rows: [], total_rows: 0, visible: false, reason: 'GM1 is for Finance' });
  });

  test('what is still loading is no figure yet, and a month to come has not begun', async () => {
    const context = replica.context({ as_of_ms, loading: ['shipment_line'] });
    const args = QUERIES.kpiValues.args.parse({ company_ids: [HAL], from_month: 202610, to_month: 202610 });
    const { values } = (await kpiValues(context, args)).companies[0] ?? {};
    expect(valueOf(values, 'fill_rate_line')).toMatchObject({ value: null, reason: 'Shipments are still loading' });
    expect(valueOf(values, 'net_sales').value).toBe(19_091);
    const december = await ask({ from_month: 202612, to_month: 202612 });
    expect(valueOf(december.total, 'net_sales')).toMatchObject({ value: null, reason: 'This month has not begun' });
  });
});
