import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillRateFactor } from '../fillRateFactor.ts';
import { levelsOf, type ReplenishmentPolicy } from './policy.ts';
import { STALE_DAYS } from '../staleDocuments.ts';
import { orderAheadMilli, type Proposal, proposeOrder, type ReplenishmentQuestion } from './proposal.ts';
import { POSITION, TODAY } from './testing/position.ts';

function proposed(changes: Partial<ReplenishmentQuestion>): Proposal {
  const answer = proposeOrder({ ...POSITION, ...changes });
  if (!('proposal' in answer)) throw new Error(`refused: ${JSON.stringify(answer.refusal)}`);
  return answer.proposal;
}

describe('the safety factor of a fill rate', () => {
  test('β .97, Q 9,000, σ 5,000 a year, L 4 weeks: k .5101, safety stock 707.37, reorder point 8,399.68', () => {
    const lead_time_deviation_qty = 5_000 * Math.sqrt(4 / 52);
    const k = fillRateFactor({ order_qty: 9_000, lead_time_deviation_qty, fill_rate: 0.97 });
    expect(k).toBeCloseTo(0.5101, 4);
    expect(k * lead_time_deviation_qty).toBeCloseTo(707.37, 1);
    expect((100_000 * 4) / 52 + k * lead_time_deviation_qty).toBeCloseTo(8_399.68, 1);
  });
  test('large orders need none; a steady demand needs none; a rate of all is refused', () => {
    expect(fillRateFactor({ order_qty: 1e9, lead_time_deviation_qty: 10, fill_rate: 0.9 })).toBe(0);
    expect(fillRateFactor({ order_qty: 10, lead_time_deviation_qty: 0, fill_rate: 0.99 })).toBe(0);
    expect(() => fillRateFactor({ order_qty: 10, lead_time_deviation_qty: 1, fill_rate: 1 })).toThrow('between');
  });
});

describe('levels', () => {
  const given = {
    daily_demand_qty_milli: 30,
    daily_deviation_qty_milli: 5,
    lead_time_days: 10,
    lead_time_deviation_days: 0,
  };
  // normalQuantile(0.95053) = 1.65
  const service: ReplenishmentPolicy = {
    kind: 'service',
    measure: 'cycle',
    target_bp: 9_505.29,
    review_days: 0,
    order_qty_milli: 200,
  };
  test('a reorder point from demand and lead time: 30 a day, σ 5, 10 days, z 1.65 → 326.09; lead time σ 3 → 450.77', () => {
    expect(levelsOf(service, given)).toMatchObject({ reorder_qty_milli: 327, up_to_qty_milli: 527 });
    expect(levelsOf(service, { ...given, lead_time_deviation_days: 3 }).reorder_qty_milli).toBe(451);
  });
  test('days between two looks are lived through too, and without an economic quantity an order brings their demand', () => {
    const levels = levelsOf(
      { ...service, review_days: 7, order_qty_milli: null },
      { ...given, daily_deviation_qty_milli: 0 },
    );
    expect(levels).toMatchObject({ reorder_qty_milli: 510, up_to_qty_milli: 720, made_of: { protected_days: 17 } });
  });
});

