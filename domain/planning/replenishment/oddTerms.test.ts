/** Terms that can be bought by and are hardly meant: the quantity is proposed, and what is odd about it is said. */
import { expect, test } from 'vitest';
import { knownPriceMicro } from './orderTerms.ts';
import { proposeOrder, type ReplenishmentQuestion } from './proposal.ts';
import { POSITION } from './testing/position.ts';

const sold = { supplier_id: 9, minimum_qty_milli: 1_000, multiple_qty_milli: 500 };
const good: ReplenishmentQuestion = { ...POSITION, supplier: sold };

/** What runs out before it comes is no matter of terms. */
function saidOf(asked: ReplenishmentQuestion) {
  const answer = proposeOrder(asked);
  if (!('proposal' in answer)) throw new Error(answer.refusal.reason);
  const { qty_milli, warnings, steps } = answer.proposal;
  return { qty_milli, warnings: warnings.filter(({ warning }) => warning !== 'short_before_receipt'), steps };
}

test('an order step of nothing is any quantity, and said where something is ordered', () => {
  const supplier = { ...sold, multiple_qty_milli: 0 };
  expect(saidOf({ ...good, supplier })).toMatchObject({ qty_milli: 90_000, warnings: [{ warning: 'any_quantity' }] });
  expect(saidOf(good).warnings).toEqual([]);
  expect(saidOf({ ...good, supplier, on_hand_qty_milli: 500_000 })).toMatchObject({ qty_milli: 0, warnings: [] });
});

test('a minimum that lasts for years is said, of goods that may lie for ever too', () => {
  const minimum = { ...sold, minimum_qty_milli: 50_000_000 };
  expect(saidOf({ ...good, supplier: minimum })).toMatchObject({
    qty_milli: 50_000_000,
    warnings: [{ warning: 'smallest_order_too_large', limit: 'any', lasts_days: 9_996 }],
  });
  // what the policy itself wants for years is its will
  const policy = { kind: 'min_max', min_qty_milli: 40_000, max_qty_milli: 50_000_000 } as const;
  expect(saidOf({ ...good, policy }).warnings).toEqual([]);
});

test.each(['shelf_life_days', 'most_days'] as const)(
  '%s shorter than the way to here: as much as lasts so long',
  (which) => {
    const { qty_milli, steps } = saidOf({ ...good, [which]: 3, on_hand_qty_milli: 0 });
    // 5 a day over 10 days until it comes, and 3 from then on
    expect(qty_milli).toBe(65_000);
    expect(steps.at(-1)).toEqual({ step: 'days', limit: which, days: 3, qty_milli: 65_000 });
  },
);

test('a price of nothing, or below, is one that is not known: no quantity is worth nothing', () => {
  const asked = [6_800_000, 1, 0, -5, Number.NaN, null, undefined];
  expect(asked.map(knownPriceMicro)).toEqual([6_800_000, 1, null, null, null, null, null]);
});
