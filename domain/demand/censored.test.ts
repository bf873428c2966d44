import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forecastDemand } from '#domain/forecast/forecast.ts';
import { uncensored } from './censored.ts';

it('takes what was to be expected where nothing could be sold, and leaves the rest', () => {
  const values = Float64Array.of(10, 10, 10, 10, 2, 10);
  expect([...uncensored(values, [0, 0, 0, 0, 1, 0], 12)]).toEqual([10, 10, 10, 10, 10, 10]);
  expect([...values]).toEqual([10, 10, 10, 10, 2, 10]);
});

it('is a lower bound: what was ordered stands where it is more, and where too little lies before', () => {
  expect([...uncensored(Float64Array.of(10, 10, 10, 10, 25), [0, 0, 0, 0, 1], 12)]).toEqual([10, 10, 10, 10, 25]);
  const short = Float64Array.of(10, 10, 0);
  expect(uncensored(short, [0, 0, 1], 12)).toBe(short);
});

it('never lies below what was ordered, changes no open month, and looks at nothing that came later', () => {
  const history = fc.array(fc.record({ value: fc.integer({ min: 0, max: 500 }), censored: fc.boolean() }), {
    minLength: 1,
    maxLength: 36,
  });
  fc.assert(
    fc.property(history, (months) => {
      const values = Float64Array.from(months, (month) => month.value);
      const censored = months.map((month) => (month.censored ? 1 : 0));
      const fed = uncensored(values, censored, 12);
      months.forEach(({ value, censored: was }, at) => {
        expect(fed[at]).toBeGreaterThanOrEqual(value);
        if (!was) expect(fed[at]).toBe(value);
      });
      const end = Math.ceil(months.length / 2);
      // cut where no censored stretch runs on: a stretch is expected from its beginning
      if (censored[end - 1] === 1) return;
      expect([...uncensored(values.subarray(0, end), censored.slice(0, end), 12)]).toEqual([...fed.subarray(0, end)]);
    }),
    { numRuns: 200 },
  );
});

it('a stockout no longer drags the forecast down', () => {
  const values = Float64Array.from({ length: 24 }, (_, at) => (at === 21 || at === 22 ? 5 : 100));
  const censored = Array.from(values, (_, at) => (at === 21 || at === 22 ? 1 : 0));
  const of = (history: Float64Array): number =>
    forecastDemand({ values: history, season: 12, horizon: 1 }).point[0] ?? 0;
  expect(of(uncensored(values, censored, 12))).toBeCloseTo(100, 6);
  expect(of(values)).toBeLessThan(95);
});
