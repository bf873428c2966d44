import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Design, fitLogistic, linearOf, logit, sigmoid } from './logistic.ts';

/** Rows of dense numbers. */
function designOf(rows: readonly (readonly number[])[]): Design {
  const columns = rows[0]?.length ?? 0;
  return {
    rows: rows.length,
    columns,
    starts: Int32Array.from({ length: rows.length + 1 }, (_, row) => row * columns),
    column_of: Int32Array.from({ length: rows.length * columns }, (_, at) => at % columns),
    values: Float64Array.from(rows.flat()),
  };
}

describe('logistic regression', () => {
  test('of one choice gives the log-odds that are counted', () => {
    // without: 10 of 40 happened; with: 30 of 40. Nothing holds the weight back
    const rows = [...Array.from({ length: 40 }, () => [0]), ...Array.from({ length: 40 }, () => [1])];
    const happened = Uint8Array.from(rows, (_, at) => (at < 10 || at >= 50 ? 1 : 0));
    const fit = fitLogistic(designOf(rows), happened, 0);
    expect(fit.intercept).toBeCloseTo(Math.log(10 / 30), 6);
    expect(fit.weights[0]).toBeCloseTo(Math.log(30 / 10) - Math.log(10 / 30), 6);
  });

  test('stands where its slope is nothing: no small step does better', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.boolean()), {
          minLength: 8,
          maxLength: 60,
        }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (given, penalty) => {
          const design = designOf(given.map(([a, b]) => [a, b]));
          const happened = Uint8Array.from(given, ([, , did]) => (did ? 1 : 0));
          const fit = fitLogistic(design, happened, penalty);
          const slope = [0, 0, 0];
          for (const [row, [a, b]] of given.entries()) {
            const residual = (happened[row] ?? 0) - sigmoid(linearOf(design, fit, row));
            for (const [at, x] of [1, a, b].entries()) slope[at] = (slope[at] ?? 0) + residual * x;
          }
          slope[1] = (slope[1] ?? 0) - penalty * (fit.weights[0] ?? 0);
          slope[2] = (slope[2] ?? 0) - penalty * (fit.weights[1] ?? 0);
          // all or none happened: the intercept runs off, and the slope only comes near
          for (const each of slope) expect(Math.abs(each)).toBeLessThan(1e-3);
        },
      ),
    );
  });

  test('a heavier penalty never makes a weight larger', () => {
    const rows = Array.from({ length: 60 }, (_, at) => [at % 7]);
    const happened = Uint8Array.from(rows, ([x = 0], at) => (x + (at % 3) > 4 ? 1 : 0));
    const weights = [0.1, 1, 10, 100].map((penalty) => fitLogistic(designOf(rows), happened, penalty).weights[0] ?? 0);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights.at(-1)).toBeGreaterThan(0);
  });

  test('rows that are told apart wholly get finite weights', () => {
    const rows = Array.from({ length: 30 }, (_, at) => [at < 15 ? -1 : 1]);
    const fit = fitLogistic(
      designOf(rows),
      Uint8Array.from(rows, ([x = 0]) => (x > 0 ? 1 : 0)),
      1,
    );
    expect(Number.isFinite(fit.weights[0])).toBe(true);
    expect(fit.weights[0]).toBeGreaterThan(1);
  });

  test('log-odds and probability are each other’s inverse', () => {
    for (const p of [0.001, 0.2, 0.5, 0.97]) expect(sigmoid(logit(p))).toBeCloseTo(p, 12);
    expect(sigmoid(-800)).toBe(0);
    expect(sigmoid(800)).toBe(1);
  });

  test('gives up when whoever asked does', () => {
    const stop = () => {
      throw new Error('cancelled');
    };
    expect(() => fitLogistic(designOf([[0], [1]]), Uint8Array.of(0, 1), 1, stop)).toThrow('cancelled');
  });
});
