import { expect, test } from 'vitest';
import { surplusSavingMicro } from './holding.ts';

test('a surplus is sold evenly, so that a unit of it lies half the days it lasts, a year at most', () => {
  // 73 days at 1 a day: 20 % a year of 10.00 for 36.5 days
  expect(surplusSavingMicro(10_000_000, 73_000, 1_000)).toBe(200_000);
  expect(surplusSavingMicro(10_000_000, 1_000, 1_000)).toBe(Math.round((10_000_000 * 0.2) / 365 / 2));
  // nobody asks for it: half a year
  expect(surplusSavingMicro(10_000_000, 1_000, 0)).toBe(1_000_000);
  expect(surplusSavingMicro(10_000_000, 800_000, 1_000)).toBe(1_000_000);
});
