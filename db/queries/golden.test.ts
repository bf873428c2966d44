import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillRateOf } from '#domain/kpi/fillRate.ts';
import { marginOf } from '#domain/kpi/margin.ts';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { fillRate } from './fill/fillRate.ts';
import { fillRateLines } from './fill/fillRateLines.ts';
import { marginByChannel } from './margin/marginByChannel.ts';
import { marginLines } from './margin/marginLines.ts';
import { AS_OF_MS, COMPANY, day, ECOM, GOLDEN, GOLDEN_LINES, INSIDE, insertGolden } from './testing/golden.ts';
import { createTestReplica, type TestReplica } from './testing/replicaFixture.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertGolden(replica);
});
afterAll(() => replica.close());

const range = { company_id: COMPANY, from_month: 202601, to_month: 202612 };
const margin = (changes: Partial<QueryInput<'marginByChannel'>> = {}, role = 'controller') =>
  marginByChannel(
    replica.context({ as_of_ms: AS_OF_MS, role }),
    QUERIES.marginByChannel.args.parse({ ...range, ...changes }),
  );
const fill = (changes: Partial<QueryInput<'fillRate'>> = {}) =>
  fillRate(replica.context({ as_of_ms: AS_OF_MS }), QUERIES.fillRate.args.parse({ ...range, ...changes }));

describe('golden fixture: margin', () => {
  test('the pure function gives the figures worked out by hand', () => {
    expect(marginOf(GOLDEN_LINES)).toEqual(GOLDEN.margin);
  });

  test('the query gives the same, in total, by group and by month', async () => {
    const answer = await margin();
    expect(answer.total).toMatchObject(GOLDEN.margin);
    expect(answer.months).toEqual([202609, 202610]);
    expect(answer.cost_statement).toBe('complete');
    for (const [key, channel_id] of [
      [String(INSIDE), INSIDE],
      [String(ECOM), ECOM],
      ['', null],
    ] as const) {
      const lines = GOLDEN_LINES.filter((line) => line.channel_id === channel_id);
      const row = answer.rows.find((each) => each.key === key);
      expect(row, key).toMatchObject(marginOf(lines));
      for (const month of row?.months ?? []) {
        expect(month).toEqual({
          month: month.month,
          ...marginOf(lines.filter((line) => line.month === month.month)),
        });
      }
    }
  });

  test('an unmapped channel is a row of its own, and net sales of 0 have no rate', async () => {
    const row = (await margin()).rows.find((each) => each.key === '');
    expect(row).toMatchObject({ label: 'Unmapped', channel_kind: 'unmapped', net_minor: 0, other_minor: 55 });
    expect(row).toMatchObject({ cost_minor: null, gm1_minor: null, gm1_bp: null, cost_coverage_bp: null });
  });

  test('without the cost area nothing of cost is said', async () => {
    const answer = await margin({}, 'sales');
    expect(answer).toMatchObject({ cost_visible: false, cost_statement: 'cost is for Finance' });
    expect(answer.total).toMatchObject({
      net_minor: GOLDEN.margin.net_minor,
      cost_minor: null,
      gm1_minor: null,
      gm1_bp: null,
    });
  });
});