describe('a proposal', () => {
  test('below the minimum up to the maximum, in the supplier’s multiples, with each step said', () => {
    const supplier = { supplier_id: 9, minimum_qty_milli: 60_000, multiple_qty_milli: 25_000 };
    const answer = proposed({ supplier });
    expect(answer).toMatchObject({ supplier_id: 9, qty_milli: 100_000, receive_on: TODAY + 10, order_by_on: TODAY });
    expect(answer.steps.map((each) => [each.step, 'qty_milli' in each ? each.qty_milli : null])).toEqual([
      ['position', 30_000],
      ['levels', null],
      ['need', 90_000],
      ['supplier', 100_000],
    ]);
  });
  test('what is coming counts, what is owed and ordered ahead is taken off', () => {
    const answer = proposed({
      receipts: [{ on: TODAY + 3, qty_milli: 50_000 }],
      demand: [
        { on: TODAY - 2, qty_milli: 8_000 },
        { on: TODAY + 20, qty_milli: 12_000 },
      ],
    });
    expect(answer.steps[0]).toEqual({
      step: 'position',
      on_hand_qty_milli: 30_000,
      on_order_qty_milli: 50_000,
      backorder_qty_milli: 8_000,
      ordered_ahead_qty_milli: 12_000,
      qty_milli: 60_000,
    });
    expect(answer.qty_milli).toBe(0);
    // 20 above the minimum at 5 a day
    expect(answer.order_by_on).toBe(TODAY + 4);
  });
  test('without the order: the day it runs out and what is missing by the second lead time', () => {
    // 30 at 5 a day last six days; 21 days ask for 105
    expect(proposed({}).without).toEqual({ runs_out_on: TODAY + 6, short_qty_milli: 75_000 });
    // nobody wrote down what it is sold in
    expect(proposed({}).warnings).toEqual([
      { warning: 'any_quantity' },
      { warning: 'short_before_receipt', on: TODAY + 6, short_qty_milli: 20_000 },
    ]);
    expect(proposed({ on_hand_qty_milli: 200_000 }).without).toEqual({ runs_out_on: null, short_qty_milli: 0 });
  });
  test('a purchase that is overdue comes in seven days, as everywhere: until then it runs out', () => {
    const receipts = [{ on: TODAY - 3, qty_milli: 200_000 }];
    // 30 at 5 a day last six days, and the 200 come on the seventh
    expect(proposed({ receipts }).without).toEqual({ runs_out_on: TODAY + 6, short_qty_milli: 0 });
    expect(proposed({ receipts: [{ on: TODAY, qty_milli: 200_000 }] }).without.runs_out_on).toBeNull();
  });
  test('goods that go off are bought for their days only: 5 a day, 4 days after 10 of delivery', () => {
    const answer = proposed({ shelf_life_days: 4 });
    // the position may be 70 at most
    expect(answer.qty_milli).toBe(40_000);
    expect(answer.steps.at(-1)).toEqual({ step: 'days', limit: 'shelf_life_days', days: 4, qty_milli: 40_000 });
    const dozens = proposed({
      shelf_life_days: 4,
      supplier: { supplier_id: 9, minimum_qty_milli: 0, multiple_qty_milli: 12_000 },
    });
    expect(dozens.qty_milli).toBe(36_000);
  });
  test('the smallest order that lasts too long is waited with until nothing would be left, then bought with a warning', () => {
    const supplier = { supplier_id: 9, minimum_qty_milli: 90_000, multiple_qty_milli: 0 };
    const waits = proposed({
      shelf_life_days: 4,
      supplier,
      on_hand_qty_milli: 55_000,
      policy: { kind: 'min_max', min_qty_milli: 60_000, max_qty_milli: 90_000 },
    });
    expect(waits.qty_milli).toBe(0);
    const buys = proposed({ shelf_life_days: 4, supplier });
    expect(buys.qty_milli).toBe(90_000);
    expect(buys.warnings).toContainEqual({
      warning: 'smallest_order_too_large',
      limit: 'shelf_life_days',
      lasts_days: 14,
    });
  });
  test('an order of ten years ago is left out and said', () => {
    const old = [{ on: TODAY - STALE_DAYS - 1, qty_milli: 1_000_000 }];
    const answer = proposed({ demand: old, receipts: old });
    expect(answer.qty_milli).toBe(90_000);
    expect(answer.warnings).toContainEqual({ warning: 'stale_documents', orders: 1, receipts: 1 });
  });
  test.each([
    [{ item_active: false }, { reason: 'item_inactive' }],
    [{ policy: null }, { reason: 'no_policy' }],
    [{ supplier: null }, { reason: 'no_supplier' }],
    [{ lead_time_days: -1 }, { reason: 'policy', fault: 'lead_time_negative' }],
    [{ daily_demand_qty_milli: Number.NaN }, { reason: 'policy', fault: 'not_a_number' }],
    [
      { policy: { kind: 'min_max', min_qty_milli: 5, max_qty_milli: 4 } },
      { reason: 'policy', fault: 'maximum_below_minimum' },
    ],
    [
      { policy: { kind: 'lots', reorder_qty_milli: 5, lot_qty_milli: 0 } },
      { reason: 'policy', fault: 'lot_not_positive' },
    ],
    [
      { supplier: { supplier_id: 1, minimum_qty_milli: 0, multiple_qty_milli: -1 } },
      { reason: 'supplier_terms', fault: 'multiple_negative' },
    ],
    [{ most_days: 0 }, { reason: 'days_not_positive', which: 'most_days' }],
  ] as const satisfies readonly (readonly [Partial<ReplenishmentQuestion>, object])[])(
    '%j is refused with its reason',
    (changes, refusal) => {
      expect(proposeOrder({ ...POSITION, ...changes })).toEqual({ refusal });
    },
  );
});

