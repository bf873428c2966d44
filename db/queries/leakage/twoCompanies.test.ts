/** Leakage of two companies of two currencies: each month of each company converted once, and nothing lost on the way. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertMinor } from '#domain/currency/convert.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { COMPANY } from '../testing/golden.ts';
import { createPivotStage, PIVOT_RANGE, type PivotStage } from '../testing/pivots.ts';
import { insertChannelRules, insertRates } from '../testing/rules.ts';
import { marginLeakage } from './marginLeakage.ts';
import { marginLeakageLines } from './marginLeakageLines.ts';

const BRITISH = 77;
const MONTHS = [202606, 202607, 202608, 202609, 202610];
const RATES = new Map(MONTHS.map((month, nth) => [month, 1_150_000 + nth * 7_919]));
const rate = (month: number): number => RATES.get(month) ?? 0;
let stage: PivotStage;
beforeAll(() => {
  const other = { id: BRITISH, code: 'PEN', name: 'Pennine', currency: 'GBP', nth: 3 };
  const none = { both: {}, margin: ['net_sales'], fill: ['due_lines'] } as const;
  stage = createPivotStage(
    other,
    (replica) => {
      insertChannelRules(replica, COMPANY);
      insertChannelRules(replica, BRITISH, { max_discount_bp: 200, freight_charge_minor: 777 });
      insertRates(replica, BRITISH, RATES);
    },
    none,
  );
});
afterAll(() => stage.replica.close());

const leakage = (input: Partial<QueryInput<'marginLeakage'>> = {}) =>
  stage.columns.reading(() =>
    marginLeakage(
      stage.context(),
      QUERIES.marginLeakage.args.parse({
        ...PIVOT_RANGE,
        company_ids: [COMPANY, BRITISH],
        reporting_currency: 'EUR',
        ...input,
      }),
    ),
  );
const inEuro = (amount_minor: number, month: number): number =>
  Number(convertMinor(BigInt(amount_minor), { from: 'GBP', to: 'EUR', rate_micro: rate(month), per_units: 1 }));
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);

test('both are in the list, converted month by month, and the list, its companies and its lines add up to the cent', async () => {
  const both = await leakage();
  const dutch = await leakage({ company_ids: [COMPANY] });
  const pounds = await leakage({ company_ids: [BRITISH], reporting_currency: undefined });
  expect([both.currency, dutch.currency, pounds.currency]).toEqual(['EUR', 'EUR', 'GBP']);
  expect(both.rows.map((row) => row.cause).toSorted()).toEqual(['discount_not_approved', 'freight_not_charged']);

  // the British company’s months in pounds, each converted as a whole
  let british_minor = 0;
  for (const month of MONTHS) {
    const own = { from_month: month, to_month: month, company_ids: [BRITISH] };
    const { total_minor } = await leakage({ ...own, reporting_currency: undefined });
    expect(total_minor).toBeGreaterThan(0);
    const converted = await leakage(own);
    expect(converted.total_minor).toBe(inEuro(total_minor ?? 0, month));
    expect(sum(converted.rows.map((row) => row.leak_minor))).toBe(converted.total_minor);
    british_minor += inEuro(total_minor ?? 0, month);
  }
  expect(both.total_minor).toBe((dutch.total_minor ?? 0) + british_minor);
  expect(sum(both.rows.map((row) => row.leak_minor))).toBe(both.total_minor);
  for (const row of both.rows) {
    expect(row.companies.map(({ company_id }) => company_id).toSorted()).toEqual([COMPANY, BRITISH]);
    expect(sum(row.companies.map(({ leak_minor }) => leak_minor))).toBe(row.leak_minor);
    expect(sum(row.companies.map(({ lines }) => lines))).toBe(row.lines);
    const own = dutch.rows.find(({ cause }) => cause === row.cause);
    expect(row.companies.find(({ company_id }) => company_id === COMPANY)?.leak_minor).toBe(own?.leak_minor);
  }

  // what a company's part opens is its lines, in its own currency
  for (const { company_id, alone } of [
    { company_id: COMPANY, alone: dutch },
    { company_id: BRITISH, alone: pounds },
  ]) {
    for (const { cause, lines, leak_minor } of alone.rows) {
      const args = QUERIES.marginLeakageLines.args.parse({ ...PIVOT_RANGE, company_id, cause, limit: 500 });
      const listed = await stage.columns.reading(() => marginLeakageLines(stage.context(), args));
      expect([listed.total_lines, listed.total_minor, listed.currency]).toEqual([lines, leak_minor, alone.currency]);
      expect(sum(listed.lines.map((line) => line.leak_minor))).toBe(leak_minor);
      const told = both.rows
        .find((row) => row.cause === cause)
        ?.companies.find((each) => each.company_id === company_id);
      expect(told?.lines).toBe(lines);
    }
  }
});

test('the rates are shown: the average of each month, and no other', async () => {
  const { conversion } = await leakage();
  expect(conversion?.lacking).toEqual([]);
  expect(
    conversion?.rates.map(({ company, from, to, month, kind, rate_micro }) => [
      company,
      from,
      to,
      month,
      kind,
      rate_micro,
    ]),
  ).toEqual(MONTHS.map((month) => ['Pennine', 'GBP', 'EUR', month, 'average', rate(month)]));
  expect((await leakage({ company_ids: [COMPANY] })).conversion).toBeNull();
});

test('a rate that is not here makes the money unknown, says which, and leaves the lines counted', async () => {
  const before = await leakage();
  stage.replica.writer.exec('DELETE FROM fx_rate WHERE month = 202608');
  const after = await leakage();
  expect(after.total_minor).toBeNull();
  expect(after.conversion?.lacking).toHaveLength(1);
  const told = ({ cause, lines }: (typeof after.rows)[number]) => `${cause} ${lines}`;
  expect(after.rows.map(told).toSorted()).toEqual(before.rows.map(told).toSorted());
  for (const { companies, leak_minor } of after.rows) {
    expect(leak_minor).toBeNull();
    expect(companies.find(({ company_id }) => company_id === COMPANY)?.leak_minor).toBeGreaterThan(0);
    expect(companies.find(({ company_id }) => company_id === BRITISH)?.leak_minor).toBeNull();
  }
});
