import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCredit, addLadderLine, emptyLadderSums, ladderFigures } from './marginLadder.ts';
import { soldSums } from './comparison.ts';
import {
  addBridgeCredit,
  addBridgeLine,
  addPlannedEffects,
  BRIDGE_EFFECTS,
  BRIDGE_STEPS,
  type BridgeEffect,
  type BridgeLine,
  type BridgeStep,
  bridgeReference,
  EFFECTS_OF,
  LEAF_WIDTH,
  noEffects,
  PARTS,
  planGrowth,
  type PlannedLeaf,
} from './priceVolumeMix.ts';

interface Sale extends BridgeLine {
  readonly is_now: boolean;
  readonly item: number;
  readonly channel: number;
}
const ITEMS = 4;
const CHANNELS = 2;

function referenceFor(sales: readonly Sale[]) {
  const values = new Float64Array(ITEMS * CHANNELS * LEAF_WIDTH);
  for (const sale of sales) {
    if (sale.kind !== 'goods') continue;
    const at = (sale.item * CHANNELS + sale.channel) * LEAF_WIDTH;
    const add = (place: number, amount: number): void => {
      values[at + place] = (values[at + place] ?? 0) + amount;
    };
    add(sale.is_now ? 1 : 0, sale.qty_milli);
    if (sale.is_now) continue;
    const { gross_minor, discount_minor, cost_minor, freight_minor, rebate_minor, fee_minor } = sale;
    const costs = [cost_minor, freight_minor, rebate_minor, fee_minor].map((cost) => -(cost ?? 0));
    for (const [part, amount] of [gross_minor, -discount_minor, ...costs].entries()) add(2 + part, amount);
  }
  return bridgeReference({ items: ITEMS, channels: CHANNELS, values }, () => 0, 1);
}

function effectsOf(sales: readonly Sale[], reference: ReturnType<typeof referenceFor>, step: BridgeStep): number[] {
  const effects = noEffects();
  for (const sale of sales) {
    const at = (sale.item * CHANNELS + sale.channel) * PARTS;
    const unit = { sold: reference.sold[sale.item] ?? 0, rates: reference.rates, at };
    addBridgeLine(effects, sale, sale.is_now, unit, reference.growth[0] ?? 1, step);
  }
  return effects;
}

const named = (effects: readonly number[]) =>
  Object.fromEntries(BRIDGE_EFFECTS.flatMap((effect, at) => (effects[at] ? [[effect, effects[at]]] : [])));
const total = (effects: readonly number[]): number => effects.reduce((sum, effect) => sum + effect, 0);

const NO_COSTS = { freight_minor: 0, rebate_minor: 0, fee_minor: 0 };
const sale = (is_now: boolean, item: number, pieces: number, price_minor: number, cost_minor: number): Sale => ({
  ...NO_COSTS,
  is_now,
  item,
  channel: 0,
  kind: 'goods',
  qty_milli: pieces * 1000,
  gross_minor: pieces * price_minor,
  discount_minor: 0,
  net_minor: pieces * price_minor,
  cost_minor: pieces * cost_minor,
});

describe('a margin that changed', () => {
  test('worked out by hand: two items, one dearer and one costlier, more of the poorer one', () => {
    const sales = [
      // before: 100 at 10.00 costing 6.00, 50 at 20.00 costing 15.00: 2,000.00 of sales, 650.00 of margin
      sale(false, 0, 100, 1000, 600),
      sale(false, 1, 50, 2000, 1500),
      // now: 90 at 10.50 costing 6.00, 75 at 20.00 costing 15.50: 742.50
      sale(true, 0, 90, 1050, 600),
      sale(true, 1, 75, 2000, 1550),
    ];
    // K = (90 · 10 + 75 · 20) / 2,000 = 1.2; volume .2 · 650; mix (90 − 120) · 4 + (75 − 60) · 5
    expect(named(effectsOf(sales, referenceFor(sales), 'gm1'))).toEqual({
      volume: 13_000,
      mix: -12_000 + 7_500,
      price: 90 * 50,
      cost: -75 * 50,
    });
  });

  test('what is sold only now or only before is new or lost, with its whole margin; in another channel it is mix', () => {
    const sales = [
      sale(false, 0, 10, 1000, 600),
      sale(true, 0, 10, 1000, 600),
      sale(false, 1, 5, 1000, 700),
      sale(true, 2, 4, 1000, 900),
      // moved from one channel to the other at the same price: neither new nor lost
      sale(false, 3, 8, 500, 300),
      { ...sale(true, 3, 8, 500, 300), channel: 1 },
    ];
    const effects = named(effectsOf(sales, referenceFor(sales), 'gm1'));
    expect(effects).toEqual({ lost: -1500, new: 400 });
  });

  test('freight counts from GM2 on, rebates and fees in GM3 alone', () => {
    const costs = (line: Sale, freight_minor: number, rebate_minor: number, fee_minor: number): Sale => ({
      ...line,
      freight_minor,
      rebate_minor,
      fee_minor,
    });
    const sales = [costs(sale(false, 0, 10, 1000, 600), 100, 50, 20), costs(sale(true, 0, 10, 1000, 600), 130, 40, 25)];
    const reference = referenceFor(sales);
    expect(BRIDGE_STEPS.map((step) => named(effectsOf(sales, reference, step)))).toEqual([
      {},
      { freight: -30 },
      { freight: -30, rebates: 10, fees: -5 },
    ]);
  });

  test('returns, credits and claims are their difference; a claim is part of GM3 alone', () => {
    const effects = noEffects();
    addBridgeCredit(effects, { amount_minor: 700, claim_id: null }, false, 'gm2');
    addBridgeCredit(effects, { amount_minor: 300, claim_id: null }, true, 'gm2');
    addBridgeCredit(effects, { amount_minor: 999, claim_id: 4 }, true, 'gm2');
    expect(named(effects)).toEqual({ returns: 400 });
    addBridgeCredit(effects, { amount_minor: 999, claim_id: 4 }, true, 'gm3');
    expect(named(effects)).toEqual({ returns: 400, claims: -999 });
  });
});

