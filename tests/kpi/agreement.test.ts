/** One fixture calculated by hand: the pure functions and the replica's queries give the same, for every KPI and month. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPANY_KPI_IDS, kpiDefinition } from '#domain/kpi/definitions.ts';
import { type KpiSlice, refusalOf } from '#domain/kpi/slice.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';
import { type KpiValue, type KpiValues, QUERIES, type QueryArgs, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { kpiRows } from '#db/queries/kpi/kpiRows.ts';
import { kpiValues } from '#db/queries/kpi/kpiValues.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { AS_OF, BRK, HAL } from '#tests/fixtures/kpi/distributor.ts';
import { EXPECTED, EXPECTED_COVERAGE, type Expected } from '#tests/fixtures/kpi/expected.ts';
import { SLICES } from './slices.ts';
import { AMSTERDAM_OFFSET, pureFigures } from './pure.ts';
import { randomTables } from './randomTables.ts';
import { day, fixtureInWireForm } from './wireForm.ts';

const MONTHS = [202609, 202610, 202611] as const;
const tables = fixtureInWireForm();
const as_of_ms = Date.parse(AS_OF);
const HALVORSEN = { company_id: HAL, as_of_on: day('2026-11-05'), as_of_ms, offsetMinutes: AMSTERDAM_OFFSET };

const asExpected = ({ numerator, denominator, value, beyond }: KpiFigure): Expected =>
  beyond ? [numerator, denominator, value, 'beyond'] : [numerator, denominator, value];

/** A month's figures beside those on paper: one comparison that names every difference. */
function expectOnPaper(month: (typeof MONTHS)[number], figure: (kpi: string) => KpiFigure): void {
  expect(Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, asExpected(figure(kpi))]))).toEqual(
    Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, EXPECTED[kpi]?.[month]])),
  );
}

/** Order lines as columns, all of them: then no fill rate and no margin above freight is read from the tables. */
function settledColumns(replica: TestReplica): TestColumns {
  const columns = createTestColumns(replica);
  columns.settle();
  return columns;
}

async function valuesFrom(
  replica: TestReplica,
  columns: TestColumns | null,
  args: QueryArgs<'kpiValues'>,
  role = 'controller',
): Promise<KpiValues> {
  if (columns === null) return await kpiValues(replica.context({ as_of_ms, role }), args);
  return await columns.reading(async () => {
    expect(columns.view()).not.toBeNull();
    return await kpiValues(replica.context({ as_of_ms, role, facts: columns.view }), args);
  });
}

test('the paper says something of every KPI', () => {
  expect(Object.keys(EXPECTED).toSorted()).toEqual(COMPANY_KPI_IDS.toSorted());
});

