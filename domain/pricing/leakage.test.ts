import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitMinor } from '../money.ts';
import {
  accruedRebateBp,
  allowedDiscountBp,
  belowFloorMinor,
  costRiseBp,
  costRiseMinor,
  type DiscountRule,
  discountBeyondRuleMinor,
  discountRules,
  freightNotChargedMinor,
  rebateNotAccruedMinor,
} from './leakage.ts';

test('below the floor: 10 at a floor of 5.00, billed 42.00, leak 8.00', () => {
  expect(belowFloorMinor({ sold_qty_milli: 10_000, net_minor: 4_200 }, 5_000_000, 'EUR')).toBe(800);
  expect(belowFloorMinor({ sold_qty_milli: 10_000, net_minor: 5_000 }, 5_000_000, 'EUR')).toBe(0);
  expect(belowFloorMinor({ sold_qty_milli: 0, net_minor: 0 }, 5_000_000, 'EUR')).toBe(0);
  expect(belowFloorMinor({ sold_qty_milli: 10_000, net_minor: 40 }, 5_000_000, 'JPY')).toBe(10);
});

test('discount beyond the rule: 33 % given of 100.00 where 24 % is allowed leaks 9.00, unless approved', () => {
  const line = { gross_minor: 10_000, discount_minor: 3_300, approved_by: null };
  expect(discountBeyondRuleMinor(line, 2_400)).toBe(900);
  expect(discountBeyondRuleMinor({ ...line, approved_by: 'tess' }, 2_400)).toBe(0);
  expect(discountBeyondRuleMinor({ ...line, discount_minor: 2_400 }, 2_400)).toBe(0);
  expect(discountBeyondRuleMinor({ ...line, gross_minor: -10_000, discount_minor: -3_300 }, 2_400)).toBe(0);
});

test('what rounding comes to is no discount: 3 at 3.335 less the 10 % allowed are billed at 9.00 of 10.01', () => {
  const line = { gross_minor: 1_001, discount_minor: 101, approved_by: null };
  expect(discountBeyondRuleMinor(line, 1_000)).toBe(0);
  expect(discountBeyondRuleMinor({ ...line, discount_minor: 102 }, 1_000)).toBe(2);
  expect(discountBeyondRuleMinor({ ...line, gross_minor: 1_000 }, 1_000)).toBe(1);
});

test('freight not charged: an order of 120.00 under the limit of 150.00 without a freight line', () => {
  const rule = { free_freight_from_minor: 15_000, freight_charge_minor: 950 };
  expect(freightNotChargedMinor({ goods_net_minor: 12_000, freight_lines: 0 }, rule)).toBe(950);
  expect(freightNotChargedMinor({ goods_net_minor: 12_000, freight_lines: 1 }, rule)).toBe(0);
  expect(freightNotChargedMinor({ goods_net_minor: 15_000, freight_lines: 0 }, rule)).toBe(0);
  expect(freightNotChargedMinor({ goods_net_minor: -100, freight_lines: 0 }, rule)).toBe(0);
  expect(
    freightNotChargedMinor({ goods_net_minor: 1, freight_lines: 0 }, { ...rule, free_freight_from_minor: null }),
  ).toBe(0);
});

describe('cost rise', () => {
  const change = {
    old_cost_micro: 10_000_000,
    new_cost_micro: 10_680_000,
    old_price_micro: 15_000_000,
    new_price_micro: 15_000_000,
    sold_since_qty_milli: 100_000,
  };
  test('6.8 % on 10.00 over 100 sold at unchanged prices is 68.00', () => {
    expect(costRiseBp(change.old_cost_micro, change.new_cost_micro)).toBe(680);
    expect(costRiseMinor(change, 'EUR')).toBe(6_800);
  });
  test('passed on by half, it leaks nothing; a smaller rise is noise', () => {
    expect(costRiseMinor({ ...change, new_price_micro: 15_510_000 }, 'EUR')).toBe(0);
    // by less, what is left of it: 0.68 − 0.50, 0.68 − 0.10; a price that fell is another matter
    expect(costRiseMinor({ ...change, new_price_micro: 15_500_000 }, 'EUR')).toBe(1_800);
    expect(costRiseMinor({ ...change, new_price_micro: 15_100_000 }, 'EUR')).toBe(5_800);
    expect(costRiseMinor({ ...change, new_price_micro: 14_000_000 }, 'EUR')).toBe(6_800);
    expect(costRiseMinor({ ...change, new_cost_micro: 10_190_000 }, 'EUR')).toBe(0);
    expect(costRiseMinor({ ...change, old_cost_micro: 0 }, 'EUR')).toBe(0);
  });
});

