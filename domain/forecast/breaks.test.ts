import { expect, it } from 'vitest';
import { demandBreak } from './breaks.ts';

/** About 100 a month, never twice the same. */
const even = (count: number): number[] => Array.from({ length: count }, (_, at) => 100 + ((at * 37) % 11) - 5);
const of = (...values: number[]) => demandBreak(Float64Array.from(values), 12);

it('is silent where a month is like the others', () => {
  expect(of(...even(24))).toBeNull();
  expect(of(100, 100)).toBeNull();
});

it('tells another level from one month that stands out, and from a wrong unit of measure', () => {
  expect(of(...even(24), 180, 176, 184)).toMatchObject({ kind: 'level_shift', periods: 3 });
  expect(of(...even(24), 178, 182)).toMatchObject({ kind: 'level_shift', periods: 2 });
  expect(of(...even(24), 260)).toMatchObject({ kind: 'spike', periods: 1, actual: 260 });
  expect(of(...even(24), 10_100)).toMatchObject({ kind: 'unit_error', periods: 1 });
  expect(of(...even(24), 1_190)).toMatchObject({ kind: 'unit_error' });
  expect(of(...even(24), 8.3)).toMatchObject({ kind: 'unit_error' });
});

it('says what was expected beside what came', () => {
  const found = of(...even(24), 260);
  expect(found?.expected).toBeGreaterThan(95);
  expect(found?.expected).toBeLessThan(105);
  expect(found?.score).toBeGreaterThan(3);
});

it('of seldom demand it looks at the size of an order, and at silence', () => {
  const seldom = [0, 0, 5, 0, 0, 6, 0, 0, 5, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0];
  expect(of(...seldom, 5)).toBeNull();
  expect(of(...seldom, 500)).toMatchObject({ kind: 'unit_error' });
  expect(of(...even(24), 0)).toMatchObject({ kind: 'stopped' });
});
