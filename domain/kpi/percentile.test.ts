import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentile, type Spells } from './percentile.ts';

function spells(ended: readonly number[], open: readonly number[] = []): Map<number, Spells> {
  const found = new Map<number, Spells>();
  const at = (value: number): Spells => {
    const held = found.get(value) ?? { ended: 0, open: 0 };
    found.set(value, held);
    return held;
  };
  for (const value of ended) at(value).ended += 1;
  for (const value of open) at(value).open += 1;
  return found;
}

describe('percentile', () => {
  test('is the nearest rank: no mean of two middles, no interpolation', () => {
    expect(percentile(spells([4, 1, 3, 2]), 5000)).toEqual({ value: 2, beyond: false });
    expect(percentile(spells([1, 2, 3, 4, 5]), 5000)).toEqual({ value: 3, beyond: false });
    expect(percentile(spells([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 9000)).toEqual({ value: 9, beyond: false });
    expect(percentile(spells([]), 5000)).toBeNull();
  });

  test('Kaplan and Meier by hand: 1, 3+, 4, 5+, 7', () => {
    // S(1) = 4/5, S(4) = 4/5 · 2/3 = 8/15, S(7) = 8/15 · 0 = 0
    const rows = spells([1, 4, 7], [3, 5]);
    expect(percentile(rows, 2000)).toEqual({ value: 1, beyond: false });
    expect(percentile(rows, 4500)).toEqual({ value: 4, beyond: false });
    expect(percentile(rows, 5000)).toEqual({ value: 7, beyond: false });
  });

  test('says “longer than” where the estimate never gets so far', () => {
    expect(percentile(spells([1], [2, 9]), 5000)).toEqual({ value: 9, beyond: true });
    expect(percentile(spells([], [4]), 5000)).toEqual({ value: 4, beyond: true });
    // a row open at the very value counts as having lasted longer
    expect(percentile(spells([2], [2]), 5000)).toEqual({ value: 2, beyond: false });
    expect(percentile(spells([2], [2, 2]), 5000)).toEqual({ value: 2, beyond: true });
  });

  test('without open rows it is the nearest rank of the sorted values, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 10_000 }),
        (values, share_bp) => {
          const sorted = values.toSorted((a, b) => a - b);
          const rank = Math.ceil((share_bp * sorted.length) / 10_000);
          expect(percentile(spells(values), share_bp)?.value).toBe(sorted[rank - 1]);
        },
      ),
    );
  });

  test('an open row never makes the rest look faster', () => {
    const some = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, some, (ended, open) => {
        const without = percentile(spells(ended), 5000);
        const with_open = percentile(spells(ended, open), 5000);
        if (with_open?.beyond === false) expect(with_open.value).toBeGreaterThanOrEqual(without?.value ?? 0);
      }),
    );
  });
});
