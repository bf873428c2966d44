/** Delays of a company whose causes are known: what is seen of a line, that nothing of the future is, and what is answered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate, workdaysBetween } from '#domain/calendar.ts';
import { logit } from '#domain/risk/logistic.ts';
import { mainReasons } from '#domain/risk/reasonWords.ts';
import { type DelayRisk, QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import {
  COMPANY,
  FIRST_ON,
  GRACE_DAYS,
  HISTORY_LINES,
  type HistoryLine,
  insertHistory,
  LAST_ON,
  SLOW_SUPPLIER,
} from '../testing/delayHistory.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { delayRisk } from './delayRisk.ts';
import { delayRiskModel } from './delayRiskModel.ts';
import { delayRiskWorking } from './delayRiskWorking.ts';
import { looksOf } from './delays.ts';

const NOW_ON = LAST_ON;
/** A look of the past, a whole number of item buckets back. */
const THEN_ON = NOW_ON - 60;

interface Stage {
  readonly replica: TestReplica;
  readonly columns: TestColumns;
  readonly on: number;
}

function stageOf(on: number): Stage {
  const replica = createTestReplica();
  insertHistory(replica, on);
  const columns = createTestColumns(replica);
  columns.settle();
  return { replica, columns, on };
}

const contextOf = ({ replica, columns, on }: Stage, options: ContextOptions = {}) =>
  replica.context({ as_of_ms: on * 86_400_000 + 3_600_000, facts: columns.view, ...options });
const ask = (
  stage: Stage,
  args: Partial<QueryInput<'delayRisk'>> = {},
  options: ContextOptions = {},
): Promise<DelayRisk> =>
  stage.columns.reading(() =>
    delayRisk(contextOf(stage, options), QUERIES.delayRisk.args.parse({ company_id: COMPANY, limit: 500, ...args })),
  );

let now: Stage;
let then: Stage;
let answer: DelayRisk;
beforeAll(async () => {
  now = stageOf(NOW_ON);
  then = stageOf(THEN_ON);
  answer = await ask(now);
});
afterAll(async () => {
  await now.replica.close();
  await then.replica.close();
});

const cutOffOf = (line: HistoryLine): number => line.committed_on + (GRACE_DAYS.get(line.channel_id) ?? 0);
const wholeOn = (line: HistoryLine): number => line.shipments.at(-1)?.on ?? 0;
/** Open and not late as the day begins, reckoned from the history itself. */
const openOn = (on: number) =>
  HISTORY_LINES.filter((line) => line.ordered_on < on && wholeOn(line) >= on && cutOffOf(line) >= on);

test('a look at a day of the past sees what was seen on that day, though much has happened since', async () => {
  const later = await now.columns.reading(() => looksOf(contextOf(now), { company_id: COMPANY, as_of_on: NOW_ON }));
  const at_the_time = await then.columns.reading(() =>
    looksOf(contextOf(then), { company_id: COMPANY, as_of_on: THEN_ON }),
  );
  const seen = new Map(at_the_time.ahead.map((one) => [one.line.line_id, one.seen]));
  const looks = later.past.cases.filter(({ seen_on }) => seen_on === THEN_ON);
  expect(looks.length).toBeGreaterThan(20);
  expect(looks.map(({ line_id }) => line_id).toSorted((a, b) => a - b)).toEqual(openOn(THEN_ON).map(({ id }) => id));
  for (const { line_id, line } of looks) expect(line, `line ${line_id}`).toEqual(seen.get(line_id));
  expect(new Set(looks.map(({ line }) => line.cover))).toEqual(new Set(['stock', 'receipt', 'none']));
  expect(looks.some(({ line }) => line.begun)).toBe(true);
});

