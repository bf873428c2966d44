/**
 * What comes from another system may be wrong in any figure: of each position there is a proposal or a reason, each of
 * which has words of its own (renderer/screens/stock/proposalWords.ts), and nothing of the others is lost.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { servePosition, type WaitingLine } from '../allocation/servePosition.ts';
import { chooseForecast } from '../forecast/backtest.ts';
import { forecastDemand } from '../forecast/forecast.ts';
import { abcClasses, xyzClass } from './abcXyz.ts';
import { CLASS_MONTHS, classItems } from './classMatrix.ts';
import { MOST_QTY_MILLI, roundUpToSupplierMilli } from './orderQuantity.ts';
import { promiseByWeek } from './promiseByWeek.ts';
import { demandFromWeeks } from './replenishment/demand.ts';
import { demandAhead } from './replenishment/demandAhead.ts';
import { LONGEST_DAYS, measuredLeadTime } from './replenishment/leadTime.ts';
import type { ReplenishmentPolicy } from './replenishment/policy.ts';
import { type ProposalOrRefusal, proposeOrder, type ReplenishmentQuestion } from './replenishment/proposal.ts';
import { POSITION, TODAY } from './replenishment/testing/position.ts';
import { planTransfers } from './replenishment/transfers.ts';
import { STALE_DAYS } from './staleDocuments.ts';

const RUNS = { seed: 20_261_126, numRuns: 1_000 };

const good: ReplenishmentQuestion = {
  ...POSITION,
  demand: [{ on: TODAY + 3, qty_milli: 10_000 }],
  receipts: [{ on: TODAY + 5, qty_milli: 5_000 }],
  lead_time_deviation_days: 2,
  supplier: { supplier_id: 9, minimum_qty_milli: 1_000, multiple_qty_milli: 500 },
  shelf_life_days: 90,
  most_days: 60,
};
const lots: ReplenishmentPolicy = { kind: 'lots', reorder_qty_milli: 40_000, lot_qty_milli: 12_000 };
const service: ReplenishmentPolicy = {
  kind: 'service',
  measure: 'fill',
  target_bp: 9_500,
  review_days: 7,
  order_qty_milli: null,
};
const supplier = { supplier_id: 9, minimum_qty_milli: 0, multiple_qty_milli: 0 };

/** Nothing in an answer is NaN or infinite. */
function isFiniteThroughout(answer: unknown): boolean {
  if (typeof answer === 'number') return Number.isFinite(answer);
  if (ArrayBuffer.isView(answer)) return [...(answer as Float64Array)].every((each) => Number.isFinite(each));
  if (answer === null || typeof answer !== 'object') return true;
  return Object.values(answer).every(isFiniteThroughout);
}

/** A proposal that can be bought, or a reason. */
function expectAnswered(asked: ReplenishmentQuestion): ProposalOrRefusal {
  const answer = proposeOrder(asked);
  expect(isFiniteThroughout(answer)).toBe(true);
  if ('refusal' in answer) {
    expect(answer.refusal.reason).toMatch(/^[a-z_]+$/);
    return answer;
  }
  const { qty_milli, receive_on, order_by_on, warnings } = answer.proposal;
  expect(Number.isSafeInteger(qty_milli) && qty_milli >= 0).toBe(true);
  for (const day of [receive_on, order_by_on ?? receive_on]) expect(isDay(day)).toBe(true);
  for (const each of warnings) {
    if (each.warning === 'short_before_receipt') expect(isDay(each.on)).toBe(true);
  }
  return answer;
}

/** One that can be written down: of four digits of a year. */
const isDay = (day: number): boolean => Number.isSafeInteger(day) && day > 0 && day < 2_932_897;

