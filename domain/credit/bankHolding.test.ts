import { expect, test } from 'vitest';
import { holdingInWords, valuedHolding } from './bankHolding.ts';

const held = { code: '1020', currency: 'USD', booked_minor: 90_000, own_minor: 120_050 };
const rates = [
  { month: 202609, rate_micro: 1_000_000, per_units: 1 },
  { month: 202610, rate_micro: 1_250_000, per_units: 1 },
];

test('an account in another currency counts at the newest closing rate, and says so', () => {
  const valued = valuedHolding(held, { ours: 'EUR', rates });
  expect(valued.amount_minor).toBe(96_040);
  expect(holdingInWords(valued)).toBe('Account 1020 holds USD 1200.50, counted at 1.25 of October 2026.');
  const overdrawn = valuedHolding({ ...held, own_minor: -1_001 }, { ours: 'KRW', rates: rates.slice(0, 1) });
  // 10.01 dollars are ten won, rounded
  expect(overdrawn.amount_minor).toBe(-10);
});

test('without a rate, or a balance in its currency, it counts as it was booked', () => {
  const unrated = valuedHolding(held, { ours: 'EUR', rates: [] });
  expect([unrated.amount_minor, holdingInWords(unrated)]).toEqual([
    90_000,
    'Account 1020 holds USD 1200.50; no closing rate is known: it counts as it was booked.',
  ]);
  const unsaid = valuedHolding({ ...held, own_minor: null }, { ours: 'EUR', rates });
  expect([unsaid.amount_minor, holdingInWords(unsaid)]).toEqual([
    90_000,
    'Account 1020 is in USD, and entries on it do not say how much: it counts as it was booked.',
  ]);
});
