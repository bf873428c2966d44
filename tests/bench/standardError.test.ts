import { expect, test } from 'vitest';
import { randomStream } from '#server/demo/random.ts';
import { casesOf, owaLess, PUBLISHED_MAKERS, scoreRegular, theProduct } from './forecastScore.ts';
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
  const error = (one: typeof set) => scoreRegular(one, casesOf(one), theProduct).owa_error ?? 0;
  expect(error({ ...set, series: twice }) / error(set)).toBeCloseTo(Math.SQRT1_2, 1);
  const again = { ...set, origins: 3 };
  expect(casesOf(again)).toHaveLength(90);
  expect(new Set(casesOf(again).map((one) => one.series)).size).toBe(30);
  expect(scoreRegular(set, casesOf(set).slice(0, 1), theProduct).owa_error).toBeNull();
});

test('a difference is surer than what it is the difference of', () => {
  const random = randomStream(6, 'series');
  const series = Array.from({ length: 40 }, (_, nth) =>
    Float64Array.from({ length: 30 }, (_, at) => 100 + nth * at + 20 * random.normal()),
  );
  const set = { name: 'made', season: 1, scaled_season: 1, horizon: 4, origins: 1, series };
  const product = scoreRegular(set, casesOf(set), theProduct);
  for (const [name, make] of Object.entries(PUBLISHED_MAKERS)) {
    const other = scoreRegular(set, casesOf(set), make);
    const { less, error } = owaLess(product, other);
    expect(less).toBeCloseTo(product.owa - other.owa, 12);
    expect(error, name).toBeLessThan((product.owa_error ?? 0) + (other.owa_error ?? 0));
  }
  expect(owaLess(product, product)).toEqual({ less: 0, error: 0 });
});