const FAULTY = [
  ['a lead time below zero', { lead_time_days: -3 }, 'lead_time_negative'],
  ['a lead time of eleven years', { lead_time_days: 4_000 }, 'lead_time_too_long'],
  ['a lead time that is no number', { lead_time_days: Number.NaN }, 'not_a_number'],
  ['a lead time without end', { lead_time_days: Number.POSITIVE_INFINITY }, 'not_a_number'],
  ['a deviation of the lead time below zero', { lead_time_deviation_days: -1 }, 'lead_time_negative'],
  ['demand below zero', { daily_demand_qty_milli: -1 }, 'demand_negative'],
  ['demand that is no number', { daily_demand_qty_milli: Number.NaN }, 'not_a_number'],
  ['demand beyond all goods', { daily_demand_qty_milli: 1e300 }, 'too_large'],
  ['a deviation without end', { daily_deviation_qty_milli: Number.POSITIVE_INFINITY }, 'not_a_number'],
  ['a minimum below zero', { policy: { kind: 'min_max', min_qty_milli: -1, max_qty_milli: 5 } }, 'minimum_negative'],
  [
    'a maximum below the minimum',
    { policy: { kind: 'min_max', min_qty_milli: 5, max_qty_milli: 4 } },
    'maximum_below_minimum',
  ],
  [
    'a maximum beyond exact numbers',
    { policy: { kind: 'min_max', min_qty_milli: 5, max_qty_milli: 2 ** 60 } },
    'too_large',
  ],
  ['half a thousandth', { policy: { kind: 'min_max', min_qty_milli: 0.5, max_qty_milli: 4 } }, 'not_whole'],
  ['a pack of nothing', { policy: { ...lots, lot_qty_milli: 0 } }, 'lot_not_positive'],
  ['a pack below zero', { policy: { ...lots, lot_qty_milli: -12 } }, 'lot_not_positive'],
  ['a pack that is no number', { policy: { ...lots, lot_qty_milli: Number.NaN } }, 'not_a_number'],
  ['a service target of nothing', { policy: { ...service, target_bp: 0 } }, 'target_out_of_range'],
  ['a service target of all', { policy: { ...service, target_bp: 10_000 } }, 'target_out_of_range'],
  ['a review below zero', { policy: { ...service, review_days: -1 }, supplier }, 'review_negative'],
  ['a review every eleven years', { policy: { ...service, review_days: 4_000 } }, 'review_too_long'],
  ['an order of nothing', { policy: { ...service, order_qty_milli: 0 } }, 'lot_not_positive'],
  ['no policy', { policy: null }, 'no_policy'],
  ['no supplier', { supplier: null }, 'no_supplier'],
  ['no longer sold', { item_active: false }, 'item_inactive'],
  ['a supplier’s minimum below zero', { supplier: { ...supplier, minimum_qty_milli: -1 } }, 'minimum_negative'],
  ['a supplier’s multiple below zero', { supplier: { ...supplier, multiple_qty_milli: -1 } }, 'multiple_negative'],
  [
    'a supplier’s multiple that is no number',
    { supplier: { ...supplier, multiple_qty_milli: Number.NaN } },
    'not_a_number',
  ],
  ['a supplier’s minimum beyond exact numbers', { supplier: { ...supplier, minimum_qty_milli: 2 ** 60 } }, 'too_large'],
  ['a supplier’s half thousandths', { supplier: { ...supplier, multiple_qty_milli: 0.5 } }, 'not_whole'],
  ['goods that keep no day', { shelf_life_days: 0 }, 'days_not_positive'],
  ['goods that keep less than none', { shelf_life_days: -5 }, 'days_not_positive'],
  ['most days without end', { most_days: Number.POSITIVE_INFINITY }, 'days_not_positive'],
  ['stock that is no number', { on_hand_qty_milli: Number.NaN }, 'not_a_number'],
  ['a barcode typed as the supplier’s step', { supplier: { ...supplier, multiple_qty_milli: 2 ** 60 } }, 'too_large'],
  ['a barcode counted as stock', { on_hand_qty_milli: 4_006_381_333_931_000 }, 'too_large'],
  ['an open order below zero', { demand: [{ on: TODAY, qty_milli: -5 }] }, 'negative'],
  ['an open order of no number', { demand: [{ on: TODAY, qty_milli: Number.NaN }] }, 'not_a_number'],
  ['an open order on no day', { demand: [{ on: Number.NaN, qty_milli: 5 }] }, 'not_a_number'],
  ['a purchase beyond exact numbers', { receipts: [{ on: TODAY, qty_milli: 2 ** 60 }] }, 'too_large'],
  ['a purchase below zero', { receipts: [{ on: TODAY, qty_milli: -5 }] }, 'negative'],
  ['half a thousandth bought', { receipts: [{ on: TODAY, qty_milli: 0.5 }] }, 'not_whole'],
] as const satisfies readonly (readonly [string, Partial<ReplenishmentQuestion>, string])[];

