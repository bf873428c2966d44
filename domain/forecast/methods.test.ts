import { describe, expect, test } from 'vitest';
import { randomStream } from '#server/demo/random.ts';
import { autoregression } from './autoregression.ts';
import { croston, syntetosBoylan, teunterSyntetosBabai } from './intermittent.ts';
import { correlatesWithSeason, decompose, seasonOf, withoutSeason, withSeason } from './seasonality.ts';
import { emptyFit, fitSimple, fitSmoothing, fitTrend, project, slope, smoothLevel, smoothTrend } from './smoothing.ts';
import { dynamicTheta } from './theta.ts';

/** Flow of the Nile 1871 to 1900 and passenger miles of US airlines 1937 to 1960: R's datasets Nile and airmiles. */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
  1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840,
];
const AIR_MILES = [
  412, 480, 683, 1052, 1385, 1418, 1634, 2178, 3362, 5948, 6109, 5981, 6753, 8003, 10566, 12528, 14760, 16769, 19819,
  22362, 25340, 25343, 29269, 30514,
];
const silence = (periods: number) => Array.from({ length: periods }, () => 0);
const of = (...values: number[]) => Float64Array.from(values);
const projected = (fit: ReturnType<typeof emptyFit>, horizon: number) => {
  const out = new Float64Array(horizon);
  project(fit, horizon, out);
  return [...out];
};

describe('simple exponential smoothing', () => {
  // errors of the start ℓ: 2 − ℓ and 4 − (ℓ/2 + 1); their squares are least at ℓ = 2.8; then 2.8 → 2.4 → 3.2
  test('α .5 on 2 4 starts at 2.8 and ends at 3.2', () => {
    const fit = emptyFit();
    smoothLevel(of(2, 4), 2, 0.5, fit);
    expect(fit.level).toBeCloseTo(3.2, 12);
    expect(fit.mse).toBeCloseTo((0.8 ** 2 + 1.6 ** 2) / 2, 12);
  });

  test('fits no worse than R’s ses (forecast 8.20: level 1078.366, mse 21736.34)', () => {
    const fit = emptyFit();
    fitSimple(Float64Array.from(NILE), NILE.length, fit);
    expect(fit.mse).toBeLessThan(21_736.34 * 1.001);
    expect(Math.abs(fit.level / 1078.366 - 1)).toBeLessThan(0.01);
  });
});

describe('trend', () => {
  // level 1, trend 2: 3 and 5 are met; 8 is 1 more than expected: level 7.5, trend 2.25
  test('α .5, β .5 on 3 5 8 goes on with 9.75 and 12', () => {
    const fit = emptyFit();
    smoothTrend(of(3, 5, 8), 3, { level: 1, trend: 2 }, 0.5, 0.5, 1, fit);
    expect(projected(fit, 2)).toEqual([9.75, 12]);
    expect(fit.mse).toBeCloseTo(1 / 3, 12);
  });
  // φ .5: expected 1 + 1 = 2, error 1: level 2.5, trend 1 + .25; then 2.5 + .625 and 3.125 + .3125
  test('damped by half on 3', () => {
    const fit = emptyFit();
    smoothTrend(of(3), 1, { level: 1, trend: 2 }, 0.5, 0.5, 0.5, fit);
    expect(projected(fit, 2)).toEqual([3.125, 3.4375]);
  });
  test('a trend that comes and goes is damped, one that lasts is not, a level has none', () => {
    const random = randomStream(1, 'momentum');
    let [move, height] = [0, 1000];
    const series = (next: () => number) => Float64Array.from({ length: 200 }, next);
    const chosen = (values: Float64Array) => {
      const fit = emptyFit();
      fitSmoothing(values, values.length, fit);
      return fit;
    };
    const momentum = chosen(series(() => (height += move = 0.6 * move + random.normal())));
    expect(momentum.damping).toBeLessThan(0.9);
    expect(momentum.trend).not.toBe(0);
    let at = 0;
    const lasting = chosen(series(() => 10 * at++ + random.normal()));
    expect(lasting.damping).toBe(1);
    expect(lasting.trend).toBeCloseTo(10, 0);
    expect(chosen(series(() => 50 + random.normal())).trend).toBe(0);
  });
  test('Holt on the airlines is near R’s (32764 34871 36978, mse 1071027)', () => {
    const fit = emptyFit();
    fitTrend(Float64Array.from(AIR_MILES), AIR_MILES.length, false, fit);
    expect(fit.mse).toBeLessThan(1_071_027 * 1.1);
    [32_764, 34_871, 36_978].forEach((value, step) =>
      expect(Math.abs((projected(fit, 3)[step] ?? 0) / value - 1)).toBeLessThan(0.02),
    );
  });
  test('slope of 1 3 5 is 2', () => {
    expect(slope(of(1, 3, 5), 3)).toBe(2);
    expect(slope(of(7), 1)).toBe(0);
  });
});

