import { expect, test } from 'vitest';
import { randomStream } from '#server/demo/random.ts';
import { casesOf, REGULAR_MAKERS, scoreRegular } from './forecastScore.ts';
import { standardError } from './standardError.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the standard error of a mean is the deviation over the root of the count', () => {
  const random = randomStream(3, 'sample');
  const values = Array.from({ length: 200 }, () => 7 + 2 * random.normal());
  const centre = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  expect((standardError(values, mean) ?? 0) / (deviation / Math.sqrt(200))).toBeCloseTo(1, 1);
  expect(standardError([4, 4, 4], mean)).toBe(0);
  expect(standardError([4], mean)).toBeNull();
});

test('the error of OWA counts series, not origins', () => {
  const random = randomStream(5, 'series');
  const series = Array.from({ length: 30 }, () => Float64Array.from({ length: 24 }, () => 100 + 20 * random.normal()));
  const twice = [...series, ...series];
  const set = { name: 'made', season: 1, scaled_season: 1, horizon: 4, origins: 1, series };
  const make = REGULAR_MAKERS['simple smoothing'];
  if (make === undefined) throw new Error('not there');
  const error = (one: typeof set) => scoreRegular(one, casesOf(one), make).owa_error ?? 0;
  expect(error({ ...set, series: twice }) / error(set)).toBeCloseTo(Math.SQRT1_2, 1);
  const again = { ...set, origins: 3 };
  expect(casesOf(again)).toHaveLength(90);
  expect(new Set(casesOf(again).map((one) => one.series)).size).toBe(30);
  expect(scoreRegular(set, casesOf(set).slice(0, 1), make).owa_error).toBeNull();
});
