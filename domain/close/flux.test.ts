import { describe, expect, test } from 'vitest';
import { fluxOf } from './flux.ts';

const threshold = { amount_minor: 100_000, rate_bp: 1_000 };

describe('flux', () => {
  test('asks only beyond the amount and beyond the share', () => {
    expect(fluxOf(1_210_000, 1_000_000, threshold)).toEqual({ change_minor: 210_000, rate_bp: 2_100, asks: true });
    // a tenth exactly is not more than a tenth, and a small amount is small however large its share
    expect(fluxOf(1_100_001, 1_000_000, { ...threshold, amount_minor: 0 }).asks).toBe(true);
    expect(fluxOf(1_100_000, 1_000_000, { ...threshold, amount_minor: 0 }).asks).toBe(false);
    expect(fluxOf(150_000, 50_000, threshold).asks).toBe(false);
    expect(fluxOf(150_001, 50_000, threshold).asks).toBe(true);
    expect(fluxOf(10_900_000, 10_000_000, threshold).asks).toBe(false);
  });

  test('the per cent says whether the amount grew or fell, in credit as in debit', () => {
    const rate = (now_minor: number, before_minor: number) => fluxOf(now_minor, before_minor, threshold).rate_bp;
    // sales rise, payables fall, an expense rises, a reserve (an asset in credit) grows
    expect(rate(-10_309_900, -8_927_600)).toBe(1_548);
    expect(rate(-8_360_000, -10_000_000)).toBe(-1_640);
    expect(rate(1_210_000, 1_000_000)).toBe(2_100);
    expect(rate(-150_000, -100_000)).toBe(5_000);
    expect(rate(900_000, 1_000_000)).toBe(-1_000);
  });

  test('from nothing and to nothing, and across zero', () => {
    expect(fluxOf(200_000, 0, threshold)).toEqual({ change_minor: 200_000, rate_bp: null, asks: true });
    expect(fluxOf(0, -200_000, threshold)).toEqual({ change_minor: 200_000, rate_bp: -10_000, asks: true });
    expect(fluxOf(-300_000, 200_000, threshold)).toEqual({ change_minor: -500_000, rate_bp: -25_000, asks: true });
    // nine thousand million beside a cent: no share of it is told, and it asks all the same
    expect(fluxOf(-900_719_925_476, -1, threshold)).toEqual({
      change_minor: -900_719_925_475,
      rate_bp: null,
      asks: true,
    });
    expect(fluxOf(5, 5, threshold)).toEqual({ change_minor: 0, rate_bp: 0, asks: false });
  });
});