test('what is seen of a line, counted by hand', () => {
  expect(answer.rows.map(({ order_line_id }) => order_line_id).toSorted((a, b) => a - b)).toEqual(
    openOn(NOW_ON).map(({ id }) => id),
  );
  for (const row of answer.rows) {
    const line = HISTORY_LINES[row.order_line_id - 1];
    if (!line) throw new Error('no such line');
    const known = HISTORY_LINES.filter((each) => cutOffOf(each) < NOW_ON);
    const rate = (days: number, like: (each: HistoryLine) => boolean) => {
      const some = known.filter((each) => cutOffOf(each) >= NOW_ON - days && like(each));
      return { lines: some.length, late: some.filter((each) => wholeOn(each) > cutOffOf(each)).length };
    };
    const { facts } = row;
    expect(facts.supplier).toEqual(rate(90, (each) => each.supplier_id === line.supplier_id));
    expect(facts.supplier_lately).toEqual(rate(30, (each) => each.supplier_id === line.supplier_id));
    expect(facts.lane).toEqual(rate(90, (each) => each.site_id === line.site_id && each.country === line.country));
    expect(facts.all).toEqual(rate(30, () => true));
    expect(facts.days_left).toBe(workdaysBetween(NOW_ON - 1, cutOffOf(line)));
    expect(facts.put_off).toBe(line.committed_on > line.requested_on);
    expect(facts.order_lines).toBe(HISTORY_LINES.filter(({ order_id }) => order_id === line.order_id).length);
    const left = line.shipments.filter(({ on }) => on >= NOW_ON).reduce((sum, each) => sum + each.qty_milli, 0);
    expect(row.open_qty_milli).toBe(left);
    expect(facts.begun).toBe(left < line.qty_milli);
    expect(row.value_minor).toBe(Math.round((line.net_minor * left) / line.qty_milli));
    expect(row.cut_off_on).toBe(isoDate(cutOffOf(line)));
  }
});

test('lines come by the money at risk, and the totals are theirs', async () => {
  expect(answer.judge).toBe('model');
  const at_risk = answer.rows.map((row) => row.at_risk_minor ?? 0);
  expect(at_risk).toEqual(at_risk.toSorted((a, b) => b - a));
  for (const row of answer.rows) {
    expect(row.at_risk_minor).toBe(Math.round((row.value_minor * (row.probability_bp ?? 0)) / 10_000));
  }
  expect(answer.total_lines).toBe(answer.rows.length);
  expect(answer.total_at_risk_minor).toBe(at_risk.reduce((sum, each) => sum + each, 0));
  expect(answer.total_value_minor).toBe(answer.rows.reduce((sum, row) => sum + row.value_minor, 0));
  const late = HISTORY_LINES.filter(
    (line) => line.ordered_on < NOW_ON && wholeOn(line) >= NOW_ON && cutOffOf(line) < NOW_ON,
  );
  expect(answer.late_already.lines).toBe(late.length);

  const few = await ask(now, { limit: 3 });
  expect(few.rows).toEqual(answer.rows.slice(0, 3));
  expect(few.total_lines).toBe(answer.total_lines);
  const slow = await ask(now, { supplier_id: SLOW_SUPPLIER, order_by: 'probability' });
  expect(new Set(slow.rows.map(({ supplier }) => supplier))).toEqual(new Set(['Supplier 33']));
  const likely = await ask(now, { at_least_bp: 2_000 });
  expect(likely.rows.length).toBe(answer.rows.filter((row) => (row.probability_bp ?? 0) >= 2_000).length);
});

test('the slow supplier is the reason where it delivers', () => {
  const slow = answer.rows.filter(
    ({ supplier, facts }) => supplier === 'Supplier 33' && !facts.begun && facts.days_left > 3,
  );
  expect(slow.length).toBeGreaterThan(3);
  for (const row of slow) expect(mainReasons(row.reasons).map(({ family }) => family)).toContain('supplier');
});

describe('the working of a line', () => {
  const working = (order_line_id: number) =>
    now.columns.reading(() => delayRiskWorking(contextOf(now), { company_id: COMPANY, order_line_id }));

  test('its causes add up to its probability, and the late lines are its supplier’s', async () => {
    const [first] = answer.rows;
    const { row, usual_log_odds, supplier_late, lane_late } = await working(first?.order_line_id ?? 0);
    expect(row).toEqual(first);
    const sum = (row?.reasons ?? []).reduce((total, { log_odds }) => total + log_odds, usual_log_odds ?? 0);
    expect(Math.abs(sum - logit((row?.probability_bp ?? 0) / 10_000))).toBeLessThan(0.01);
    const line = HISTORY_LINES[(first?.order_line_id ?? 0) - 1];
    const late = HISTORY_LINES.filter(
      (each) => each.supplier_id === line?.supplier_id && cutOffOf(each) < NOW_ON && wholeOn(each) > cutOffOf(each),
    );
    expect(supplier_late).toHaveLength(10);
    expect(new Set(supplier_late.map(({ order_line_id }) => order_line_id))).toEqual(
      new Set(
        late
          .toSorted((a, b) => cutOffOf(b) - cutOffOf(a) || b.id - a.id)
          .slice(0, 10)
          .map(({ id }) => id),
      ),
    );
    for (const each of supplier_late) {
      const past = HISTORY_LINES[each.order_line_id - 1];
      const days = past ? wholeOn(past) - cutOffOf(past) : 0;
      expect(each.days_late).toBe(past && wholeOn(past) < NOW_ON ? days : null);
    }
    expect(lane_late.length).toBeGreaterThan(0);
  });

  test('of a line that is not open says so', async () => {
    expect(await working(1)).toMatchObject({ row: null, supplier_late: [], lane_late: [] });
  });
});

