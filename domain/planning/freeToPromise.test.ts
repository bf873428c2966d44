import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeToPromiseMilli, reservedForLeftOutMilli } from './freeToPromise.ts';

test('free is on hand less what the books reserve, for left-out orders too', () => {
  expect(freeToPromiseMilli(30_000, 13_000)).toBe(17_000);
  expect(freeToPromiseMilli(5_000, 13_000)).toBe(-8_000);
});

test('reserved beyond what counts is for left-out orders, up to what they wait for', () => {
  const of = (reserved_qty_milli: number, counted_qty_milli: number, left_out_qty_milli: number) =>
    reservedForLeftOutMilli({ reserved_qty_milli, counted_qty_milli, left_out_qty_milli });
  expect(of(13_000, 10_000, 3_000)).toBe(3_000);
  expect(of(12_000, 10_000, 3_000)).toBe(2_000);
  // the books reserve nothing for it
  expect(of(10_000, 10_000, 3_000)).toBe(0);
  expect(of(4_000, 10_000, 3_000)).toBe(0);
  expect(of(13_000, 10_000, 0)).toBe(0);
});

test('it is never more than is reserved, nor than left-out orders wait for', () => {
  const milli = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(milli, milli, milli, (reserved_qty_milli, counted_qty_milli, left_out_qty_milli) => {
      const part = reservedForLeftOutMilli({ reserved_qty_milli, counted_qty_milli, left_out_qty_milli });
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThanOrEqual(Math.min(reserved_qty_milli, left_out_qty_milli));
      // without it the rest still covers no more than what counts, or the left-out part is used up
      expect(part === left_out_qty_milli || reserved_qty_milli - part <= counted_qty_milli).toBe(true);
    }),
  );
});