describe('a proposal', () => {
  test.each(FAULTY)('%s is said', (_what, changes, said) => {
    const answer = expectAnswered({ ...good, ...changes });
    if (!('refusal' in answer)) throw new Error('nothing was said');
    expect(Object.values(answer.refusal)).toContain(said);
  });

  test('no documents and no demand are none', () => {
    const empty = { daily_demand_qty_milli: 0, daily_deviation_qty_milli: 0, demand: [], receipts: [] };
    expect(expectAnswered({ ...good, ...empty, on_hand_qty_milli: 50_000 })).toMatchObject({
      proposal: { qty_milli: 0, order_by_on: null, without: { runs_out_on: null } },
    });
  });

  test('documents more than two years ago or ahead are left out and said', () => {
    const far = [
      { on: TODAY - STALE_DAYS - 1, qty_milli: 900_000 },
      { on: TODAY + STALE_DAYS + 1, qty_milli: 900_000 },
    ];
    const plain = expectAnswered({ ...good, demand: [], receipts: [] });
    const answer = expectAnswered({ ...good, demand: [far[1] ?? far[0]], receipts: far } as ReplenishmentQuestion);
    if (!('proposal' in answer && 'proposal' in plain)) throw new Error('refused');
    expect(answer.proposal.qty_milli).toBe(plain.proposal.qty_milli);
    const told = answer.proposal.warnings.filter((each) => each.warning.endsWith('_documents'));
    expect(told).toEqual([
      { warning: 'stale_documents', orders: 0, receipts: 1 },
      { warning: 'far_documents', orders: 1, receipts: 1 },
    ]);
  });

  test('what lasts longer than anybody lives is not ordered before', () => {
    const answer = expectAnswered({ ...good, on_hand_qty_milli: MOST_QTY_MILLI, daily_demand_qty_milli: 1 / 300 });
    expect(answer).toMatchObject({ proposal: { qty_milli: 0, order_by_on: TODAY + 36_500 } });
  });

  const figure = fc.oneof(
    fc.constantFrom(0, -1, 0.5, 1e-300, 2 ** 31, 2 ** 53, 2 ** 60, 1e300, -1e300),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.integer({ min: -1_000, max: 500_000 }),
    fc.integer({ min: 0, max: MOST_QTY_MILLI }),
  );
  const day = fc.oneof(
    fc.integer({ min: TODAY - 4_000, max: TODAY + 4_000 }),
    fc.constantFrom(Number.NaN, -(2 ** 31), 2 ** 31 - 2),
  );
  const documents = fc.array(fc.record({ on: day, qty_milli: figure }), { maxLength: 3 });
  const policy: fc.Arbitrary<ReplenishmentPolicy | null> = fc.oneof(
    fc.constant(null),
    fc.record({ kind: fc.constant('min_max' as const), min_qty_milli: figure, max_qty_milli: figure }),
    fc.record({ kind: fc.constant('lots' as const), reorder_qty_milli: figure, lot_qty_milli: figure }),
    fc.record({
      kind: fc.constant('service' as const),
      measure: fc.constantFrom('cycle' as const, 'fill' as const),
      target_bp: figure,
      review_days: figure,
      order_qty_milli: fc.option(figure),
    }),
  );
  const sold = fc.option(
    fc.record({ supplier_id: fc.constant(9), minimum_qty_milli: figure, multiple_qty_milli: figure }),
  );
  const change: fc.Arbitrary<Partial<ReplenishmentQuestion>> = fc.oneof(
    fc.record({ on_hand_qty_milli: figure }),
    fc.record({ demand: documents, receipts: documents }),
    fc.record({ daily_demand_qty_milli: figure }),
    fc.record({ daily_deviation_qty_milli: figure }),
    fc.record({ lead_time_days: figure }),
    fc.record({ lead_time_deviation_days: figure }),
    fc.record({ policy }),
    fc.record({ policy: fc.constantFrom(lots, service) }),
    fc.record({ supplier: sold }),
    fc.record({ shelf_life_days: fc.option(figure), most_days: fc.option(figure) }),
  );
  /** A sound position with a few of its figures replaced: with all of them wrong only the first would ever be looked at. */
  const asked = fc
    .array(change, { maxLength: 2 })
    .map((changes) => changes.reduce<ReplenishmentQuestion>((all, each) => ({ ...all, ...each }), good));

  test('whatever is wrong with a position: a proposal that can be bought, or why there is none', () => {
    let [proposed, refused] = [0, 0];
    fc.assert(
      fc.property(asked, (question) => {
        const answer = expectAnswered(question);
        if ('refusal' in answer) {
          refused += 1;
          return;
        }
        proposed += 1;
        const { qty_milli, receive_on } = answer.proposal;
        const receipts = [...question.receipts, { on: receive_on, qty_milli }];
        const again = proposeOrder({ ...question, receipts });
        // an order of more than anybody orders is not taken a second time either: it is said
        if (qty_milli <= MOST_QTY_MILLI / 2) expect(again).toMatchObject({ proposal: { qty_milli: 0 } });
        else expect(isFiniteThroughout(again)).toBe(true);
      }),
      RUNS,
    );
    expect(Math.min(proposed, refused)).toBeGreaterThan(200);
  });

  test('rounding up to what is sold is exact as far as numbers are', () => {
    const some = fc.integer({ min: 1, max: MOST_QTY_MILLI });
    fc.assert(
      fc.property(some, some, fc.oneof(fc.constant(0), some), (qty, minimum, multiple) => {
        const rounded = BigInt(roundUpToSupplierMilli(qty, minimum, multiple));
        const wanted = BigInt(Math.max(qty, minimum));
        const each = BigInt(Math.max(1, multiple));
        expect(rounded).toBe(((wanted + each - 1n) / each) * each);
      }),
      RUNS,
    );
  });
});

