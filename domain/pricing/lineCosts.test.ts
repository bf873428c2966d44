import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideRounded } from '../money.ts';
import { landedByLine, type ReceivedGoods, unitCosts } from './landedUnitCost.ts';
import { type CostedLine, lineCosts, type OrderTerms } from './lineCosts.ts';

const line = (more: Partial<CostedLine> = {}): CostedLine => ({
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
const receipt = (more: Partial<ReceivedGoods> = {}): ReceivedGoods => ({
  po_line_id: 1,
  item_id: 7,
  ref: 'PO-1 · R-1',
  received_on: 90,
  qty_milli: 100_000,
  unit_price_micro: 2_000_000,
  received_qty_milli: 100_000,
  ...more,
});
const always = { valid_from: null, valid_to: null };
const terms = (more: Partial<OrderTerms> = {}): OrderTerms => ({
  rebates: [],
  fees: [],
  freight_minor: null,
  counters: new Set(),
  currency: 'EUR',
  unitCost: () => null,
  ...more,
});

describe('what a unit cost', () => {
  test('the last priced receipt by that day with its part of the charges; of one day by quantity; else the kept cost', () => {
    const landed = landedByLine([
      { amount_minor: 3_000, split_by: 'value', posted: [{ po_line_id: 1, amount_minor: 1_500 }], lines: [] },
      // not split yet: as it would be
      {
        amount_minor: 1_000,
        split_by: 'quantity',
        posted: [],
        lines: [1, 9].map((id) => ({
          id,
          code: `FA-${id}`,
          uom: 'pcs',
          qty_milli: 100_000,
          amount_minor: null,
          weight_g: null,
          volume_ml: null,
        })),
      },
    ]);
    expect([...landed]).toEqual([
      [1, 2_000],
      [9, 500],
    ]);
    const of = unitCosts(
      [
        receipt(),
        receipt({ po_line_id: 2, received_on: 95, unit_price_micro: 3_000_000, qty_milli: 30_000 }),
        receipt({ po_line_id: 3, received_on: 95, unit_price_micro: 5_000_000, qty_milli: 10_000 }),
        receipt({ po_line_id: 4, received_on: 99, unit_price_micro: null }),
      ],
      landed,
      new Map([
        [7, 1_234_567],
        [8, 2_000_000],
      ]),
      'EUR',
    );
    expect([89, 90, 94, 95, 200].map((day) => of(7, day)?.unit_cost_micro)).toEqual([
      1_234_567, 2_200_000, 2_200_000, 3_500_000, 3_500_000,
    ]);
    expect([of(8, 1), of(6, 1)]).toEqual([{ unit_cost_micro: 2_000_000, receipts: [] }, null]);
    expect(of(7, 96)?.receipts.map(({ po_line_id }) => po_line_id)).toEqual([2, 3]);
  });
});

describe('what a line owes', () => {
  const rebate = { ...always, party_id: 3, channel_id: null, name: 'Bonus', rate_bp: 200 };
  const fee = { ...always, channel_id: 5, name: 'Portal', rate_bp: 520 };

  test('the channel’s own agreement before that of all, of a fee the version of that day, each fee beside the others', () => {
    const rebates = [rebate, { ...rebate, channel_id: 5, rate_bp: 300, valid_from: 100 }, { ...rebate, party_id: 4 }];
    const fees = [
      fee,
      { ...fee, rate_bp: 630, valid_from: 100 },
      { ...fee, name: 'Payment', rate_bp: 130 },
      { ...fee, channel_id: 6, rate_bp: 9_000 },
    ];
    const owed = (more: Partial<CostedLine>) => {
      const [found] = lineCosts([line(more)], terms({ rebates, fees }));
      return [found?.rebate_minor, found?.fee_minor];
    };
    expect(owed({ ordered_on: 99 })).toEqual([100, 325]);
    expect(owed({})).toEqual([150, 380]);
    expect(owed({ channel_id: null, party_id: null })).toEqual([0, 0]);
    expect(owed({ kind: 'return', net_minor: -5_000, sold_qty_milli: -10_000 })).toEqual([-150, -380]);
  });

  test('freight is unknown until a carrier says, nothing over a counter, and none comes back with a return', () => {
    const lines = [line(), line({ id: 2, kind: 'return', net_minor: -100 }), line({ id: 3, kind: 'freight' })];
    const freight = (more: Partial<OrderTerms>) => lineCosts(lines, terms(more)).map((each) => each.freight_minor);
    expect(freight({})).toEqual([null, 0]);
    expect(freight({ counters: new Set([5]) })).toEqual([0, 0]);
    expect(freight({ freight_minor: 1_234 })).toEqual([1_234, 0]);
    const samples = [line({ net_minor: 0 }), line({ id: 2, net_minor: 0 })];
    expect(lineCosts(samples, terms({ freight_minor: 5 })).map((each) => each.freight_minor)).toEqual([3, 2]);
  });

  test('a return takes back what the goods cost; an item nobody knows costs null, not 0', () => {
    const unitCost = (item_id: number) => (item_id === 7 ? { unit_cost_micro: 2_150_000, receipts: [] } : null);
    const lines = [line(), line({ kind: 'return', sold_qty_milli: -1_000, net_minor: -500 }), line({ item_id: 8 })];
    expect(lineCosts(lines, terms({ unitCost })).map((each) => each.cost_minor)).toEqual([2_150, -215, null]);
  });

  test('the parts of an order add up to what it owes, to the cent, and no line bears more than its sales’ part and a cent', () => {
    const some = fc.record({
      net_minor: fc.integer({ min: -1_000, max: 10_000_000 }),
      kind: fc.constantFrom('goods', 'goods', 'goods', 'discount'),
    });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.option(fc.integer({ min: 0, max: 10_000_000 })),
        (drawn, rebate_bp, fee_bp, freight_minor) => {
          const lines = drawn.map((each, at) => line({ ...each, id: at + 1 }));
          const goods = lines.filter(({ kind }) => kind === 'goods');
          const costs = lineCosts(
            lines,
            terms({
              rebates: [{ ...rebate, rate_bp: rebate_bp }],
              fees: [{ ...fee, rate_bp: fee_bp }],
              freight_minor,
            }),
          );
          expect(costs.map(({ id }) => id)).toEqual(goods.map(({ id }) => id));
          const net = goods.reduce((sum, each) => sum + BigInt(Math.max(0, each.net_minor)), 0n);
          const sum = (name: 'rebate_minor' | 'fee_minor' | 'freight_minor'): bigint =>
            costs.reduce((all, each) => all + BigInt(each[name] ?? 0), 0n);
          expect(sum('rebate_minor')).toBe(divideRounded(net * BigInt(rebate_bp), 10_000n));
          expect(sum('fee_minor')).toBe(divideRounded(net * BigInt(fee_bp), 10_000n));
          if (goods.length > 0 && freight_minor !== null) expect(sum('freight_minor')).toBe(BigInt(freight_minor));
          for (const [at, { rebate_minor, freight_minor: part }] of costs.entries()) {
            const own = Math.max(0, goods[at]?.net_minor ?? 0);
            expect(Math.abs(rebate_minor - (own * rebate_bp) / 10_000)).toBeLessThan(1.5);
            expect(part === null).toBe(freight_minor === null);
          }
        },
      ),
    );
  });
});
