import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '#server/demo/random.ts';
import { anomalyScore } from './anomaly.ts';
import { backtest, chooseForecast, seasonalNaive } from './backtest.ts';
import { Calibration } from './calibration.ts';
import { forecastDemand } from './forecast.ts';

const demand = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.double({ min: 0.001, max: 1e6, noNaN: true })),
  {
    minLength: 1,
    maxLength: 60,
  },
);
const season = fc.constantFrom(1, 4, 12);
const forecast = (values: readonly number[], every: number, horizon: number) =>
  forecastDemand({ values: Float64Array.from(values), season: every, horizon });

const repeated = (value: number, times: number) => Array.from({ length: times }, () => value);

describe('a forecast', () => {
  test('is finite and not negative for any demand', () => {
    fc.assert(
      fc.property(demand, season, (values, every) => {
        for (const value of forecast(values, every, 5).point) {
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
  test('is finite for any numbers at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e15, max: 1e15, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          for (const value of forecast(values, 4, 5).point) expect(Number.isFinite(value)).toBe(true);
        },
      ),
    );
  });
  test('does not depend on the unit: f(k·y) = k·f(y)', () => {
    fc.assert(
      fc.property(demand, season, fc.constantFrom(0.001, 0.5, 12, 1e6), (values, every, unit) => {
        const plain = forecast(values, every, 4).point;
        const scaled = forecast(
          values.map((value) => value * unit),
          every,
          4,
        ).point;
        scaled.forEach((value, at) => {
          const expected = (plain[at] ?? 0) * unit;
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 * Math.max(expected, 1e-9 * unit));
        });
      }),
    );
  });
  test('ignores what was before the first demand', () => {
    fc.assert(
      fc.property(demand, fc.integer({ min: 1, max: 20 }), (values, before) => {
        const late = [...repeated(0, before), ...values];
        expect(forecast(late, 1, 3).point).toEqual(forecast(values, 1, 3).point);
      }),
    );
  });
  test('repeats a constant, a single value and a pure season', () => {
    for (const value of forecast(repeated(7, 20), 12, 3).point) expect(value).toBeCloseTo(7, 12);
    expect([...forecast([9], 12, 2).point]).toEqual([9, 9]);
    const pure = Array.from({ length: 40 }, (_, at) => [80, 110, 120, 90][at % 4] ?? 0);
    [80, 110, 120, 90, 80].forEach((value, at) => expect(forecast(pure, 4, 5).point[at]).toBeCloseTo(value, 6));
    expect([...forecast([0, 0, 0, 0], 12, 2).point]).toEqual([0, 0]);
  });
  test('takes the method its demand asks for', () => {
    expect(forecast([5, 6, 5, 7, 6, 5, 6, 7], 1, 2).method).toBe('combination');
    expect(forecast([5, 0, 0, 7, 0, 5, 0, 0], 1, 2).method).toBe('TSB');
    expect(forecast([5, 0, -3, 7, 0, 5, 0, 0], 1, 2).method).toBe('combination');
  });
});

describe('quantiles', () => {
  test('rise with the chance, are finite, and no level is negative', () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 5 }), season, (many, every) => {
        const calibration = new Calibration(every, 3);
        for (const values of many) calibration.learn(Float64Array.from(values), 3);
        for (const values of many) {
          const made = forecast(values, every, 3);
          let last = 0;
          for (const chance of [0.01, 0.25, 0.5, 0.9, 0.999]) {
            const value = calibration.quantile(made, 1, chance);
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(last);
            last = value;
          }
          const levels = [0.5, 0.95, 0.99].map((service) => calibration.sumQuantile(made, service));
          expect(levels.every((level) => Number.isFinite(level) && level >= 0)).toBe(true);
          expect(levels).toEqual(levels.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each(['regular', 'seldom'] as const)('of 95 %% hold 93 to 97 %% of what comes, %s demand', (kind) => {
    const random = randomStream(1, `coverage of ${kind} demand`);
    const horizon = 4;
    const series = Array.from({ length: 500 }, () => {
      let level = 100;
      const moves = random.float();
      const chance = 0.2 + 0.4 * random.float();
      return Float64Array.from({ length: 40 }, () => {
        if (kind === 'seldom') return random.chance(chance) ? Math.ceil(Math.exp(1 + 0.8 * random.normal())) : 0;
        const error = 8 * random.normal();
        const value = level + error;
        level += moves * error;
        return Math.max(1, value);
      });
    });
    const calibration = new Calibration(1, horizon);
    for (const values of series) calibration.learn(values.subarray(0, -horizon));
    let held = 0;
    let enough = 0;
    for (const values of series) {
      const made = forecast([...values.subarray(0, -horizon)], 1, horizon);
      let sum = 0;
      for (let step = 0; step < horizon; step++) {
        const value = values[values.length - horizon + step] ?? 0;
        sum += value;
        const low = calibration.quantile(made, step, 0.025);
        if (value >= low - 1e-9 && value <= calibration.quantile(made, step, 0.975) + 1e-9) held += 1;
      }
      if (sum <= calibration.sumQuantile(made, 0.95) + 1e-9) enough += 1;
    }
    const share = held / (series.length * horizon);
    expect(share).toBeGreaterThan(0.93);
    // seldom demand comes in whole pieces: the nearest piece holds a little more
    expect(share).toBeLessThan(kind === 'regular' ? 0.97 : 0.985);
    expect(enough / series.length).toBeGreaterThan(0.92);
    expect(enough / series.length).toBeLessThan(0.98);
  });

  test('without anything learned are wide rather than missing', () => {
    const made = forecast([100, 90, 110, 95, 105, 100, 98, 102], 1, 2);
    const calibration = new Calibration(1, 2);
    expect(calibration.quantile(made, 0, 0.025)).toBeLessThan(95);
    expect(calibration.quantile(made, 0, 0.975)).toBeGreaterThan(105);
  });
});

describe('looking back', () => {
  test('a trend beats the naive', () => {
    const values = Float64Array.from({ length: 30 }, (_, at) => 100 + 10 * at);
    const found = backtest({ values, season: 1, horizon: 3 });
    expect(found?.beats_naive).toBe(true);
    expect(found?.mase).toBeLessThan(found?.naive_mase ?? 0);
    expect(chooseForecast({ values, season: 1, horizon: 3 }).forecast.method).toBe('combination');
  });
  test('where the forecast does not beat it, the naive is used', () => {
    // a level that steps up every year, and a season that grows with it: the last one again is exact
    const values = Float64Array.from({ length: 40 }, (_, at) => (at < 20 ? at % 3 : 100 + ((7 * at) % 4)));
    const question = { values, season: 4, horizon: 4 };
    const { forecast: chosen, backtest: found } = chooseForecast(question);
    expect(found?.beats_naive).toBe(false);
    expect(chosen.method).toBe('seasonal naive');
    expect(chosen.point).toEqual(seasonalNaive(question));
  });
  test('the naive repeats the last season, or the last value of less', () => {
    expect([...seasonalNaive({ values: Float64Array.of(1, 2, 3, 4, 5), season: 4, horizon: 6 })]).toEqual([
      2, 3, 4, 5, 2, 3,
    ]);
    expect([...seasonalNaive({ values: Float64Array.of(1, 2, 3), season: 4, horizon: 2 })]).toEqual([3, 3]);
  });
  test('too short a past says nothing', () => {
    expect(backtest({ values: Float64Array.of(1, 2, 3, 4, 5), season: 1, horizon: 2 })).toBeNull();
  });
});

describe('the last period', () => {
  const { normal } = randomStream(1, 'usual');
  const usual = Array.from({ length: 36 }, () => 100 + 10 * normal());
  usual[35] = 103;
  const score = (values: readonly number[]) => anomalyScore(Float64Array.from(values), 12);
  const last = (change: (value: number) => number, periods = 1) =>
    usual.map((value, at) => (at >= usual.length - periods ? change(value) : value));

  test('is usual', () => {
    expect(score(usual)).toBeLessThan(2);
    expect(score(repeated(4, 20))).toBeCloseTo(0, 9);
  });
  test.each([
    ['a spike', last((value) => 2 * value)],
    ['dozens for pieces', last((value) => 12 * value)],
    ['pieces for dozens', last((value) => value / 12)],
    ['nothing', last(() => 0)],
    ['a shift since three periods', last((value) => 1.35 * value, 3)],
  ])('%s is worth a look', (_, values) => {
    expect(score(values)).toBeGreaterThan(3);
  });
  test('of an item that sells seldom: its size and its silence', () => {
    const seldom = [4, 0, 0, 5, 0, 4, 0, 0, 6, 0, 5, 0, 0, 0, 4, 0, 5, 0, 0];
    expect(score([...seldom, 5])).toBeLessThan(1.5);
    expect(score([...seldom, 60])).toBeGreaterThan(3);
    expect(score([...seldom, 0])).toBeLessThan(1.5);
    expect(score([...seldom, ...repeated(0, 20)])).toBeGreaterThan(3);
  });
  test('without a history is not judged', () => {
    for (const values of [[], [5], [5, 6, 900], [0, 0, 0, 0, 0]]) expect(score(values)).toBe(0);
  });
  test('has a score for anything', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e15, max: 1e15, noNaN: true }), { maxLength: 30 }), (values) => {
        const found = score(values);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(100);
      }),
    );
  });
});
