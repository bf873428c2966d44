import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillOfLine, fillRateOf } from './fillRate.ts';
import { addMarginLine, costStatement, emptyMarginSums, type MarginLine, marginFigures, marginOf } from './margin.ts';
import { coverageBp, ratio, ratioBp } from './ratio.ts';

describe('ratio', () => {
  test('a denominator of 0 is no data', () => {
    expect(ratio(0, 0)).toEqual({ numerator: 0, denominator: 0, value_bp: null });
    expect(ratio(5, 0).value_bp).toBeNull();
  });
  test('rounds half away from zero and is exact beyond doubles', () => {
    expect(ratioBp(1, 3)).toBe(3333);
    expect(ratioBp(-1, 3)).toBe(-3333);
    expect(ratioBp(1, -3)).toBe(-3333);
    expect(ratioBp(1, 20_000)).toBe(1);
    expect(ratioBp(9_007_199_254_740_991, 9_007_199_254_740_991)).toBe(10_000);
    expect(() => ratioBp(0.5, 1)).toThrow('whole');
  });
  test('coverage never rounds up to complete', () => {
    expect(coverageBp(999_999, 1_000_000)).toBe(9999);
    expect(coverageBp(0, 0)).toBeNull();
    expect(() => coverageBp(2, 1)).toThrow('share');
  });
});

const kind = fc.constantFrom('goods', 'return', 'discount', 'freight', 'fee', 'adjustment');
const marginLine: fc.Arbitrary<MarginLine> = fc
  .record({
    kind,
    gross_minor: fc.integer({ min: -10_000_000, max: 10_000_000 }),
    discount_minor: fc.integer({ min: -100_000, max: 100_000 }),
    cost_minor: fc.option(fc.integer({ min: -5_000_000, max: 5_000_000 })),
  })
  .map((line) => ({ ...line, net_minor: line.gross_minor - line.discount_minor }));

describe('margin', () => {
  test('gross + discounts + returns + other is Σ net of every line, exactly', () => {
    fc.assert(
      fc.property(fc.array(marginLine), (lines) => {
        const figures = marginOf(lines);
        const net = lines.reduce((sum, line) => sum + line.net_minor, 0);
        expect(figures.gross_minor + figures.discounts_minor + figures.returns_minor + figures.other_minor).toBe(net);
        expect(figures.net_minor + figures.other_minor).toBe(net);
        expect(figures.lines).toBe(lines.length);
      }),
    );
  });

  test('GM1 is there exactly when every goods line has a cost and some line has, or only something was given back', () => {
    fc.assert(
      fc.property(fc.array(marginLine), (lines) => {
        const goods = lines.filter((line) => line.kind === 'goods');
        const costed = lines.filter((line) => ['goods', 'return'].includes(line.kind) && line.cost_minor !== null);
        const { cost_minor, gm1_minor, net_minor, returns_minor, discounts_minor } = marginOf(lines);
        expect(cost_minor === null).toBe(costed.length === 0);
        const given_back = goods.length === 0 && (returns_minor !== 0 || discounts_minor !== 0);
        const known = (costed.length > 0 || given_back) && goods.every((line) => line.cost_minor !== null);
        expect(gm1_minor).toBe(known ? net_minor - (cost_minor ?? 0) : null);
      }),
    );
  });

  const goods = (net_minor: number, cost_minor: number | null): MarginLine => ({
    kind: 'goods',
    gross_minor: net_minor,
    discount_minor: 0,
    net_minor,
    cost_minor,
  });
  const statement = (...lines: MarginLine[]) => {
    const sums = emptyMarginSums();
    for (const line of lines) addMarginLine(sums, line);
    return costStatement(sums);
  };

  test('says in words how much of the cost is known', () => {
    expect(statement(goods(100, null))).toBe('no cost data');
    expect(statement(goods(100, 60))).toBe('complete');
    expect(statement(goods(939, 60), goods(61, null))).toBe('cost for 93 % of net sales');
    // a free sample without a cost, and a rest too small for whole per cents
    expect(statement(goods(100, 60), goods(0, null))).toBe('cost for all but 1 goods line');
    expect(statement(goods(99_950, 60), goods(25, null), goods(25, null))).toBe('cost for all but 2 goods lines');
    expect(statement()).toBe('no goods sold');
  });

  test('a partly known cost is never turned into a margin', () => {
    expect(marginOf([goods(900, 500), goods(100, null)])).toMatchObject({
      cost_minor: 500,
      gm1_minor: null,
      gm1_bp: null,
      cost_coverage_bp: 9000,
    });
  });

  test('refuses a line whose net is not gross less discount, and sums beyond the exact range', () => {
    expect(() => marginOf([{ ...goods(100, null), discount_minor: 1 }])).toThrow('net 100');
    expect(() => marginFigures({ ...emptyMarginSums(), gross_minor: 2 ** 53 })).toThrow('exact range');
  });
});