describe('dynamic optimised Theta', () => {
  /** The model as the paper writes it, with given parameters: mean squared error from the third value on, and forecasts. */
  const paper = (y: readonly number[], start: number, alpha: number, theta: number, horizon: number) => {
    let [level, mean, a, b, squares] = [alpha * (y[0] ?? 0) + (1 - alpha) * start, y[0] ?? 0, y[0] ?? 0, 0, 0];
    const forecasts: number[] = [];
    for (let t = 2; t <= y.length + horizon; t++) {
      const part = (1 - alpha) ** (t - 1) * a + ((1 - (1 - alpha) ** t) / alpha) * b;
      const expected = level + (1 - 1 / theta) * part;
      const value = y[t - 1] ?? expected;
      if (t > y.length) forecasts.push(expected);
      else if (t >= 3) squares += (value - expected) ** 2;
      level = alpha * value + (1 - alpha) * level;
      b = ((t - 2) * b + (6 / t) * (value - mean)) / (t + 1);
      mean = ((t - 1) * mean + value) / t;
      a = mean - ((t + 1) / 2) * b;
    }
    return { mse: squares / (y.length - 2), forecasts };
  };

  test.each([
    ['the airlines', AIR_MILES],
    ['the Nile', NILE],
  ])('on %s is no worse than the best of a fine search, and forecasts like it', (_, values) => {
    const out = new Float64Array(4);
    const mse = dynamicTheta(Float64Array.from(values), values.length, 4, out);
    let best = paper(values, values[0] ?? 0, 0.5, 2, 4);
    for (let alpha = 0.1; alpha < 0.995; alpha += 0.02) {
      for (const theta of [1, 1.02, 1.05, 1.1, 1.2, 1.4, 1.7, 2, 2.5, 3, 4, 6, 10, 30, 1e6]) {
        for (let part = -4; part <= 4; part += 0.1) {
          const found = paper(values, part * (values[0] ?? 0), alpha, theta, 4);
          if (found.mse < best.mse) best = found;
        }
      }
    }
    expect(mse).toBeLessThanOrEqual(best.mse * 1.0005);
    best.forecasts.forEach((value, step) => expect(Math.abs((out[step] ?? 0) / value - 1)).toBeLessThan(0.01));
  });

  test('goes on along a straight line and stays on a level one', () => {
    const out = new Float64Array(3);
    dynamicTheta(
      Float64Array.from({ length: 20 }, (_, at) => 10 + 2 * at),
      20,
      3,
      out,
    );
    [50, 52, 54].forEach((value, step) => expect(Math.abs((out[step] ?? 0) - value)).toBeLessThan(0.5));
    dynamicTheta(new Float64Array(20).fill(5), 20, 3, out);
    for (const value of out) expect(value).toBeCloseTo(5, 9);
  });
});

describe('autoregression', () => {
  test('sees that a high value is followed by a low one', () => {
    const out = new Float64Array(4);
    const values = Float64Array.from({ length: 40 }, (_, at) => 10 + (at % 2 === 0 ? 1 : -1));
    autoregression(values, 40, 4, out);
    [11, 9, 11, 9].forEach((value, step) => expect(out[step]).toBeCloseTo(value, 1));
  });
  test('goes on with half of a steady rise, and repeats too short a series', () => {
    const out = new Float64Array(2);
    autoregression(
      Float64Array.from({ length: 12 }, (_, at) => 4 * at),
      12,
      2,
      out,
    );
    expect([...out]).toEqual([46, 48]);
    autoregression(of(3, 8), 2, 2, out);
    expect([...out]).toEqual([8, 8]);
  });
});