describe('pure functions', () => {
  const question = (month: number) => ({ ...HALVORSEN, tables, month });
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

describe.each(['tables', 'columns'] as const)('replica from %s', (from) => {
  let replica: TestReplica;
  let columns: TestColumns | null = null;
  beforeAll(() => {
    replica = createTestReplica();
    for (const [table, rows] of tables) replica.insert(table, rows);
    if (from === 'columns') columns = settledColumns(replica);
  });
  afterAll(() => replica.close());

  const ask = (changes: Partial<QueryInput<'kpiValues'>> = {}, role = 'controller') =>
    valuesFrom(
      replica,
      columns,
      QUERIES.kpiValues.args.parse({ company_ids: [HAL], from_month: 202611, to_month: 202611, ...changes }),
      role,
    );
  const drill = (
    kpi: string,
    from_month: number,
    to_month: number,
    changes: { limit?: number; offset?: number } & KpiSlice = {},
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
    expect(await labels('ar_open')).toEqual(['I1', 'I2', 'I6', 'I5', 'I4', 'I7', 'I8', 'I11', 'C1']);
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

  test('of a slice: its own rows, the channel’s target, and no figure where the rows lie in no such slice', async () => {
    const of = async (slice: KpiSlice) =>
      (await ask({ from_month: 202610, to_month: 202610, ...slice })).companies[0]?.values;
    // L4 L5 L15 of e-commerce; L9's return and CN1 are inside sales'
    expect(valueOf(await of({ channel_id: 12 }), 'fill_rate_line')).toMatchObject({ numerator: 1, denominator: 3 });
    expect(valueOf(await of({ channel_id: 12 }), 'returns').value).toBe(0);
    expect(valueOf(await of({ channel_id: 11 }), 'gm1_rate').target).toBe(4000);
    expect(valueOf(await of({ channel_id: 12 }), 'fill_rate_line').target).toBe(9500);
    expect(valueOf(await of({ site_id: 21 }), 'fill_rate_line').target).toBeNull();
    expect(valueOf(await of({ category: 'Bearings' }), 'days_on_hand_forward')).toMatchObject({
      numerator: 736_000,
      denominator: 29_677,
      coverage_bp: 10_000,
    });
    expect(valueOf(await of({ channel_id: 11 }), 'ar_open')).toMatchObject({
      value: null,
      months: [],
      visible: true,
      reason: 'Not by channel: counted by customer invoice, on the last day of the period',
    });
    const opened = await drill('fill_rate_line', 202610, 202610, { channel_id: 12 });
    expect(opened.figure).toMatchObject({ numerator: 1, denominator: 3 });
    expect(opened.rows.map((row) => row.label).toSorted()).toEqual(['SO-903 / 4', 'SO-904 / 5', 'SO-909 / 15']);
    expect(await drill('ar_open', 202610, 202610, { channel_id: 12 })).toMatchObject({ rows: [], total_rows: 0 });
  });

  test('stock without a forecast stands among the rows, and is not counted in days', async () => {
    const { rows, figure } = await drill('days_on_hand_forward', 202610, 202610);
    expect(figure.coverage_bp).toBe(8275);
    expect(rows.map(({ label, detail, numerator }) => [label, detail, numerator])).toEqual([
      ['BE-6204', 'Bearing 6204 · Rotterdam DC', 736_000],
      ['FA-0840', 'Hex bolt M8×40 · Rotterdam DC', 588_800],
      ['Antwerp DC', 'Without a forecast', 0],
    ]);
  });

  test('why there is none, in one condition', async () => {
    const september = (await ask({ from_month: 202609, to_month: 202609 })).companies[0]?.values;
    expect(valueOf(september, 'fill_rate_line').reason).toBe('No data: no line due');
    expect(valueOf(september, 'stock_accuracy_value').reason).toBe('No data: book value 0');
    expect(valueOf(september, 'gm1_rate').reason).toBe(
      'No data: a goods line without a cost, or nothing sold, returned or credited',
    );
    expect(valueOf((await ask()).companies[0]?.values, 'wape').reason).toBe('This month is not over');
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

  test('two companies in one currency: flows at the month’s average rate, what is there on a day at the closing rate', async () => {
    const both = { company_ids: [HAL, BRK], from_month: 202610, to_month: 202610, reporting_currency: 'EUR' };
    const without = await ask(both);
    expect(valueOf(without.total, 'gross_sales')).toMatchObject({
      value: null,
      reason: 'An exchange rate is not here',
    });
    expect(without.conversion).toEqual({ rates: [], lacking: ['No EUR rate of Brook for 2026-10'] });
    replica.insert('fx_rate', [
      {
        id: 1,
        company_id: BRK,
        month: 202610,
        currency: 'EUR',
        average_rate_micro: 1_150_500,
        closing_rate_micro: 1_200_000,
        per_units: 1,
      },
    ]);
    try {
      const answer = await ask(both);
      expect(answer.currency).toBe('EUR');
      // Brook's October: £10.00 sold, cost £7.00, freight 20 p
      expect(valueOf(answer.total, 'gross_sales').value).toBe(21_401 + 1151);
      expect(valueOf(answer.total, 'landed_cost').value).toBe(12_170 + 805);
      expect(valueOf(answer.total, 'gm1')).toMatchObject({ value: 6921 + 1151 - 805, coverage_bp: 10_000 });
      expect(valueOf(answer.total, 'gm1_rate')).toMatchObject({ numerator: 7267, denominator: 20_242, value: 3590 });
      // nothing of Brook was late: no closing rate is asked for
      expect(valueOf(answer.total, 'backorder_value')).toMatchObject({ value: 2000, reason: null });
      expect(answer.conversion?.rates.map(({ kind, rate_micro, on }) => [kind, rate_micro, on])).toEqual([
        ['average', 1_150_500, '2026-10-31'],
      ]);
      // counts and times are what they were, and the companies keep their own money
      expect(valueOf(answer.total, 'fill_rate_line')).toMatchObject({ numerator: 4, denominator: 8 });
      expect(valueOf(answer.companies[1]?.values, 'gm3').value).toBe(280);
      const alone = await ask({ company_ids: [HAL], from_month: 202610, to_month: 202610 });
      expect(answer.companies[0]).toEqual(alone.companies[0]);
      expect(alone.conversion).toBeNull();
    } finally {
      replica.writer.exec('DELETE FROM fx_rate');
    }
  });

  test('what is remembered is forgotten when a row changes', async () => {
    const other = createTestReplica();
    try {
      for (const [table, rows] of tables) other.insert(table, rows);
      const args = QUERIES.kpiValues.args.parse({
        company_ids: [HAL],
        from_month: 202610,
        to_month: 202610,
        kpis: ['ar_open'],
      });
      const open = async () =>
        (await kpiValues(other.context({ as_of_ms, role: 'controller', cached: true }), args)).total[0]?.value;
      expect(await open()).toBe(14_825);
      other.writer.exec('UPDATE payment SET amount_minor = 0 WHERE id = 2');
      expect(await open()).toBe(16_825);
    } finally {
      await other.close();
    }
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

test.each([20_261_105, 7, 99])('tables, columns and pure functions agree on random rows of seed %i', async (seed) => {
  const random = randomTables(seed);
  const replica = createTestReplica();
  try {
    for (const [table, rows] of random) replica.insert(table, rows);
    const args = { company_ids: [HAL], from_month: 202611, to_month: 202611 };
    const columns = settledColumns(replica);
    const parsed = QUERIES.kpiValues.args.parse(args);
    const answer = await valuesFrom(replica, null, parsed);
    expect(await valuesFrom(replica, columns, parsed)).toEqual(answer);
    const range = { ...parsed, from_month: 202609 };
    expect(await valuesFrom(replica, columns, range)).toEqual(await valuesFrom(replica, null, range));
    const above = { ...range, kpis: ['net_sales', 'gm1_rate', 'inventory_turns', 'fill_rate_order'] };
    expect(await valuesFrom(replica, columns, above)).toEqual(await valuesFrom(replica, null, above));
    for (const month of MONTHS) {
      const pure = pureFigures({ ...HALVORSEN, tables: random, month });
      const found = Object.fromEntries(
        (answer.companies[0]?.values ?? []).map(({ kpi, months }) => [
          kpi,
          months.find((each) => each.month === month),
        ]),
      );
      expect(found).toEqual(Object.fromEntries(COMPANY_KPI_IDS.map((kpi) => [kpi, { month, ...pure(kpi) }])));
    }
    for (const slice of SLICES) {
      const asked = { ...range, ...slice };
      const values = (await valuesFrom(replica, null, asked)).companies[0]?.values ?? [];
      expect((await valuesFrom(replica, columns, asked)).companies[0]?.values).toEqual(values);
      const pure = pureFigures({ ...HALVORSEN, tables: random, month: 202610, slice });
      for (const { kpi, months, reason } of values) {
        const refusal = refusalOf(kpiDefinition(kpi), slice);
        if (refusal !== null) expect({ reason, months }, kpi).toEqual({ reason: refusal, months: [] });
        else
          expect(
            months.find(({ month }) => month === 202610),
            kpi,
          ).toEqual({ month: 202610, ...pure(kpi) });
      }
    }
    // a closed order owes nothing any more: its lines did not change, what they say did
    replica.writer.exec(
      "UPDATE sales_order SET state = CASE state WHEN 'open' THEN 'done' ELSE 'open' END WHERE id % 3 = 0",
    );
    const after = await valuesFrom(replica, null, parsed);
    expect(await valuesFrom(replica, columns, parsed)).toEqual(after);
    expect(after).not.toEqual(answer);
  } finally {
    await replica.close();
  }
});