describe('golden fixture: credit notes', () => {
  let credited: TestReplica;
  beforeAll(() => {
    credited = createTestReplica();
    insertGolden(credited);
    const credit = { company_id: COMPANY, site_id: 21, party_id: 31, reason: 'price' };
    credited.insert('credit_note', [
      // a price difference of 1.20 on line 1, given in November
      {
        id: 1,
        ...credit,
        channel_id: INSIDE,
        month: 202611,
        number: 'CN 1',
        issued_on: day('2026-11-03'),
        order_line_id: 1,
        item_id: 100,
        amount_minor: 120,
      },
      // a bonus of 30.00 about no line, of no known channel
      { id: 2, ...credit, month: 202610, number: 'CN 2', issued_on: day('2026-10-30'), amount_minor: 3_000 },
      // belongs to a claim: counts there, once
      {
        id: 3,
        ...credit,
        channel_id: INSIDE,
        month: 202610,
        number: 'CN 3',
        issued_on: day('2026-10-30'),
        claim_id: 5,
        amount_minor: 777,
      },
    ]);
  });
  afterAll(() => credited.close());
  const context = () => credited.context({ as_of_ms: AS_OF_MS });

  test('lower returns and credits, net sales and GM1 in their own month and channel, once', async () => {
    const answer = await marginByChannel(context(), QUERIES.marginByChannel.args.parse(range));
    expect(answer.months).toEqual([202609, 202610, 202611]);
    expect(answer.total).toMatchObject({
      ...GOLDEN.margin,
      // −1250 − 120 − 3000
      returns_minor: -4_370,
      // 17591 − 3120
      net_minor: 14_471,
      // 14471 − 11320
      gm1_minor: 3_151,
      // 3151 / 14471 = 21.7746 %
      gm1_bp: 2177,
    });
    const november = answer.rows.find((row) => row.key === String(INSIDE))?.months.at(-1);
    expect(november).toMatchObject({ month: 202611, lines: 0, returns_minor: -120, net_minor: -120, gross_minor: 0 });
    const unmapped = answer.rows.find((row) => row.key === '');
    expect(unmapped).toMatchObject({ returns_minor: -3_000, net_minor: -3_000, other_minor: 55 });
  });

  test('stand among the lines behind the figure', async () => {
    const args = QUERIES.marginLines.args.parse({ ...range, figure: 'returns', sort: { column: 'net' } });
    const answer = await marginLines(context(), args);
    expect(answer).toMatchObject({ total_lines: 4, total_credits: 2, total_minor: -4_370 });
    expect(answer.lines.map((line) => [line.order_number, line.kind, line.net_minor])).toEqual([
      ['CN 2', 'credit', -3_000],
      ['SO 906', 'return', -900],
      ['SO 907', 'return', -250],
      ['CN 1', 'credit', -120],
    ]);
    expect(answer.lines[0]).toMatchObject({ order_id: 0, channel: null, channel_kind: 'unmapped', item_code: null });
    expect(answer.lines[3]).toMatchObject({
      order_id: 901,
      ordered_on: '2026-11-03',
      item_code: 'FA-0840',
      party: 'Rijnmond Havens',
      channel: 'Inside sales',
      country: 'NL',
    });
  });
});

describe('golden fixture: fill rate', () => {
  const facts = (month: number) =>
    GOLDEN_LINES.filter((line) => line.committed_on !== null && monthOf(line.committed_on) === month);
  const monthOf = (on: number) => (on < day('2026-11-01') ? 202610 : 202611);

  test('the pure function gives the figures worked out by hand', () => {
    const as_of_on = day('2026-11-05');
    expect(fillRateOf(facts(202610), as_of_on, 'EUR')).toEqual(GOLDEN.october);
    expect(fillRateOf(facts(202611), as_of_on, 'EUR')).toEqual(GOLDEN.november);
    // nothing due at all: no data, neither 0 % nor 100 %
    expect(fillRateOf([], as_of_on, 'EUR').unit).toEqual({ numerator: 0, denominator: 0, value_bp: null });
  });

  test('the query gives the same, and the date in the company’s time zone', async () => {
    const answer = await fill();
    expect(answer.missing).toEqual([]);
    expect(answer.as_of_date).toBe('2026-11-05');
    expect(answer.total.months).toEqual([
      { month: 202610, ...GOLDEN.october },
      { month: 202611, ...GOLDEN.november },
    ]);
    expect((await fill({ to_month: 202610 })).total).toMatchObject(GOLDEN.october);
    const ecom = answer.rows.find((row) => row.key === String(ECOM));
    expect(ecom).toMatchObject(
      fillRateOf(
        GOLDEN_LINES.filter((line) => line.channel_id === ECOM),
        day('2026-11-05'),
        'EUR',
      ),
    );
  });

  test('drills to the very lines', async () => {
    const lines = async (figure: 'due' | 'complete' | 'incomplete') => {
      const answer = await fillRateLines(
        replica.context({ as_of_ms: AS_OF_MS }),
        QUERIES.fillRateLines.args.parse({
          ...range,
          to_month: 202610,
          figure,
          sort: { column: 'missing', descending: true },
        }),
      );
      expect(answer.lines).toHaveLength(answer.total_lines);
      return answer.lines;
    };
    expect((await lines('due')).map((line) => line.order_line_id).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 15,
    ]);
    expect((await lines('complete')).map((line) => line.order_line_id).toSorted((a, b) => a - b)).toEqual([1, 2, 4]);
    expect(await lines('incomplete')).toMatchObject([
      { order_line_id: 3, missing_qty_milli: 20_000, shipped_by_cut_off_qty_milli: 30_000, cut_off_on: '2026-10-22' },
      {
        order_line_id: 5,
        missing_qty_milli: 8_000,
        shipped_by_cut_off_qty_milli: 0,
        first_pass: false,
        net_minor: 0,
        due_value_minor: 800,
      },
      { order_line_id: 15, missing_qty_milli: 3_000, net_minor: 630, due_value_minor: 900 },
    ]);
  });
});