describe('what a proposal is made of', () => {
  test('a lead time without history is none; deliveries of before their order and of ten years are mistakes', () => {
    expect(measuredLeadTime([])).toBeNull();
    expect(measuredLeadTime([10, 12, 14, -4, 3_650])).toEqual({ days: 12, deviation_days: 2, lines: 3 });
    expect(measuredLeadTime([10, 12, Number.NaN])).toBeNull();
    expect(measuredLeadTime([LONGEST_DAYS, LONGEST_DAYS, LONGEST_DAYS])?.days).toBe(LONGEST_DAYS);
  });
  test('demand of no history is none', () => {
    expect(demandFromWeeks(0, null)).toEqual({ daily_demand_qty_milli: 0, daily_deviation_qty_milli: 0 });
    expect(demandFromWeeks(0, [])).toEqual({ daily_demand_qty_milli: 0, daily_deviation_qty_milli: 0 });
    const none = { first_month: 202_611, months: 0, point: [], sum_deviation: [], at: 0 };
    expect(demandAhead(none, TODAY, 0)).toEqual({ daily_demand_qty_milli: 0, daily_deviation_qty_milli: 0 });
  });
  test('a forecast of any numbers is finite, of none it is nothing, of what is no number it is refused', () => {
    const figures = fc.oneof(
      fc.double({ min: -1e15, max: 1e15, noNaN: true }),
      fc.constantFrom(0, -1e15, 1e15, 1e-300),
    );
    fc.assert(
      fc.property(fc.array(figures, { maxLength: 40 }), fc.constantFrom(1, 12), (values, season) => {
        const { forecast } = chooseForecast({ values: Float64Array.from(values), season, horizon: 4 });
        const { point, deviation, sum_deviation } = forecast;
        expect(isFiniteThroughout([...point, ...deviation, ...sum_deviation])).toBe(true);
      }),
      { ...RUNS, numRuns: 150 },
    );
    expect([...forecastDemand({ values: new Float64Array(0), season: 12, horizon: 2 }).point]).toEqual([0, 0]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => forecastDemand({ values: Float64Array.of(1, value), season: 1, horizon: 1 })).toThrow(RangeError);
    }
  });
});