const quantity = fc.integer({ min: 0, max: 400 }).map((units) => units * 500);
const documents = fc.array(fc.record({ on: fc.integer({ min: TODAY - 900, max: TODAY + 60 }), qty_milli: quantity }), {
  maxLength: 5,
});
const policies: fc.Arbitrary<ReplenishmentPolicy> = fc.oneof(
  fc
    .tuple(quantity, quantity)
    .map(([min, more]) => ({ kind: 'min_max' as const, min_qty_milli: min, max_qty_milli: min + more })),
  fc.record({
    kind: fc.constant('lots' as const),
    reorder_qty_milli: quantity,
    lot_qty_milli: quantity.map((each) => each + 500),
  }),
  fc.record({
    kind: fc.constant('service' as const),
    measure: fc.constantFrom('cycle' as const, 'fill' as const),
    target_bp: fc.integer({ min: 1, max: 9_999 }),
    review_days: fc.integer({ min: 0, max: 30 }),
    order_qty_milli: fc.option(quantity.map((each) => each + 500)),
  }),
);
const questions: fc.Arbitrary<ReplenishmentQuestion> = fc.record({
  as_of_on: fc.constant(TODAY),
  on_hand_qty_milli: fc.integer({ min: -100_000, max: 300_000 }),
  demand: documents,
  receipts: documents,
  daily_demand_qty_milli: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 20_000, noNaN: true })),
  daily_deviation_qty_milli: fc.double({ min: 0, max: 20_000, noNaN: true }),
  lead_time_days: fc.double({ min: 0, max: 60, noNaN: true }),
  lead_time_deviation_days: fc.double({ min: 0, max: 20, noNaN: true }),
  policy: policies,
  supplier: fc.record({ supplier_id: fc.constant(1), minimum_qty_milli: quantity, multiple_qty_milli: quantity }),
  item_active: fc.constant(true),
  shelf_life_days: fc.option(fc.integer({ min: 1, max: 200 })),
  most_days: fc.option(fc.integer({ min: 1, max: 200 })),
});

describe('whatever is asked', () => {
  const proposalOf = (asked: ReplenishmentQuestion): Proposal => {
    const answer = proposeOrder(asked);
    if (!('proposal' in answer)) throw new Error(JSON.stringify(answer.refusal));
    return answer.proposal;
  };
  test('what is proposed can be bought: whole, in multiples, not below the minimum', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { qty_milli } = proposalOf(asked);
        expect(Number.isSafeInteger(qty_milli) && qty_milli >= 0).toBe(true);
        if (qty_milli === 0 || asked.supplier === null) return;
        expect(qty_milli).toBeGreaterThanOrEqual(asked.supplier.minimum_qty_milli);
        if (asked.supplier.multiple_qty_milli > 0) expect(qty_milli % asked.supplier.multiple_qty_milli).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });
  test('a proposal that was ordered is not proposed again', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { qty_milli, receive_on } = proposalOf(asked);
        const receipts = [...asked.receipts, { on: receive_on, qty_milli }];
        expect(proposalOf({ ...asked, receipts }).qty_milli).toBe(0);
      }),
      { numRuns: 5_000 },
    );
  });
  test('more on hand never leaves more missing, nor is anything ordered that less on hand did not need', () => {
    fc.assert(
      fc.property(questions, fc.integer({ min: 1, max: 100_000 }), (asked, more) => {
        const richer = proposalOf({ ...asked, on_hand_qty_milli: asked.on_hand_qty_milli + more });
        const without = proposalOf(asked);
        expect(richer.without.short_qty_milli).toBeLessThanOrEqual(without.without.short_qty_milli);
        if (richer.qty_milli > 0) expect(without.qty_milli).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });
  test('what is ordered ahead can be bought, may lie so long, and leaves nothing to order', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { steps } = proposalOf(asked);
        const [position, levels] = steps;
        if (position?.step !== 'position' || levels?.step !== 'levels' || asked.supplier === null)
          throw new Error('steps');
        if (position.qty_milli <= levels.levels.reorder_qty_milli) return;
        const qty_milli = orderAheadMilli(asked, position.qty_milli, levels.levels);
        expect(Number.isSafeInteger(qty_milli) && qty_milli >= 0).toBe(true);
        if (qty_milli === 0) return;
        const { minimum_qty_milli, multiple_qty_milli } = asked.supplier;
        expect(qty_milli).toBeGreaterThanOrEqual(minimum_qty_milli);
        if (multiple_qty_milli > 0) expect(qty_milli % multiple_qty_milli).toBe(0);
        const days = Math.min(asked.shelf_life_days ?? Infinity, asked.most_days ?? Infinity);
        if (Number.isFinite(days)) {
          const most = asked.daily_demand_qty_milli * (days + asked.lead_time_days);
          expect(position.qty_milli + qty_milli).toBeLessThanOrEqual(most + 1);
        }
        const receipts = [...asked.receipts, { on: TODAY + 1, qty_milli }];
        expect(proposalOf({ ...asked, receipts }).qty_milli).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });
  test('every figure is a finite number', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const figures = JSON.stringify(proposalOf(asked), (_key, value: unknown) => {
          if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('not finite');
          return value;
        });
        expect(figures).toContain('"steps"');
      }),
    );
  });
});