test('how good it is: better than every plain rate on lines it had not seen', async () => {
  const { judge, evaluation, families, weights, taught } = await now.columns.reading(() =>
    delayRiskModel(contextOf(now), { company_id: COMPANY }),
  );
  expect(judge).toBe('model');
  const [model, ...others] = evaluation?.contenders ?? [];
  expect(others.map(({ name }) => name)).toEqual(['base_rate', 'site_channel', 'not_covered']);
  for (const other of others) expect(model?.log_loss).toBeLessThan(other.log_loss);
  expect(model?.calibration_error).toBeLessThan(0.06);
  expect((evaluation?.taught.to_date ?? '') < (evaluation?.calibrated.from_date ?? '')).toBe(true);
  expect((evaluation?.calibrated.to_date ?? '') < (evaluation?.tested.from_date ?? '')).toBe(true);
  expect((evaluation?.taught.from_date ?? '') >= isoDate(FIRST_ON + 90)).toBe(true);
  expect(taught?.looks).toBeGreaterThan(evaluation?.taught.looks ?? 0);
  expect(families.slice(0, 4).map(({ family }) => family)).toContain('supplier');
  expect(weights.find(({ factor, choice }) => factor === 'channel' && choice === 'Channel 21')).toBeDefined();
});

describe('honest', () => {
  test('while a table loads: nothing is judged, and it says what is missing', async () => {
    const loading = await ask(now, {}, { loading: ['shipment_line', 'po_line'] });
    expect(loading).toMatchObject({ rows: [], judge: 'nothing', total_at_risk_minor: null });
    expect(loading.missing).toEqual(['Still loading: shipments, purchase order lines']);
  });

  test('with too little history: lines by value, without a probability', async () => {
    const young = stageOf(FIRST_ON + 60);
    try {
      const few = await ask(young);
      expect(few.judge).toBe('nothing');
      expect(few.rows.length).toBe(openOn(FIRST_ON + 60).length);
      for (const row of few.rows) expect(row).toMatchObject({ probability_bp: null, at_risk_minor: null, reasons: [] });
      const values = few.rows.map((row) => row.value_minor);
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      const said = await young.columns.reading(() => delayRiskModel(contextOf(young), { company_id: COMPANY }));
      expect(said).toMatchObject({ judge: 'nothing', evaluation: null });
      expect(said.late_looks).toBeLessThan(said.needed_late);
    } finally {
      await young.replica.close();
    }
  });

  test('a question that was given up ends', async () => {
    let checks = 0;
    const giveUp = () => {
      checks += 1;
      if (checks > 6) throw new Error('cancelled');
    };
    await expect(ask(now, {}, { checkCancelled: giveUp })).rejects.toThrow('cancelled');
  });
});

test('remembered while the tables stand still, made afresh when one moves', async () => {
  const stage = stageOf(FIRST_ON + 60);
  try {
    let checks = 0;
    const options = { cached: true, checkCancelled: () => void (checks += 1) };
    const first = await ask(stage, {}, options);
    expect(checks).toBeGreaterThan(0);
    checks = 0;
    expect(await ask(stage, {}, options)).toEqual(first);
    expect(checks).toBe(0);
    const [row] = first.rows;
    stage.replica.insert('shipment_line', [
      {
        id: 900_001,
        company_id: COMPANY,
        site_id: 11,
        channel_id: 21,
        month: 202410,
        order_line_id: row?.order_line_id ?? 0,
        number: 'NEW',
        shipped_on: FIRST_ON + 60,
        qty_milli: row?.open_qty_milli ?? 0,
      },
    ]);
    const after = await ask(stage, {}, options);
    expect(after.rows.map(({ order_line_id }) => order_line_id)).toEqual(
      first.rows.slice(1).map(({ order_line_id }) => order_line_id),
    );
  } finally {
    await stage.replica.close();
  }
});
