import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addClaimCost,
  addCredit,
  addLadderLine,
  addLadderSums,
  claimRows,
  creditRows,
  emptyLadderSums,
  type LadderLine,
  ladderFigures,
  ladderLineRows,
  ladderSteps,
} from './marginLadder.ts';
import { collected, figureIn } from './testing/tallies.ts';

const goods = (net_minor: number, cost_minor: number | null, changes: Partial<LadderLine> = {}): LadderLine => ({
  kind: 'goods',
  gross_minor: net_minor,
  discount_minor: 0,
  net_minor,
  cost_minor,
  freight_minor: cost_minor === null ? null : 50,
  rebate_minor: cost_minor === null ? null : 20,
  fee_minor: cost_minor === null ? null : 10,
  ...changes,
});

function figures(
  lines: readonly LadderLine[],
  credits: readonly (readonly [number, number | null])[] = [],
  claims: readonly number[] = [],
) {
  const sums = emptyLadderSums();
  for (const line of lines) addLadderLine(sums, line);
  for (const [amount_minor, claim_id] of credits) addCredit(sums, { amount_minor, claim_id });
  for (const amount_minor of claims) addClaimCost(sums, amount_minor);
  return ladderFigures(sums, true);
}

describe('margin ladder', () => {
  test('where only something was given back it is margin that is gone, so that shown rows add up', () => {
    const value = (found: ReturnType<typeof figures>) =>
      ['landed_cost', 'gm1', 'gm2', 'gm3'].map((kpi) => found.get(kpi)?.value ?? null);
    expect(value(figures([], [[250, null]], [40]))).toEqual([null, -250, -250, -290]);
    expect(value(figures([goods(-100, null, { kind: 'return' })]))).toEqual([null, -100, -100, -100]);
    expect(value(figures([]))).toEqual([null, null, null, null]);
    expect(value(figures([goods(900, null)], [[250, null]]))).toEqual([null, null, null, null]);
  });

  test('from gross to GM3 by hand; a credit of a claim counts once, in claims', () => {
    const found = figures(
      [goods(10_000, 6000), goods(2000, 1000)],
      [
        [300, null],
        [400, 7],
      ],
      [100],
    );
    const value = (kpi: string) => found.get(kpi)?.value;
    expect(value('returns')).toBe(-300);
    expect(value('net_sales')).toBe(11_700);
    expect(value('gm1')).toBe(4700);
    expect(value('gm2')).toBe(4600);
    expect(value('claims')).toBe(500);
    // 4600 − 40 − 20 − 500
    expect(value('gm3')).toBe(4040);
    expect(found.get('gm3_rate')).toMatchObject({ numerator: 4040, denominator: 11_700, value: 3453 });
  });
  test('an unknown part makes its step and those below unknown, and says how much is known', () => {
    const found = figures([goods(9000, 5000), goods(1000, 500, { freight_minor: null })]);
    expect(found.get('gm1')).toMatchObject({ value: 4500, coverage_bp: 10_000 });
    for (const kpi of ['gm2', 'gm2_rate', 'gm3', 'gm3_rate', 'outbound_freight']) {
      expect(found.get(kpi), kpi).toMatchObject({ value: null, numerator: null, coverage_bp: 9000 });
    }
    expect(found.get('rebates')?.value).toBe(40);
    const none = figures([goods(9000, null)]);
    for (const kpi of ['gm1', 'gm2', 'gm3', 'rebates', 'landed_cost']) expect(none.get(kpi)?.value, kpi).toBeNull();
  });
  test('a return without costs reverses none; without the cost area there is no cost figure at all', () => {
    const back: LadderLine = { ...goods(-1000, null), kind: 'return' };
    expect(figures([goods(5000, 3000), back]).get('gm3')?.value).toBe(4000 - 3000 - 80);
    const sums = emptyLadderSums();
    addLadderLine(sums, goods(5000, 3000));
    expect([...ladderFigures(sums, false).keys()]).toEqual([
      'gross_sales',
      'discounts',
      'returns',
      'net_sales',
      'other_billed',
    ]);
  });

  const part = fc.option(fc.integer({ min: -5000, max: 90_000 }));
  const line: fc.Arbitrary<LadderLine> = fc
    .record({
      kind: fc.constantFrom('goods', 'goods', 'return', 'discount', 'freight', 'fee'),
      gross_minor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      discount_minor: fc.integer({ min: -10_000, max: 10_000 }),
      cost_minor: part,
      freight_minor: part,
      rebate_minor: part,
      fee_minor: part,
    })
    .map((each) => ({
      ...each,
      net_minor: each.gross_minor - each.discount_minor,
      ...(each.cost_minor === null ? { freight_minor: null, rebate_minor: null, fee_minor: null } : {}),
    }));
  const credits = fc.array(fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.option(fc.integer({ min: 1, max: 9 }))), {
    maxLength: 5,
  });
  const claims = fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 5 });

  test('every figure is the sum of its rows', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), credits, claims, (lines, given, costs) => {
        const head = (id: number) => ({ id, month: 202610, channel_id: null });
        const rows = collected((emit) => {
          for (const [id, each] of lines.entries()) ladderLineRows(head(id), each, true, emit);
          for (const [id, [amount_minor, claim_id]] of given.entries())
            creditRows(head(id), { amount_minor, claim_id }, true, emit);
          for (const [id, amount_minor] of costs.entries()) claimRows('claim_cost', head(id), amount_minor, emit);
        });
        for (const [kpi, figure] of figures(lines, given, costs)) {
          if (figure.value !== null)
            expect(figureIn(rows, kpi), kpi).toMatchObject({ numerator: figure.numerator, value: figure.value });
        }
      }),
    );
  });
  test('parts add up to the whole', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (one, two) => {
        const sums = emptyLadderSums();
        for (const half of [one, two]) {
          const more = emptyLadderSums();
          for (const each of half) addLadderLine(more, each);
          addLadderSums(sums, more);
        }
        expect(ladderFigures(sums, true)).toEqual(figures([...one, ...two]));
      }),
    );
  });
});

test('what a line adds to each step, by hand: 1,000 − 600 − 50 − 20 − 10; returns reverse what is known', () => {
  const steps = (line: LadderLine) => Object.values(ladderSteps(line));
  expect(steps(goods(1_000, 600))).toEqual([400, 350, 320]);
  expect(steps(goods(1_000, null))).toEqual([null, null, null]);
  expect(steps(goods(1_000, 600, { freight_minor: null }))).toEqual([400, null, null]);
  expect(steps(goods(1_000, 600, { fee_minor: null }))).toEqual([400, 350, null]);
  const back = { kind: 'return', gross_minor: -1_000 };
  expect(steps(goods(-1_000, -600, { ...back, freight_minor: null, rebate_minor: -20, fee_minor: null }))).toEqual([
    -400, -400, -380,
  ]);
  // not restocked
  expect(steps(goods(-1_000, null, back))).toEqual([-1_000, -1_000, -1_000]);
  expect(steps(goods(-90, null, { kind: 'discount' }))).toEqual([-90, -90, -90]);
  expect(steps(goods(40, null, { kind: 'freight' }))).toEqual([null, null, null]);
});