describe('fill rate', () => {
  const fact = {
    order_id: 1,
    kind: 'goods',
    committed_on: 100,
    grace_days: 2,
    ordered_qty_milli: 10_000,
    cancelled_qty_milli: 0,
    cancelled_by: null,
    net_minor: 1_000,
    unit_price_micro: 1_250_000,
    shipments: [],
  };
  test('a line is due the day after its cut-off, not on it', () => {
    expect(fillOfLine(fact, 102, 'EUR')).toBeNull();
    expect(fillOfLine(fact, 103, 'EUR')).toMatchObject({ cut_off_on: 102, missing_qty_milli: 10_000 });
  });
  test('only goods with a committed date and something ordered count', () => {
    expect(fillOfLine({ ...fact, kind: 'return' }, 200, 'EUR')).toBeNull();
    expect(fillOfLine({ ...fact, committed_on: null }, 200, 'EUR')).toBeNull();
    expect(fillOfLine({ ...fact, ordered_qty_milli: 0 }, 200, 'EUR')).toBeNull();
  });
  test('goods that came back do not undo the shipment', () => {
    const shipments = [
      { number: 'A', shipped_on: 100, qty_milli: 10_000 },
      { number: 'R', shipped_on: 101, qty_milli: -4_000 },
    ];
    expect(fillOfLine({ ...fact, shipments }, 200, 'EUR')).toMatchObject({ complete: true, first_pass: true });
  });

  describe('weighs value by the net price at confirmation', () => {
    // 10 at 1.25 less 20 % = 10.00 in all; the amounts are of what is still sold
    const cancelled = (by: 'customer' | 'us', cancelled_qty_milli: number, net_minor: number) =>
      fillOfLine({ ...fact, cancelled_by: by, cancelled_qty_milli, net_minor }, 200, 'EUR');
    test('our own cancellation of a part stays in at the net price of the rest', () => {
      expect(cancelled('us', 3_000, 700)).toMatchObject({ due_qty_milli: 10_000, due_value_minor: 1_000 });
    });
    test('the customer’s goes out, and its value with it', () => {
      expect(cancelled('customer', 3_000, 700)).toMatchObject({ due_qty_milli: 7_000, due_value_minor: 700 });
      expect(cancelled('customer', 10_000, 0)).toBeNull();
    });
    test('a line we cancelled in full weighs by its unit price, in the currency’s minor units', () => {
      expect(cancelled('us', 10_000, 0)).toMatchObject({ due_value_minor: 1_250, filled_value_minor: 0 });
      const all = { ...fact, cancelled_by: 'us', cancelled_qty_milli: 10_000, net_minor: 0 };
      expect(fillOfLine({ ...all, unit_price_micro: 120_000_000 }, 200, 'JPY')).toMatchObject({
        due_value_minor: 1_200,
      });
    });
    test('goods given away weigh nothing', () => {
      expect(fillOfLine({ ...fact, net_minor: 0 }, 200, 'EUR')).toMatchObject({ due_value_minor: 0 });
    });
  });

  const shipment = fc.record({
    number: fc.constantFrom('A', 'B', 'C'),
    shipped_on: fc.integer({ min: 90, max: 110 }),
    qty_milli: fc.integer({ min: -5_000, max: 15_000 }),
  });
  test('every rate lies between 0 and 1, and first-pass never beats line fill', () => {
    const facts = fc.array(
      fc.record({
        order_id: fc.integer({ min: 1, max: 6 }),
        kind,
        committed_on: fc.option(fc.integer({ min: 90, max: 110 })),
        grace_days: fc.integer({ min: 0, max: 3 }),
        ordered_qty_milli: fc.integer({ min: 0, max: 10_000 }),
        cancelled_qty_milli: fc.integer({ min: 0, max: 10_000 }),
        cancelled_by: fc.constantFrom('customer', 'us', null),
        net_minor: fc.integer({ min: 0, max: 100_000 }),
        unit_price_micro: fc.integer({ min: 0, max: 9_000_000 }),
        shipments: fc.array(shipment, { maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(facts, (lines) => {
        const figures = fillRateOf(lines, 108, 'EUR');
        for (const each of Object.values(figures)) {
          expect(each.numerator).toBeGreaterThanOrEqual(0);
          expect(each.numerator).toBeLessThanOrEqual(each.denominator);
          expect(each.value_bp === null).toBe(each.denominator === 0);
        }
        expect(figures.first_pass.numerator).toBeLessThanOrEqual(figures.line.numerator);
      }),
    );
  });
});