describe('a rebate agreed', () => {
  test('at 2 % and not accrued', () => {
    expect(rebateNotAccruedMinor({ net_minor: 10_000, rebate_minor: null }, 200)).toBe(200);
    expect(rebateNotAccruedMinor({ net_minor: 10_000, rebate_minor: 200 }, 200)).toBe(0);
    expect(rebateNotAccruedMinor({ net_minor: -10_000, rebate_minor: null }, 200)).toBe(0);
  });

  test('at 3 % and accrued at 2 %: the difference leaks', () => {
    const line = { net_minor: 10_000, rebate_minor: 200 };
    expect([rebateNotAccruedMinor(line, 300), accruedRebateBp(line)]).toEqual([100, 200]);
    expect(rebateNotAccruedMinor({ net_minor: 10_000, rebate_minor: 400 }, 300)).toBe(0);
  });

  test('split over the lines of an order to the cent leaks on none of them, and all of it when it is not accrued', () => {
    const nets = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(nets, fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 1_999 }), (drawn, bp, low) => {
        const net = drawn.reduce((sum, each) => sum + each, 0);
        fc.pre(net > 0);
        const split = (rate: number) =>
          splitMinor(
            (BigInt(net) * BigInt(rate)) / 10_000n,
            drawn.map((each) => BigInt(each)),
          ).map(Number);
        const leaksAt = (rebates: readonly number[]) =>
          drawn.map((net_minor, nth) => rebateNotAccruedMinor({ net_minor, rebate_minor: rebates[nth] ?? 0 }, bp));
        expect(leaksAt(split(bp)).filter((leak) => leak > 0)).toEqual([]);
        const lower = Math.min(low, bp);
        const lacking = leaksAt(split(lower)).reduce((sum, each) => sum + each, 0);
        // of each line at most two cents are rounding
        expect(Math.abs(lacking - (net * (bp - lower)) / 10_000)).toBeLessThanOrEqual(3 * drawn.length + 1);
      }),
    );
  });
});

describe('the discount a line may have', () => {
  const rule = (more: Partial<DiscountRule>): DiscountRule => ({
    channel_id: null,
    party_id: null,
    item_id: null,
    category: null,
    max_discount_bp: 1_000,
    valid_from: 0,
    valid_to: null,
    ...more,
  });
  const line = { channel_id: 1, party_id: 7, item_id: 9, category: 'Pumps', ordered_on: 50 };
  test('comes from the narrowest rule that fits, else from the channel', () => {
    const rules = [
      rule({ category: 'Pumps', max_discount_bp: 1_500 }),
      rule({ party_id: 7, max_discount_bp: 2_000 }),
      rule({ party_id: 7, item_id: 9, max_discount_bp: 2_500 }),
      rule({ party_id: 8, item_id: 9, max_discount_bp: 9_000 }),
    ];
    expect(allowedDiscountBp(line, discountRules(rules), 500)).toBe(2_500);
    expect(allowedDiscountBp({ ...line, item_id: 1 }, discountRules(rules), 500)).toBe(2_000);
    expect(allowedDiscountBp({ ...line, party_id: null, item_id: 1 }, discountRules(rules), 500)).toBe(1_500);
    expect(allowedDiscountBp({ ...line, party_id: null, item_id: 1, category: null }, discountRules(rules), 500)).toBe(
      500,
    );
    expect(allowedDiscountBp(line, discountRules([]), null)).toBeNull();
  });
  test('holds on its days only', () => {
    expect(allowedDiscountBp(line, discountRules([rule({ valid_from: 51 })]), 500)).toBe(500);
    expect(allowedDiscountBp(line, discountRules([rule({ valid_to: 49 })]), 500)).toBe(500);
    expect(allowedDiscountBp(line, discountRules([rule({ valid_from: 50, valid_to: 50 })]), 500)).toBe(1_000);
  });
  test('a later rule takes the place of one that was left open, in whatever order they come', () => {
    const open = rule({ valid_from: 1, max_discount_bp: 1_000 });
    const later = rule({ valid_from: 40, max_discount_bp: 2_000 });
    for (const rules of [
      [open, later],
      [later, open],
    ]) {
      expect(allowedDiscountBp(line, discountRules(rules), 500)).toBe(2_000);
      expect(allowedDiscountBp({ ...line, ordered_on: 39 }, discountRules(rules), 500)).toBe(1_000);
    }
  });
  test('is what going through all rules one by one says', () => {
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
    const limits = {
      channel_id: some(fc.integer({ min: 1, max: 2 })),
      party_id: some(fc.integer({ min: 1, max: 3 })),
      item_id: some(fc.integer({ min: 1, max: 3 })),
      category: some(fc.constantFrom('Pumps', 'Seals')),
    };
    const rules = fc.array(
      fc.record({
        ...limits,
        max_discount_bp: some(fc.integer({ min: 0, max: 9_000 })),
        valid_from: fc.integer({ min: 40, max: 60 }),
        valid_to: some(fc.integer({ min: 40, max: 60 })),
      }),
      { maxLength: 40 },
    );
    const names = ['party_id', 'item_id', 'category', 'channel_id'] as const;
    const weight = (each: DiscountRule) => names.reduce((sum, name) => sum * 2 + (each[name] === null ? 0 : 1), 0);
    fc.assert(
      fc.property(rules, fc.record({ ...limits, ordered_on: fc.integer({ min: 40, max: 60 }) }), (all, sold) => {
        let best: DiscountRule | undefined;
        for (const each of all) {
          const fits = names.every((name) => each[name] === null || each[name] === sold[name]);
          const holds = each.valid_from <= sold.ordered_on && sold.ordered_on <= (each.valid_to ?? Infinity);
          if (each.max_discount_bp === null || !fits || !holds) continue;
          const later = best && weight(each) === weight(best) && each.valid_from > best.valid_from;
          if (!best || later || weight(each) > weight(best)) best = each;
        }
        expect(allowedDiscountBp(sold, discountRules(all), 500)).toBe(best?.max_discount_bp ?? 500);
      }),
    );
  });
});
