import { expect, it } from 'vitest';
import { demandOfLine, type DemandLine } from './demandLine.ts';

const line: DemandLine = {
  kind: 'goods',
  ordered_qty_milli: 10_000,
  cancelled_qty_milli: 0,
  cancelled_by: null,
  committed_on: 90,
  shipped_qty_milli: 4_000,
  open: true,
};
const of = (changes: Partial<DemandLine>, as_of_on = 100) => demandOfLine({ ...line, ...changes }, as_of_on);

it('is what was ordered, owed past its date or promised for one to come', () => {
  expect(of({})).toMatchObject({ demand_qty_milli: 10_000, backorder_qty_milli: 6_000, forward_qty_milli: 0 });
  expect(of({ committed_on: 100 })).toMatchObject({ backorder_qty_milli: 0, forward_qty_milli: 6_000 });
  expect(of({ committed_on: null })).toMatchObject({ backorder_qty_milli: 0, forward_qty_milli: 6_000 });
  expect(of({ open: false })).toMatchObject({ demand_qty_milli: 10_000, backorder_qty_milli: 0, forward_qty_milli: 0 });
});

it('leaves out what the customer took back, not what we could not deliver', () => {
  const cancelled = { cancelled_qty_milli: 3_000 };
  expect(of({ ...cancelled, cancelled_by: 'customer' })).toMatchObject({
    demand_qty_milli: 7_000,
    withdrawn_qty_milli: 3_000,
    backorder_qty_milli: 3_000,
  });
  expect(of({ ...cancelled, cancelled_by: 'us' })).toMatchObject({ demand_qty_milli: 10_000, withdrawn_qty_milli: 0 });
  // never confirmed for a day: nothing was promised that could have been cancelled
  expect(of({ ...cancelled, cancelled_by: 'us', committed_on: null })).toMatchObject({ demand_qty_milli: 7_000 });
});

it('keeps returns apart, and freight is no demand', () => {
  expect(of({ kind: 'return', ordered_qty_milli: -2_000 })).toMatchObject({
    demand_qty_milli: 0,
    returned_qty_milli: 2_000,
  });
  expect(Object.values(of({ kind: 'freight' })).every((each) => each === 0)).toBe(true);
});
