import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANDED_SPLITS, type LandedLine, splitLandedCost } from './landedCost.ts';

const line = (more: Partial<LandedLine> = {}): LandedLine => ({
  code: 'FA-1',
  uom: 'pcs',
  qty_milli: 10_000,
  amount_minor: 5_000,
  weight_g: 20,
  volume_ml: 30,
  ...more,
});
const lines = [
  line(),
  line({ code: 'FA-2', qty_milli: 30_000, amount_minor: 1_000, weight_g: 10, volume_ml: 5 }),
  line({ code: 'FA-3', qty_milli: 1_000, amount_minor: 4_000, weight_g: 900, volume_ml: 0 }),
];

test('100.00 by value, weight, volume and quantity', () => {
  expect(LANDED_SPLITS.map((by) => splitLandedCost(10_000, by, lines).parts_minor)).toEqual([
    [5_000, 1_000, 4_000],
    [1_429, 2_143, 6_428],
    [6_667, 3_333, 0],
    [2_439, 7_317, 244],
  ]);
});

test('what cannot be split says why, and is split by nothing else', () => {
  const why = (by: (typeof LANDED_SPLITS)[number], over: readonly LandedLine[]) =>
    splitLandedCost(100, by, over).problem;
  expect(why('weight', [line(), line({ code: 'FA-9', weight_g: null })])).toContain('The weight of FA-9 is not known');
  expect(why('volume', [line({ volume_ml: null })])).toContain('The volume of FA-1');
  expect(why('value', [line({ amount_minor: null })])).toContain('The value of FA-1');
  expect(why('quantity', [line(), line({ uom: 'm' })])).toContain('pcs, m');
  expect(why('weight', [line({ weight_g: 0 })])).toBe('The weight of all lines is 0.');
  expect(why('quantity', [line({ qty_milli: -1 })])).toContain('negative');
  expect(why('value', [])).toContain('no line');
});

test('the parts are the amount to the cent, more never bears less, and equal lines differ by a cent at most', () => {
  const measure = fc.integer({ min: 0, max: 1_000_000 });
  const any = fc.record({
    qty_milli: measure,
    amount_minor: measure,
    weight_g: fc.integer({ min: 0, max: 100_000 }),
    volume_ml: fc.integer({ min: 0, max: 100_000 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      fc.constantFrom(...LANDED_SPLITS),
      fc.array(any, { minLength: 1, maxLength: 25 }),
      (amount_minor, by, some) => {
        const over = some.map((each) => line(each));
        const { parts_minor } = splitLandedCost(amount_minor, by, over);
        const weight = (each: LandedLine): number =>
          by === 'value'
            ? (each.amount_minor ?? 0)
            : each.qty_milli * (by === 'weight' ? (each.weight_g ?? 0) : by === 'volume' ? (each.volume_ml ?? 0) : 1);
        if (parts_minor === null) {
          expect(over.every((each) => weight(each) === 0)).toBe(true);
          return;
        }
        expect(parts_minor.reduce((sum, part) => sum + part, 0)).toBe(amount_minor);
        expect(splitLandedCost(-amount_minor, by, over).parts_minor?.map((part) => 0 - part)).toEqual(
          parts_minor.map((part) => part + 0),
        );
        for (const [i, a] of over.entries()) {
          for (const [j, b] of over.entries()) {
            const [x, y] = [Math.abs(parts_minor[i] ?? 0), Math.abs(parts_minor[j] ?? 0)];
            if (weight(a) > weight(b)) expect(x).toBeGreaterThanOrEqual(y);
            if (weight(a) === weight(b)) expect(Math.abs(x - y)).toBeLessThanOrEqual(1);
          }
        }
      },
    ),
  );
});