describe('season', () => {
  /** Gas consumption of the United Kingdom by quarter, 1980 to 1986: R's dataset UKgas. */
  const gas = of(
    840.5,
    414.6,
    217.7,
    670.8,
    848.5,
    437,
    209.7,
    701.2,
    925.3,
    443.4,
    214.5,
    683.6,
    917.3,
    515.5,
    224.1,
    694.8,
    989.4,
    477.1,
    233.7,
    730,
    1087,
    534.7,
    281.8,
    787.6,
    1163.9,
    613.1,
    347.4,
    782.8,
  );
  test('multiplicative indices are those of R’s decompose', () => {
    const { indices } = decompose(gas, gas.length, 4, true, false);
    [1.615796, 0.8160643, 0.3875315, 1.180608].forEach((value, at) => expect(indices[at]).toBeCloseTo(value, 6));
  });
  test('additive ones too', () => {
    const { indices } = decompose(gas, gas.length, 4, false, false);
    [375.2844, -114.851, -365.3219, 104.8885].forEach((value, at) => expect(indices[at]).toBeCloseTo(value, 3));
  });
  test('grows with the level or does not, as the years say; with a zero it cannot', () => {
    const swing = [-30, 10, 40, -20];
    const level = (at: number) => 100 + 8 * at;
    const grows = Float64Array.from({ length: 32 }, (_, at) => level(at) * (1 + (swing[at % 4] ?? 0) / 100));
    const stays = Float64Array.from({ length: 32 }, (_, at) => level(at) + (swing[at % 4] ?? 0));
    expect(seasonOf(grows, 32, 4)?.multiplicative).toBe(true);
    expect(seasonOf(stays, 32, 4)?.multiplicative).toBe(false);
    grows[5] = 0;
    expect(seasonOf(grows, 32, 4)?.multiplicative ?? false).toBe(false);
  });
  test('uncertain indices are drawn towards none, certain ones stay', () => {
    const noisy = decompose(gas, gas.length, 4, true);
    const plain = decompose(gas, gas.length, 4, true, false);
    noisy.indices.forEach((index, at) =>
      expect(Math.abs(index - 1)).toBeLessThanOrEqual(Math.abs((plain.indices[at] ?? 0) - 1)),
    );
    const certain = Float64Array.from({ length: 24 }, (_, at) => [80, 110, 120, 90][at % 4] ?? 0);
    [0.8, 1.1, 1.2, 0.9].forEach((value, at) =>
      expect(decompose(certain, 24, 4, true).indices[at]).toBeCloseTo(value, 12),
    );
  });
  test('is believed where years agree, and not of too few of them', () => {
    expect(seasonOf(gas, gas.length, 4)).not.toBeNull();
    expect(seasonOf(gas, 11, 4)).toBeNull();
    expect(correlatesWithSeason(gas, gas.length, 4)).toBe(true);
    expect(correlatesWithSeason(Float64Array.from(NILE), NILE.length, 4)).toBe(false);
  });
  test('of two years is believed by how far they resemble each other', () => {
    const random = randomStream(1, 'two years');
    const swing = (at: number) => 1 + 0.3 * Math.sin((at / 12) * 2 * Math.PI);
    const months = (noise: number, count: number) =>
      Float64Array.from({ length: count }, (_, at) => (200 + 3 * at) * swing(at) * (1 + noise * random.normal()));
    const exact = seasonOf(months(0, 24), 24, 12);
    for (let place = 0; place < 12; place++) {
      expect(Math.abs((exact?.indices[place] ?? 0) - swing(place))).toBeLessThan(0.02);
    }
    const widest = (season: typeof exact) => Math.max(...(season?.indices ?? []));
    const noisy = seasonOf(months(0.1, 30), 30, 12);
    expect(widest(noisy)).toBeGreaterThan(1.1);
    expect(widest(noisy)).toBeLessThan(1.4);
    expect(seasonOf(months(0, 17), 17, 12)).toBeNull();
  });
  test.each([
    [4, 24],
    [12, 24],
    [12, 30],
    [12, 36],
    [12, 120],
  ])('of %d is found in about 5 %% of %d values of noise', (every, count) => {
    const random = randomStream(1, 'noise');
    let believed = 0;
    for (let nth = 0; nth < 400; nth++) {
      const noise = Float64Array.from({ length: count }, () => 100 + 10 * random.normal());
      if (seasonOf(noise, count, every) !== null) believed += 1;
    }
    expect(believed).toBeLessThan(40);
    expect(believed).toBeGreaterThan(4);
  });
  test('taken out and put back is the series again, in its place of the year', () => {
    const season = decompose(gas, gas.length, 4, true);
    const there = Float64Array.from(gas);
    withoutSeason(there, there.length, season);
    withSeason(there, there.length, 0, season);
    there.forEach((value, at) => expect(value).toBeCloseTo(gas[at] ?? 0, 9));
    const ones = new Float64Array(3).fill(1);
    withSeason(ones, 3, 30, season);
    expect([...ones]).toEqual([season.indices[2], season.indices[3], season.indices[0]]);
  });
});

describe('seldom demand', () => {
  const SELDOM = [
    0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0, 6, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 1, 0, 1, 0, 0,
  ];
  test('Croston α .1 is .98460, SBA .95 of it', () => {
    expect(croston(SELDOM, 0.1)).toBeCloseTo(0.9846, 5);
    expect(syntetosBoylan(SELDOM, 0.1)).toBeCloseTo(0.93537, 5);
    expect(croston([0, 0], 0.1)).toBe(0);
  });
  // size 3 and chance .5 to begin with; 0 → .25; 2 → 2.5 and .625; 0 → .3125; 4 → 3.25 and .65625
  test('TSB with both α .5 on 0 2 0 4 is 3.25 × .65625', () => {
    expect(teunterSyntetosBabai([0, 2, 0, 4], 0.5, 0.5)).toBe(3.25 * 0.65625);
    expect(teunterSyntetosBabai([0, 0, 0])).toBe(0);
  });
  test('TSB forgets an item that died, Croston does not', () => {
    const died = [5, 5, 5, ...silence(40)];
    expect(teunterSyntetosBabai(died)).toBeLessThan(0.05);
    expect(croston(died)).toBe(5);
  });
});
