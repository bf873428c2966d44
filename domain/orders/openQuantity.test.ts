import { expect, test } from 'vitest';
import { openQtyMilli } from './openQuantity.ts';

test('open is what was ordered less cancelled and shipped, never below 0', () => {
  expect(openQtyMilli(10_000, 2_000, 3_000)).toBe(5_000);
  expect(openQtyMilli(10_000, 0, 12_000)).toBe(0);
});
