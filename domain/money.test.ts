import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountOfPart,
  amountsOfParts,
  divideRounded,
  lineAmountMinor,
  lineAmountsIn,
  safeNumber,
  splitMinor,
} from './money.ts';

describe('money', () => {
  test('a line amount is rounded once, half away from zero', () => {
    // 6 × 2.55 = 15.30
    expect(lineAmountMinor(6_000n, 2_550_000n, 'GBP')).toBe(1530n);
    // 5 × 0.001 = 0.005 → 0.01; −5 × 0.001 → −0.01
    expect(lineAmountMinor(5_000n, 1_000n, 'GBP')).toBe(1n);
    expect(lineAmountMinor(-5_000n, 1_000n, 'GBP')).toBe(-1n);
    // 4 × 0.001 = 0.004 → 0
    expect(lineAmountMinor(4_000n, 1_000n, 'GBP')).toBe(0n);
    expect(lineAmountMinor(3_000n, 1_500_000n, 'JPY')).toBe(5n);
    expect(lineAmountMinor(1_000n, 1_234_567n, 'KWD')).toBe(1235n);
  });

  test('divideRounded agrees with exact halves of both signs', () => {
    expect(divideRounded(5n, 2n)).toBe(3n);
    expect(divideRounded(-5n, 2n)).toBe(-3n);
    expect(divideRounded(4n, 2n)).toBe(2n);
    expect(() => divideRounded(1n, 0n)).toThrow('positive');
  });

  test('a part of a quantity has its part of the amount, the whole all of it, nothing of nothing none', () => {
    expect(amountOfPart(1_000, 1, 3)).toBe(333);
    expect(amountOfPart(-1_001, 1, 2)).toBe(-501);
    expect(amountOfPart(999, 7, 7)).toBe(999);
    expect([amountOfPart(999, 0, 7), amountOfPart(999, 0, 0), amountOfPart(999, 3, 0)]).toEqual([0, 0, 0]);
  });

  test('parts of a quantity one after the other add up to the amount of all that is there, and to no more than the whole', () => {
    expect(amountsOfParts(1_000, [1, 1, 1], 3)).toEqual([333, 334, 333]);
    expect(amountsOfParts(-1_001, [1, 1], 2)).toEqual([-501, -500]);
    expect(amountsOfParts(1_000, [1], 3)).toEqual([333]);
    expect(amountsOfParts(1_000, [2, 5, 1], 4)).toEqual([500, 500, 0]);
    expect([amountsOfParts(1_000, [], 4), amountsOfParts(1_000, [1], 0)]).toEqual([[], [0]]);
  });

  test('15.00 over 13 is 8 × 1.15 + 5 × 1.16', () => {
    const parts = splitMinor(
      1500n,
      Array.from({ length: 13 }, () => 1n),
    );
    expect(parts.filter((part) => part === 115n)).toHaveLength(8);
    expect(parts.filter((part) => part === 116n)).toHaveLength(5);
  });

  test('a split always adds up to the amount and no part is off by a whole unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 40 }),
        (amount, weights) => {
          const total = weights.reduce((sum, weight) => sum + weight, 0n);
          fc.pre(total > 0n);
          const parts = splitMinor(amount, weights);
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
          parts.forEach((part, index) => {
            const exactTimesTotal = amount * (weights[index] ?? 0n);
            const error = part * total - exactTimesTotal;
            expect(error < total && error > -total).toBe(true);
          });
        },
      ),
    );
  });

  test('refuses weights that cannot carry the amount', () => {
    expect(() => splitMinor(1n, [])).toThrow();
    expect(() => splitMinor(1n, [0n])).toThrow();
    expect(() => splitMinor(1n, [-1n, 2n])).toThrow();
    expect(() => safeNumber(2n ** 53n)).toThrow('exact');
  });
});

test('an amount in numbers is the amount in BigInt, to the last digit', () => {
  let state = 12345;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % limit;
  };
  const wrong: number[][] = [];
  for (const currency of ['EUR', 'JPY', 'KWD']) {
    const amount = lineAmountsIn(currency);
    for (let n = 0; n < 20_000; n++) {
      const qty_milli = (below(2) === 0 ? -1 : 1) * below(10 ** (1 + below(9)));
      const price_micro = below(10 ** (1 + below(9)));
      const exact = Number(lineAmountMinor(BigInt(qty_milli), BigInt(price_micro), currency));
      if (!Object.is(amount(qty_milli, price_micro), exact)) wrong.push([qty_milli, price_micro]);
    }
  }
  expect(wrong).toEqual([]);
  // half a cent either way, exactly
  const euros = lineAmountsIn('EUR');
  expect([euros(5_000, 1_000), euros(-5_000, 1_000), euros(4_999, 1_000)]).toEqual([1, -1, 0]);
});
