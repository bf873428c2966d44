import { describe, expect, test } from 'vitest';
import { countChance, countQuantile } from './counts.ts';
import { demandPattern } from './demandClass.ts';
import { bias, lag, mase, owa, rmsse, smape, wape } from './metrics.ts';
import { normalChance, normalQuantile } from './normal.ts';
import { isSeriesHeader, readSeriesLine } from './readSeries.ts';

const silence = (periods: number) => Array.from({ length: periods }, () => 0);

/** Chances of a negative binomial, or a Poisson count, added up from their logarithms. */
function exactCounts(mean: number, variance: number) {
  const size = variance > mean ? (mean * mean) / (variance - mean) : null;
  const logs = [size === null ? -mean : size * Math.log(mean / variance)];
  for (let count = 1; count < mean + 20 * Math.sqrt(variance); count++) {
    const step = size === null ? mean / count : ((count - 1 + size) / count) * (1 - mean / variance);
    logs.push((logs.at(-1) ?? 0) + Math.log(step));
  }
  const chances = logs.map(Math.exp);
  const below = (quantity: number): number => chances.slice(0, quantity).reduce((sum, each) => sum + each, 0);
  return {
    quantile: (chance: number): number => {
      let sum = 0;
      return chances.findIndex((each) => (sum += each) >= chance);
    },
    chance: (quantity: number): number => below(quantity) + (chances[quantity] ?? 0) / 2,
  };
}

describe('accuracy', () => {
  const actual = [10, 12, 8, 0, 14];
  const forecast = [11, 10, 9, 2, 12];
  const training = [9, 11, 10, 12, 8];
  test('WAPE .1818, bias 0, MASE .7111', () => {
    expect(wape(actual, forecast)).toBeCloseTo(0.1818, 4);
    expect(bias(actual, forecast)).toBe(0);
    expect(mase(training, actual, forecast, 1)).toBeCloseTo(0.7111, 4);
  });
  // |e|/(|y|+|f|): 1/21, 2/22, 1/17, 2/2, 2/26
  test('sMAPE adds 200 % of each share, and nothing where both are 0', () => {
    const shares = 1 / 21 + 2 / 22 + 1 / 17 + 1 + 2 / 26;
    expect(smape(actual, forecast)).toBeCloseTo((200 * shares) / 5, 10);
    expect(smape([0, 1], [0, 1])).toBe(0);
  });
  // squared errors 1 4 1 4 4, mean 2.8; squared steps 4 1 4 16, mean 6.25
  test('RMSSE is a root of a ratio of means', () => {
    expect(rmsse(training, actual, forecast)).toBeCloseTo(Math.sqrt(2.8 / 6.25), 12);
  });
  test('OWA of Naive 2 itself is 1', () => {
    expect(owa({ smape: 12, mase: 3 }, { smape: 12, mase: 3 })).toBe(1);
    expect(owa({ smape: 6, mase: 3 }, { smape: 12, mase: 3 })).toBe(0.75);
    expect(owa({ smape: 6, mase: 3 }, { smape: 0, mase: 3 })).toBeNull();
  });
  test('without a denominator there is no figure', () => {
    expect(wape([0, 0], [1, 1])).toBeNull();
    expect(bias([0], [1])).toBeNull();
    expect(mase([5, 5, 5], [5], [6], 1)).toBeNull();
    expect(smape([], [])).toBeNull();
  });
  test('lag finds the shift forecasts resemble most', () => {
    const waves = [1, 5, 2, 8, 3, 9, 1, 7, 2, 6];
    expect(lag(waves, waves, 3)).toBe(0);
    expect(lag(waves, [4, ...waves.slice(0, -1)], 3)).toBe(1);
    expect(
      lag(
        waves,
        waves.map(() => 4),
        3,
      ),
    ).toBeNull();
  });
});

describe('demand class', () => {
  const kind = (...values: number[]) => demandPattern(values, values.length).kind;
  test.each([
    ['smooth', [5, 6, 5, 6, 5, 6]],
    ['erratic', [1, 20, 1, 2, 30, 1]],
    ['intermittent', [4, 0, 5, 0, 4, 0]],
    ['lumpy', [1, 0, 40, 0, 1, 0, 30, 0]],
    ['new', [0, 0, 0, 0, 0, 0, 0, 3, 4]],
    ['obsolete', [3, 4, 3, ...silence(15)]],
  ] as const)('%s', (expected, values) => {
    expect(kind(...values)).toBe(expected);
  });
  // 6 periods, 3 demands; sizes 4 5 4: mean 13/3, variance 2/9
  test('interval and variation of 4 0 5 0 4 0', () => {
    const { interval, variation } = demandPattern([4, 0, 5, 0, 4, 0], 6);
    expect(interval).toBe(2);
    expect(variation).toBeCloseTo(2 / 9 / (13 / 3) ** 2, 12);
  });
  test('a long silence of an item that always sold seldom is no end', () => {
    expect(kind(3, ...silence(12), 4, ...silence(13))).not.toBe('obsolete');
    expect(kind(0, 0, 0, 0, 0, 0)).toBe('obsolete');
    expect(kind(0, 0)).toBe('new');
  });
});