const amount = fc.integer({ min: -200_000, max: 900_000 });
const line = fc
  .record({
    is_now: fc.boolean(),
    item: fc.nat(ITEMS - 1),
    channel: fc.nat(CHANNELS - 1),
    kind: fc.constantFrom('goods', 'goods', 'goods', 'return', 'discount', 'freight'),
    qty_milli: fc.integer({ min: -20_000, max: 90_000 }),
    gross_minor: amount,
    discount_minor: fc.nat(50_000),
    cost_minor: amount,
    freight_minor: fc.nat(9000),
    rebate_minor: fc.nat(9000),
    fee_minor: fc.nat(9000),
    customer: fc.nat(3),
    site: fc.nat(2),
  })
  .map((row) => ({ ...row, net_minor: row.gross_minor - row.discount_minor }));

test('under every grouping and at every depth the effects of rows add up to their total, and each row’s to its difference', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom(...BRIDGE_STEPS), (sales, step) => {
      const reference = referenceFor(sales);
      const all = effectsOf(sales, reference, step);
      const marginOf = (rows: readonly Sale[]): number => {
        const sums = emptyLadderSums();
        for (const row of rows) addLadderLine(sums, row);
        // without any line there is no margin, which changed by nothing
        return ladderFigures(soldSums(sums), true).get(step)?.value ?? 0;
      };
      const differs = (rows: readonly Sale[]): number =>
        marginOf(rows.filter((row) => row.is_now)) - marginOf(rows.filter((row) => !row.is_now));
      expect(total(all)).toBe(differs(sales));
      for (const key of ['item', 'channel', 'customer', 'site'] as const) {
        const sums = noEffects();
        for (const rows of Map.groupBy(sales, (row) => row[key]).values()) {
          const own = effectsOf(rows, reference, step);
          expect(own.every(Number.isSafeInteger)).toBe(true);
          expect(total(own)).toBe(differs(rows));
          for (const below of Map.groupBy(rows, (row) => row.site).values()) {
            for (const [at, effect] of effectsOf(below, reference, step).entries()) sums[at] = (sums[at] ?? 0) + effect;
          }
        }
        expect(sums).toEqual(all);
      }
      const told = new Set<BridgeEffect>(EFFECTS_OF[step]);
      for (const [at, effect] of all.entries()) {
        if (!told.has(BRIDGE_EFFECTS[at] ?? 'rate')) expect(effect).toBe(0);
      }
    }),
    { numRuns: 300 },
  );
});

describe('against a plan', () => {
  const leaf = (net: number, margin: number, planned: readonly [number, number] | null): PlannedLeaf => ({
    company_id: 1,
    net_minor: net,
    margin_minor: margin,
    planned: planned && { net_minor: planned[0], margin_minor: planned[1] },
  });
  const effects = (leaves: readonly PlannedLeaf[]) => {
    const growth = planGrowth(leaves).get(1) ?? 1;
    const sums = noEffects();
    for (const each of leaves) addPlannedEffects(sums, each, growth);
    return sums;
  };

  test('worked out by hand: sales beyond the plan, the poorer category more, at a worse rate', () => {
    // planned 10,000 + 10,000 at 30 % and 10 %; sold 8,000 and 16,000 earning 2,300 and 1,600; K = 1.2
    const leaves = [leaf(8_000, 2_300, [10_000, 3_000]), leaf(16_000, 1_600, [10_000, 1_000])];
    // volume .2 · 4,000; mix (8,000 − 12,000) · 30 % + (16,000 − 12,000) · 10 %; rate 2,300 − 2,400
    expect(named(effects(leaves))).toEqual({ volume: 800, mix: -800, rate: -100 });
    expect(named(effects([leaf(500, 90, null), leaf(0, 0, [400, 80])]))).toEqual({ new: 90, lost: -80 });
  });

  test('they add up to the difference, whatever was planned', () => {
    const some = fc.integer({ min: -10_000, max: 90_000 });
    const leaves = fc.array(
      fc
        .record({ net: some, margin: some, planned: fc.option(fc.tuple(some, some)) })
        .map((each) => leaf(each.net, each.margin, each.planned)),
    );
    fc.assert(
      fc.property(leaves, (all) => {
        const differs = all.reduce((sum, each) => sum + each.margin_minor - (each.planned?.margin_minor ?? 0), 0);
        expect(total(effects(all))).toBe(differs);
      }),
    );
  });
});

test('a credit note in the ladder is what the bridge takes it for', () => {
  const sums = emptyLadderSums();
  addCredit(sums, { amount_minor: 500, claim_id: null });
  const effects = noEffects();
  addBridgeCredit(effects, { amount_minor: 500, claim_id: null }, true, 'gm1');
  expect(total(effects)).toBe(ladderFigures(soldSums(sums), true).get('gm1')?.value);
});
