import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DraftLine, draftOrder, type DraftQuestion } from './draftOrder.ts';

const TODAY = 20_762;
const line = (item_id: number, value_minor: number, in_days = 0): DraftLine => ({
  item_id,
  qty_milli: 1_000,
  value_minor,
  order_by_on: TODAY + in_days,
});
const question: DraftQuestion = {
  as_of_on: TODAY,
  lines: [line(1, 30_000), line(2, 20_000, 3), line(3, 40_000, 10), line(4, 50_000, 40)],
  terms: { minimum_minor: 0, freight_minor: 0, free_freight_from_minor: null },
  holding_rate_bp: 2_000,
  look_ahead_days: 30,
};
const taken = (changes: Partial<DraftQuestion['terms']>, more: Partial<DraftQuestion> = {}) => {
  const order = draftOrder({ ...question, ...more, terms: { ...question.terms, ...changes } });
  return { ...order, items: order?.lines.map((each) => `${each.item_id} ${each.reason}`) };
};

describe('an order to a supplier', () => {
  test('holds what is needed now, and nothing else without a reason', () => {
    expect(taken({})).toMatchObject({ items: ['1 needed'], value_minor: 30_000, below_minimum_minor: 0 });
    expect(draftOrder({ ...question, lines: [line(2, 5_000, 1)] })).toBeNull();
  });
  test('the minimum is met by what is needed soonest, and the cost of having it early is said', () => {
    const order = taken({ minimum_minor: 80_000 });
    expect(order.items).toEqual(['1 needed', '2 for_minimum', '3 for_minimum']);
    // 200.00 for 3 days and 400.00 for 10 at a fifth a year
    expect(order.holding_minor).toBe(Math.round((20_000 * 0.2 * 3) / 365) + Math.round((40_000 * 0.2 * 10) / 365));
  });
  test('what is needed too late is not brought forward: the order stays below the minimum and says by how much', () => {
    expect(taken({ minimum_minor: 120_000 })).toMatchObject({
      items: ['1 needed', '2 for_minimum', '3 for_minimum'],
      below_minimum_minor: 30_000,
    });
  });
  test('freight is saved where having goods early costs less than it', () => {
    const free = { freight_minor: 4_500, free_freight_from_minor: 50_000 };
    expect(taken(free)).toMatchObject({ items: ['1 needed', '2 for_freight'], freight_minor: 0 });
    expect(taken({ ...free, freight_minor: 30 })).toMatchObject({ items: ['1 needed'], freight_minor: 30 });
    expect(taken({ ...free, free_freight_from_minor: 500_000 })).toMatchObject({
      items: ['1 needed'],
      freight_minor: 4_500,
    });
  });
  test('negative figures are refused', () => {
    expect(() => taken({ minimum_minor: -1 })).toThrow(RangeError);
    expect(() => taken({}, { lines: [line(1, -5)] })).toThrow(RangeError);
    expect(() => taken({ freight_minor: Number.NaN })).toThrow(RangeError);
  });
  test('whatever is asked: all that is needed is in it once, sums are exact, nothing is early without its reason', () => {
    const lines = fc.array(
      fc.record({
        item_id: fc.integer({ min: 1, max: 50 }),
        qty_milli: fc.integer({ min: 0, max: 9_000 }),
        value_minor: fc.integer({ min: 0, max: 90_000 }),
        order_by_on: fc.integer({ min: TODAY - 5, max: TODAY + 60 }),
      }),
      { maxLength: 12 },
    );
    const terms = fc.record({
      minimum_minor: fc.integer({ min: 0, max: 200_000 }),
      freight_minor: fc.integer({ min: 0, max: 9_000 }),
      free_freight_from_minor: fc.option(fc.integer({ min: 0, max: 300_000 })),
    });
    fc.assert(
      fc.property(lines, terms, (asked, given) => {
        const order = draftOrder({ ...question, lines: asked, terms: given });
        const needed = asked.filter((each) => each.qty_milli > 0 && each.order_by_on <= TODAY);
        if (order === null) {
          expect(needed).toHaveLength(0);
          return;
        }
        expect(order.lines.filter((each) => each.reason === 'needed')).toHaveLength(needed.length);
        expect(order.value_minor).toBe(order.lines.reduce((sum, each) => sum + each.value_minor, 0));
        expect(order.below_minimum_minor > 0).toBe(order.value_minor < given.minimum_minor);
        const early = order.lines.filter((each) => each.reason === 'for_freight');
        const saved = early.reduce((sum, each) => sum + (each.value_minor * 0.2 * each.days_early) / 365, 0);
        if (early.length > 0)
          expect([order.freight_minor, saved < given.freight_minor + early.length]).toEqual([0, true]);
      }),
      { numRuns: 1_000 },
    );
  });
});
