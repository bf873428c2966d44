import fc from 'fast-check';
import { expect, test } from 'vitest';
import { xyzClass } from './abcXyz.ts';
import { CLASS_MONTHS, classItems, MATRIX_CELLS } from './classMatrix.ts';

const items = fc.array(
  fc.record({
    value: fc.integer({ min: 0, max: 1_000_000 }),
    periods: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: CLASS_MONTHS, maxLength: CLASS_MONTHS }),
    is_new: fc.boolean(),
  }),
  { maxLength: 40 },
);
type Item = { readonly value: number; readonly periods: readonly number[]; readonly is_new: boolean };

const classed = (all: readonly Item[]) => {
  const { cell, variation } = classItems({
    count: all.length,
    value: Float64Array.from(all, (each) => each.value),
    monthly: Float64Array.from(all.flatMap((each) => each.periods)),
    is_new: Uint8Array.from(all, (each) => (each.is_new ? 1 : 0)),
  });
  return { cells: Array.from(cell, (at) => MATRIX_CELLS[at] ?? ''), variation };
};

test('A to 80 %, B to 95 %, by how evenly it is asked for; new and obsolete apart', () => {
  const even = Array.from({ length: 12 }, () => 10);
  const once = [...Array.from({ length: 11 }, () => 0), 120];
  const none = Array.from({ length: 12 }, () => 0);
  expect(
    classed([
      { value: 80, periods: even, is_new: false },
      { value: 15, periods: once, is_new: false },
      { value: 5, periods: even, is_new: false },
      { value: 900, periods: once, is_new: true },
      { value: 0, periods: none, is_new: false },
    ]).cells,
  ).toEqual(['AX', 'BZ', 'CX', 'new', 'obsolete']);
});

test('every item stands in one place, whatever it is measured in and wherever it stands', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 2, max: 50 }), (all, factor) => {
      const { cells, variation } = classed(all);
      expect(cells.every((cell) => cell !== '')).toBe(true);
      const scaled = all.map((each) => ({
        ...each,
        value: each.value * factor,
        periods: each.periods.map((qty) => qty * factor),
      }));
      expect(classed(scaled).cells).toEqual(cells);
      for (const [at, each] of all.entries()) {
        const cell = cells[at] ?? '';
        if (cell === 'new') expect(each.is_new).toBe(true);
        else if (cell === 'obsolete') expect(variation[at]).toBeNaN();
        else expect(cell[1]).toBe(xyzClass(each.periods));
      }
    }),
  );
});

test('the A items make 80 % of the value, and none of less value is above one of more', () => {
  fc.assert(
    fc.property(items, (all) => {
      const { cells } = classed(all);
      const ranked = all
        .map((each, at) => ({ value: each.value, abc: cells[at]?.[0] ?? '' }))
        .filter((_, at) => /^[ABC][XYZ]$/.test(cells[at] ?? ''));
      const sum = (of: readonly { readonly value: number }[]): number => of.reduce((to, each) => to + each.value, 0);
      expect(sum(ranked.filter((each) => each.abc === 'A')) * 10).toBeGreaterThanOrEqual(sum(ranked) * 8);
      for (const one of ranked) {
        for (const other of ranked) if (one.value > other.value) expect(one.abc <= other.abc).toBe(true);
      }
    }),
  );
});
