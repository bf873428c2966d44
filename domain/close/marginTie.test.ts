import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LadderLine } from '../kpi/marginLadder.ts';
import { amountsOf, bookedAtOnce, creditAmounts, deliveredParts, sameAmount } from './marginTie.ts';

const LINE: LadderLine = {
  kind: 'goods',
  gross_minor: 1000,
  discount_minor: 100,
  net_minor: 900,
  cost_minor: 500,
  freight_minor: 40,
  rebate_minor: 9,
  fee_minor: null,
};

describe('what documents book', () => {
  test('worked out by hand: thirds of a line, the last with what rounding left', () => {
    expect(deliveredParts(LINE, 3000, [1000, 1000, 1000]).map(({ amounts }) => amounts)).toEqual([
      amountsOf({ gross: 333, discounts: -33, cost: -167, freight: -13, rebates: -3 }),
      amountsOf({ gross: 334, discounts: -34, cost: -166, freight: -14, rebates: -3 }),
      amountsOf({ gross: 333, discounts: -33, cost: -167, freight: -13, rebates: -3 }),
    ]);
  });

  test('a return books to returns, its discount and cost the other way round; a credit to returns, of a claim to claims', () => {
    const back = { ...LINE, kind: 'return', gross_minor: -300, discount_minor: -30, net_minor: -270, cost_minor: -150 };
    expect(bookedAtOnce(back)).toEqual(
      amountsOf({ returns: -300, discounts: 30, cost: 150, freight: -40, rebates: -9 }),
    );
    expect(bookedAtOnce({ ...LINE, kind: 'discount', gross_minor: -90, discount_minor: 0, net_minor: -90 })).toEqual(
      amountsOf({ discounts: -90 }),
    );
    expect(bookedAtOnce(LINE)).toBeNull();
    expect([creditAmounts(70, false), creditAmounts(70, true)]).toEqual([
      amountsOf({ returns: -70 }),
      amountsOf({ claims: -70 }),
    ]);
  });

  test('what is all delivered books the whole line, however it left, and more than was sold books nothing more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 }),
        fc.nat(5000),
        (parts, beyond) => {
          const sold = parts.reduce((sum, part) => sum + part, 0);
          const booked = deliveredParts(LINE, sold, [...parts, beyond]);
          const whole = amountsOf({}).map((_, at) => booked.reduce((sum, { amounts }) => sum + (amounts[at] ?? 0), 0));
          expect(whole).toEqual(amountsOf({ gross: 1000, discounts: -100, cost: -500, freight: -40, rebates: -9 }));
        },
      ),
    );
  });
});

test('what comes to the difference exactly is where to look', () => {
  const groups = new Map([
    ['A', -120],
    ['B', 55],
    ['C', 120],
  ]);
  expect(sameAmount(120, groups)).toEqual(['A', 'C']);
  expect(sameAmount(0, new Map([['A', 0]]))).toEqual([]);
});