describe('sharing out', () => {
  const waiting: WaitingLine = {
    order_line_id: 1,
    due_on: TODAY,
    open_qty_milli: 4_000,
    priority: 1,
    protected_bp: 0,
    standing: 'rule',
  };
  const supply = (on_hand_qty_milli: number) => ({
    as_of_on: TODAY,
    on_hand_qty_milli,
    unseen_qty_milli: 0,
    receipts: [{ on: TODAY + 5, qty_milli: 2_000 }],
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'a line of %d thousandths gets nothing and says so; the others are served',
    (open_qty_milli) => {
      const bad = { ...waiting, order_line_id: 2, open_qty_milli };
      const { lines } = servePosition(supply(5_000), [bad, waiting]);
      expect(lines[0]).toMatchObject({ rule: 'not_countable', now_qty_milli: 0, whole_on: null });
      expect(lines[1]).toMatchObject({ rule: 'whole', now_qty_milli: 4_000 });
      expect(isFiniteThroughout(lines)).toBe(true);
    },
  );
  test('of stock that cannot be counted nobody gets anything, and everybody is told', () => {
    for (const on_hand of [Number.NaN, 2 ** 60, 0.5]) {
      const served = servePosition(supply(on_hand), [waiting]);
      expect(served.lines[0]).toMatchObject({ rule: 'not_countable', known_qty_milli: 0 });
      expect(isFiniteThroughout(served)).toBe(true);
    }
  });
  test('whatever is promised: no figure is missing, and nothing is taken from the future', () => {
    const qty = fc.oneof(fc.integer({ min: -1_000, max: 1_000_000 }), fc.constantFrom(0, 2 ** 53 - 1, -(2 ** 53)));
    const dated = fc.array(fc.record({ on: fc.integer({ min: TODAY - 9_000, max: TODAY + 9_000 }), qty_milli: qty }));
    fc.assert(
      fc.property(qty, dated, dated, qty, (on_hand_qty_milli, demand, receipts, usage_qty_milli_in_window) => {
        const plan = promiseByWeek(
          { as_of_on: TODAY, on_hand_qty_milli, demand, receipts, usage_qty_milli_in_window },
          8,
        );
        expect(isFiniteThroughout(plan)).toBe(true);
        for (const week of plan.weeks) expect(week.available_qty_milli).toBeGreaterThanOrEqual(0);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
  test('more stock or a receipt more never leaves less to promise', () => {
    const qty = fc.nat({ max: 5_000 });
    const dated = fc.array(fc.record({ on: fc.integer({ min: TODAY - 5, max: TODAY + 60 }), qty_milli: qty }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(qty, dated, dated, qty, fc.nat({ max: 60 }), (on_hand_qty_milli, demand, receipts, more, later) => {
        const of = (on_hand: number, coming: typeof receipts) =>
          promiseByWeek(
            {
              as_of_on: TODAY,
              on_hand_qty_milli: on_hand,
              demand,
              receipts: coming,
              usage_qty_milli_in_window: 0,
            },
            8,
          );
        const poor = of(on_hand_qty_milli, receipts);
        for (const rich of [
          of(on_hand_qty_milli + more, receipts),
          of(on_hand_qty_milli, [...receipts, { on: TODAY + later, qty_milli: more }]),
        ]) {
          expect(rich.uncovered_qty_milli).toBeLessThanOrEqual(poor.uncovered_qty_milli);
          for (const [week, each] of rich.weeks.entries()) {
            expect(each.promise_qty_milli).toBeGreaterThanOrEqual(poor.weeks[week]?.promise_qty_milli ?? 0);
          }
        }
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});

test('classes: any value and any demand has one, without history none', () => {
  const figures = fc.oneof(
    fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER),
    fc.integer({ min: -1_000, max: 100_000 }),
  );
  const item = fc.record({
    value: figures,
    months: fc.array(figures, { minLength: CLASS_MONTHS, maxLength: CLASS_MONTHS }),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), (items) => {
      const { cell } = classItems({
        count: items.length,
        value: Float64Array.from(items, (each) => each.value),
        monthly: Float64Array.from(items.flatMap((each) => each.months)),
        is_new: new Uint8Array(items.length),
      });
      expect([...cell].every((each) => each < 11)).toBe(true);
      expect(abcClasses(items.map((each) => each.value))).toHaveLength(items.length);
      for (const each of items) expect([null, 'X', 'Y', 'Z']).toContain(xyzClass(each.months));
    }),
    { ...RUNS, numRuns: 150 },
  );
  expect(xyzClass([])).toBeNull();
});

test('transfers in a circle end: nothing comes back, and a way that costs beyond all numbers is not taken', () => {
  const sites = [1, 2, 3].map((site_id) => ({
    site_id,
    surplus_qty_milli: site_id === 3 ? 0 : 50_000,
    surplus_saving_micro: 1_000_000,
    need_qty_milli: site_id === 3 ? 60_000 : 0,
    need_on: TODAY + 9,
    lost_qty_milli: 0,
    lost_micro: 0,
  }));
  const circle = [
    [1, 2],
    [2, 3],
    [3, 1],
    [1, 3],
    [2, 1],
    [3, 2],
  ].map(([from_site_id = 0, to_site_id = 0]) => ({
    from_site_id,
    to_site_id,
    arrive_on: TODAY + 1,
    fixed_minor: 10,
    unit_cost_micro: from_site_id === 1 ? Number.MAX_SAFE_INTEGER : 0,
  }));
  const planned = planTransfers({
    as_of_on: TODAY,
    sites,
    lanes: circle,
    multiple_qty_milli: 1_000,
    minor_digits: 2,
    recent: [],
  });
  expect(planned.map((each) => [each.from_site_id, each.to_site_id, each.qty_milli])).toEqual([[2, 3, 50_000]]);
});
