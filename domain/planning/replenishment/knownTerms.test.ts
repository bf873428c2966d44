import { expect, test } from 'vitest';
import { type KnownTerms, termsOfKnown } from './knownTerms.ts';

const known: KnownTerms = {
  as_of_on: 20_784,
  item_active: true,
  shelf_life_days: null,
  most_days: null,
  supplier_id: 12,
  agreed: { moq_qty_milli: 120_000, multiple_qty_milli: 60_000, lead_time_days: 14 },
  review_days: 7,
  measured: { days: 18.5, deviation_days: 2, lines: 4 },
  policy: {
    kind: 'service',
    min_qty_milli: 0,
    max_qty_milli: 0,
    lot_qty_milli: null,
    measure: 'cycle',
    target_bp: 9500,
    review_days: null,
    order_qty_milli: null,
    multiple_qty_milli: 10_000,
    lead_time_days: 21,
  },
};

test('what was measured goes before what is agreed, and that before what the policy says', () => {
  const days = (more: Partial<KnownTerms>) => {
    const { lead_time_days, lead_time_deviation_days } = termsOfKnown({ ...known, ...more });
    return [lead_time_days, lead_time_deviation_days];
  };
  expect(days({})).toEqual([18.5, 2]);
  expect(days({ measured: null })).toEqual([14, 0]);
  expect(days({ measured: null, agreed: null })).toEqual([21, 0]);
  expect(days({ measured: null, agreed: null, policy: null })).toEqual([0, 0]);
  const sold = (more: Partial<KnownTerms>) => termsOfKnown({ ...known, ...more }).supplier;
  expect(sold({})).toEqual({ supplier_id: 12, minimum_qty_milli: 120_000, multiple_qty_milli: 60_000 });
  expect(sold({ agreed: null })).toEqual({ supplier_id: 12, minimum_qty_milli: 0, multiple_qty_milli: 10_000 });
  expect(sold({ supplier_id: null })).toBeNull();
});

test('a policy that does not say how often it is looked at goes by the supplier', () => {
  expect(termsOfKnown(known).policy).toMatchObject({ kind: 'service', review_days: 7 });
  expect(termsOfKnown({ ...known, policy: null }).policy).toBeNull();
});
