import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideRounded } from '../money.ts';
import type { CostedLine, OrderTerms } from './lineCosts.ts';
import { workedLine } from './lineWorking.ts';

const line = (more: Partial<CostedLine>): CostedLine => ({
  id: 1,
  kind: 'goods',
  item_id: 7,
  party_id: 3,
  channel_id: 5,
  ordered_on: 100,
  sold_qty_milli: 10_000,
  net_minor: 5_000,
  ...more,
});
const always = { valid_from: null, valid_to: null };
const terms: OrderTerms = {
  rebates: [{ ...always, party_id: 3, channel_id: null, name: 'Bonus', rate_bp: 200 }],
  fees: [
    { ...always, channel_id: 5, name: 'Portal', rate_bp: 150 },
    { ...always, channel_id: 5, name: 'Payment', rate_bp: 125 },
  ],
  freight_minor: 1_001,
  counters: new Set(),
  currency: 'EUR',
  unitCost: () => ({ unit_cost_micro: 2_150_000, receipts: [] }),
};
const order = [
  line({}),
  line({ id: 2, net_minor: 6_993 }),
  line({ id: 3, net_minor: 7 }),
  line({ id: 4, kind: 'freight' }),
];
const standing = { cost_minor: 2_150, freight_minor: 417, rebate_minor: 100, fee_minor: 138 };

test('a line’s working says the order’s amount, and which parts stand otherwise than they come to now', () => {
  expect(workedLine(1, order, terms, standing, true)).toMatchObject({
    cost_minor: 2_150,
    rebate_of_order: { rate_bp: 200, lines: 3, net_minor: 12_000, amount_minor: 240 },
    fee_of_order: { rate_bp: 275, lines: 3, net_minor: 12_000, amount_minor: 330 },
    goods: { lines: 3, net_minor: 12_000 },
    differs: [],
  });
  const differs = (...[more, known = true]: [Partial<typeof standing> | null, boolean?]) =>
    workedLine(1, order, terms, more === null ? null : { ...standing, ...more }, known)?.differs;
  expect(differs({ cost_minor: 1_800, fee_minor: 0 })).toEqual(['cost', 'fee']);
  expect(differs({ freight_minor: 400 })).toEqual(['freight']);
  // nobody was asked what carriers charged
  expect(differs({ freight_minor: 400 }, false)).toEqual([]);
  expect(differs(null)).toEqual(['cost']);
  expect(workedLine(1, order, { ...terms, unitCost: () => null }, null, true)?.differs).toEqual([]);
  // no goods, no return
  expect(workedLine(4, order, terms, null, true)).toBeNull();
});

test('over a counter nothing is sent; a return’s rates are of the returns alone', () => {
  const counter = workedLine(1, order, { ...terms, freight_minor: null, counters: new Set([5]) }, null, false);
  expect([counter?.over_counter, counter?.freight_minor]).toEqual([true, 0]);
  const back = line({ id: 9, kind: 'return', net_minor: -1_000, sold_qty_milli: -2_000 });
  expect(workedLine(9, [...order, back], terms, null, true)).toMatchObject({
    rebate_of_order: { lines: 1, net_minor: -1_000, amount_minor: -20 },
    over_counter: false,
  });
});

test('the order’s amount is its rate of its net, rounded once', () => {
  const nets = fc.array(fc.integer({ min: -2_000, max: 1_000_000 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(nets, fc.integer({ min: 1, max: 3_000 }), (amounts, rate_bp) => {
      const lines = amounts.map((net_minor, at) => line({ id: at + 1, net_minor }));
      const rebates = [{ ...always, party_id: 3, channel_id: null, name: 'Bonus', rate_bp }];
      const worked = workedLine(1, lines, { ...terms, rebates }, null, true);
      const { net_minor = 0, amount_minor = -1 } = worked?.rebate_of_order ?? {};
      expect(amount_minor).toBe(Number(divideRounded(BigInt(net_minor) * BigInt(rate_bp), 10_000n)));
    }),
  );
});
