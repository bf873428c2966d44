import { describe, expect, test } from 'vitest';
import { daysAllowed, policyInWords, workingBars } from './workingSteps.ts';

type Asked = Parameters<typeof workingBars>[0];

const SERVICE: Asked = {
  line: null,
  policy: { kind: 'service', measure: 'cycle', target_bp: 9_000, review_days: 7, order_qty_milli: null },
  made_of: {
    demand_by: 'forecast',
    forecast: null,
    daily_demand_qty_milli: 400,
    daily_deviation_qty_milli: 4_800,
    lead_time_days: 3,
    lead_time_deviation_days: 1,
    lead_time_measured: { days: 3, deviation_days: 1, lines: 4 },
    calendar: null,
  },
  steps: [
    {
      step: 'levels',
      levels: {
        reorder_qty_milli: 26_121,
        up_to_qty_milli: 29_721,
        lot_qty_milli: null,
        made_of: { safety_qty_milli: 21_321, safety_factor: 1.28155, protected_days: 12 },
      },
    },
  ],
};

const noteOf = (asked: Asked, label: RegExp): string =>
  workingBars(asked).find((each) => label.test(each.label))?.note ?? 'no such step';

describe('a reorder point is told so that it can be worked out again', () => {
  test('the days it lasts are lead time, review and what order and receiving days add', () => {
    expect(noteOf(SERVICE, /^Demand in 12 days/)).toBe('0.4 a day · lead time 3, review 7, order and receiving days 2');
    expect(noteOf({ ...SERVICE, steps: stepsFor(10) }, /^Demand in 10 days/)).toBe('0.4 a day · lead time 3, review 7');
  });

  test('the deviation the factor multiplies is said, with the two it is made of', () => {
    // 1.28155 × √(12·4.8² + 0.4²·1²) = 1.28155 × 16.632 = 21.315
    expect(noteOf(SERVICE, /^Safety stock/)).toBe('1.28 × 16.6: σ 4.8 a day over 12 days, lead time σ 1');
    const steady = { ...SERVICE, made_of: { ...SERVICE.made_of, lead_time_deviation_days: 0 } } as Asked;
    expect(noteOf(steady, /^Safety stock/)).toBe('1.28 × 16.6: σ 4.8 a day over 12 days');
    // the measure of a fill rate may ask for none
    expect(noteOf({ ...SERVICE, steps: stepsFor(12, 0) }, /^Safety stock/)).toBe('0.00 × its deviation');
  });

  test('the level above it is one review more, or what the policy says an order brings', () => {
    expect(noteOf(SERVICE, /^To order up to/)).toBe('7 days’ demand, one review');
    const policy = { ...SERVICE.policy, order_qty_milli: 3_600 } as Asked['policy'];
    expect(noteOf({ ...SERVICE, policy }, /^To order up to/)).toBe('what one order brings, by the policy');
  });
});

test('of shelf life and most days the shorter is the one that is allowed', () => {
  const of = (shelf_life_days: number | null, most_days: number | null) =>
    daysAllowed({ shelf_life_days, most_days, lasts_days: 60 });
  expect(of(730, 45)).toEqual({ most: 45, value: '60 of 45 wanted', over: true });
  expect(of(30, 45)).toEqual({ most: 30, value: '60 of 30 it keeps', over: true });
  expect(of(730, null)).toEqual({ most: 730, value: '60 of 730 it keeps', over: false });
  expect(of(null, null)).toEqual({ most: null, value: '60, no limit', over: false });
});

test('a service target says of what', () => {
  const of = (measure: 'cycle' | 'fill') => policyInWords({ ...SERVICE.policy, measure } as Asked['policy']);
  expect(of('cycle')).toBe('no shortage in 90 % of orders’ cycles');
  expect(of('fill')).toBe('90 % of demand from stock');
  expect(policyInWords(null)).toBe('');
});

function stepsFor(protected_days: number, safety_factor = 1.28155): Asked['steps'] {
  return SERVICE.steps.map((step) =>
    step.step === 'levels' && step.levels.made_of !== null
      ? {
          step: 'levels',
          levels: { ...step.levels, made_of: { ...step.levels.made_of, protected_days, safety_factor } },
        }
      : step,
  );
}

test('demand a day is said in three digits, however small it is', () => {
  const of = (daily_demand_qty_milli: number) =>
    noteOf({ ...SERVICE, made_of: { ...SERVICE.made_of, daily_demand_qty_milli } } as Asked, /^Demand in/).split(
      ' a day',
    )[0];
  expect([0, 26.5, 400, 4_000, 16_632, 1_204_300].map(of)).toEqual(['0', '0.0265', '0.4', '4', '16.6', '1,204']);
});