describe('distributions', () => {
  test('normal: 1.96 and 97.5 %', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232, 6);
    expect(normalChance(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalChance(-1)).toBeCloseTo(0.158655, 6);
  });
  // mean 1, variance 2: chances 1/2, 1/4, 1/8, …
  test('negative binomial counts', () => {
    expect([0.5, 0.75, 0.76, 0.9].map((chance) => countQuantile(1, 2, chance, true))).toEqual([0, 1, 2, 3]);
    expect(countChance(1, 2, 0, true)).toBeCloseTo(0.25, 12);
    expect(countChance(1, 2, 1, true)).toBeCloseTo(0.625, 12);
  });
  // mean 2: .1353 .4060 .6767 .8571
  test('Poisson where the variance is no larger than the mean', () => {
    expect([0.1, 0.4, 0.5, 0.8].map((chance) => countQuantile(2, 1, chance, true))).toEqual([0, 1, 2, 3]);
  });
  test('the unit does not matter much, and nothing expected is nothing needed', () => {
    const pieces = countQuantile(3, 12, 0.95, true);
    expect(countQuantile(3000, 12_000_000, 0.95, true) / 1000).toBeCloseTo(pieces, -0.5);
    expect(countQuantile(3e-9, 12e-18, 0.95, false) / 1e-9).toBeCloseTo(pieces, -0.5);
    expect(countQuantile(0, 0, 0.99, true)).toBe(0);
  });
  test('far from nothing, where no chance of nothing is left to count from, as exact as counting would be', () => {
    for (const [mean, variance] of [
      [600, 600],
      [1_000, 1_400],
      [20_000, 20_000],
    ] as const) {
      const exact = exactCounts(mean, variance);
      const deviation = Math.sqrt(variance);
      for (const chance of [0.01, 0.3, 0.5, 0.95, 0.999]) {
        const quantile = countQuantile(mean, variance, chance, true);
        expect(Number.isInteger(quantile)).toBe(true);
        expect(Math.abs(quantile - exact.quantile(chance)) / deviation).toBeLessThan(0.05);
      }
      for (const quantity of [mean - 2 * deviation, mean, mean + 2 * deviation].map(Math.round)) {
        expect(countChance(mean, variance, quantity, true)).toBeCloseTo(exact.chance(quantity), 2);
      }
    }
  });
  // a deviation that is almost nothing beside its mean was counted towards in steps of it, for ever
  test('with hardly a deviation it is the mean, and no way there is long', () => {
    expect(countQuantile(5, 1e-300, 0.99, false)).toBeCloseTo(5, 12);
    expect(countQuantile(1e15, 1e-9, 0.99, false)).toBeCloseTo(1e15, 0);
    expect(countQuantile(1e12, 1e12, 1, true)).toBeGreaterThan(1e12);
    expect(countQuantile(3, Number.MIN_VALUE, 0.5, false)).toBeCloseTo(3, 12);
    expect(countChance(5, 1e-300, 4, false)).toBeCloseTo(0, 12);
    expect(countChance(5, 1e-300, 6, false)).toBeCloseTo(1, 12);
    expect(countChance(1e12, 1e12, 1e12, true)).toBeCloseTo(0.5, 6);
  });
});

describe('a line of series', () => {
  const problem = (line: string) => readSeriesLine(line).problem;
  test('is an id and numbers; blanks at the ends are before and after the item’s life', () => {
    expect(readSeriesLine('A,1,2.5,-3,1e3')).toEqual({
      id: 'A',
      values: Float64Array.of(1, 2.5, -3, 1000),
      problem: null,
    });
    expect(readSeriesLine('"A, large",, 1 ,2,,').values).toEqual(Float64Array.of(1, 2));
    expect(readSeriesLine('"A, large",1').id).toBe('A, large');
    expect(readSeriesLine('"M1",NA,7,"8",NA,NaN,,').values).toEqual(Float64Array.of(7, 8));
    expect(readSeriesLine('"A;1",5').id).toBe('A;1');
    expect(readSeriesLine('A;large,5').id).toBe('A;large');
  });
  test.each([
    [',1,2', 'the id is blank'],
    ['A', 'no values'],
    ['A,,,', 'no values'],
    ['A,1,,3', 'v2 is blank'],
    ['A,NA,NaN', 'no values'],
    ['A,1,NaN,2', 'v2 is “NaN” between other values'],
    ['A,Infinity', 'not a number'],
    ['A,"1,000"', 'write a point before decimals and nothing between thousands'],
    ['A,"1,5","2,5"', 'write a point before decimals'],
    ['A,1.000.000', 'nothing between thousands'],
    ['A;1;2', 'separated by semicolons'],
    ['A;1,5;2,5', 'separated by semicolons'],
    ['A;1,5', 'separated by semicolons'],
    ['A\t1\t2', 'separated by tabs'],
    ['A,1\rB,2', 'carriage returns alone'],
    ['A,0x10', 'not a number'],
    ['A,1e16', 'beyond ±1e15'],
    ['A,1e999', 'beyond ±1e15'],
    ['A,"1', 'quotes'],
  ])('%s: %s', (line, words) => {
    expect(problem(line)).toContain(words);
  });
  test('is a header when nothing after the id is a number', () => {
    expect(isSeriesHeader('id,v1,v2')).toBe(true);
    expect(isSeriesHeader('item,Jan 2024,Feb 2024')).toBe(true);
    expect(isSeriesHeader('"V1","V2","V3"')).toBe(true);
    expect(isSeriesHeader('week,2024-01,2024-02')).toBe(true);
    // periods by number
    expect(isSeriesHeader('id,1,2,3')).toBe(true);
    expect(isSeriesHeader('unique_id,2014,2015')).toBe(true);
    expect(isSeriesHeader('A,1,2,3')).toBe(false);
    // values that are none are said, not taken for names
    expect(isSeriesHeader('A,"1,5","2,5"')).toBe(false);
    expect(isSeriesHeader('A,NA,NA')).toBe(false);
    expect(isSeriesHeader('A;1,5;2,5')).toBe(false);
    expect(isSeriesHeader('A,1,2')).toBe(false);
    expect(isSeriesHeader('A,x,2')).toBe(false);
    expect(isSeriesHeader('A,NaN')).toBe(false);
    expect(isSeriesHeader('A')).toBe(false);
  });
});
