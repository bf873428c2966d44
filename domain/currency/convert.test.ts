import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addLadderSums, emptyLadderSums, ladderFigures, type LadderSums } from '../kpi/marginLadder.ts';
import { LADDER_MONEY } from '../kpi/moneyShapes.ts';
import { atPar, convertBack, converterOf, convertMinor, convertParts, type Rate } from './convert.ts';
import { perOne } from './rateValue.ts';
import { convertCells, convertSums } from './moneySums.ts';

const pounds: Rate = { from: 'GBP', to: 'EUR', ...perOne(1_165_501) };

describe('an amount in another currency', () => {
  test('worked out by hand: £100.00 at 1.165501 is €116.55, rounded once, half away from zero', () => {
    expect(convertMinor(10_000n, pounds)).toBe(11_655n);
    // 1.50 × 1.165501 = 1.7482515
    expect(convertMinor(150n, pounds)).toBe(175n);
    const half: Rate = { from: 'GBP', to: 'EUR', ...perOne(1_500_000) };
    expect([1n, -1n, 3n].map((amount) => convertMinor(amount, half))).toEqual([2n, -2n, 5n]);
  });

  test('minor units differ: ¥ has none, a Kuwaiti dinar three', () => {
    // €10.00 at 163.2 yen; 1,632 yen at 0.001883 dinar = 3.073056
    expect(convertMinor(1_000n, { from: 'EUR', to: 'JPY', ...perOne(163_200_000) })).toBe(1_632n);
    expect(convertMinor(1_632n, { from: 'JPY', to: 'KWD', ...perOne(1_883) })).toBe(3_073n);
    // 3.073 dinar at 2.9 = €8.9117
    expect(convertMinor(3_073n, { from: 'KWD', to: 'EUR', ...perOne(2_900_000) })).toBe(891n);
  });

  test('and back: 1,632 yen at 163.2 are €10.00; a third of a cent is none', () => {
    const yen: Rate = { from: 'EUR', to: 'JPY', ...perOne(163_200_000) };
    expect(convertBack(1_632n, yen)).toBe(1_000n);
    expect(convertBack(-1_632n, yen)).toBe(-1_000n);
    expect(convertBack(1n, { from: 'EUR', to: 'KWD', ...perOne(300_000) })).toBe(0n);
    expect(() => convertBack(1n, { ...yen, ...perOne(0) })).toThrow('no exchange rate');
  });

  test('the own currency is left as it is, and a rate of nothing is refused', () => {
    expect(convertParts([1, -2, 3], atPar('EUR'), 2)).toEqual([1, -2, 3]);
    expect(() => convertMinor(1n, { ...pounds, ...perOne(0) })).toThrow('no exchange rate');
  });

  test('numbers and BigInt say the same to the last digit', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'KWD');
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 11), max: 10 ** 11 }),
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.constantFrom(1, 10, 1_000, 1_000_000, 1_000_000_000_000),
        currency,
        currency,
        (amount, rate_micro, per_units, from, to) => {
          fc.pre(from !== to);
          const rate = { from, to, rate_micro, per_units };
          expect(Object.is(converterOf(rate)(amount), Number(convertMinor(BigInt(amount), rate)))).toBe(true);
        },
      ),
    );
  });
});

describe('parts', () => {
  test('worked out by hand: thirds of £1.00 come to €1.17, none a cent off its own', () => {
    // 0.33 → 38.461533, 0.33 → 38.461533, 0.34 → 39.627034: down to 115 cents, two left for the largest remainders
    expect(convertParts([33, 33, 34], pounds, 117)).toEqual([39, 38, 40]);
    expect(() => convertParts([33, 33, 34], pounds, 120)).toThrow('not what these parts come to');
  });

  test('they add up at every depth, and none is a minor unit away from its exact amount', () => {
    const amounts = fc.array(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(amounts, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5_000_000 }),
        (groups, rate_micro) => {
          const rate = { ...pounds, ...perOne(rate_micro) };
          const own = groups.map((group) => group.reduce((sum, part) => sum + part, 0));
          const whole = Number(convertMinor(BigInt(own.reduce((sum, part) => sum + part, 0)), rate));
          const shown = convertParts(own, rate, whole);
          expect(shown.reduce((sum, part) => sum + part, 0)).toBe(whole);
          for (const [at, group] of groups.entries()) {
            const below = convertParts(group, rate, shown[at] ?? 0);
            expect(below.reduce((sum, part) => sum + part, 0)).toBe(shown[at]);
            for (const [nth, part] of below.entries()) {
              const off = BigInt(part) * 1_000_000n - BigInt(group[nth] ?? 0) * BigInt(rate_micro);
              expect(off > -1_000_000n && off < 1_000_000n).toBe(true);
            }
          }
        },
      ),
    );
  });
});

test('a ladder adds up from step to step after the conversion, and no part is covered beyond its whole', () => {
  const amount = fc.integer({ min: -(10 ** 8), max: 10 ** 8 });
  const cell = fc
    .record({
      gross: amount,
      discount: amount,
      cost: amount,
      freight: amount,
      credit: amount,
      lines: fc.nat(5),
      known: fc.nat(5),
    })
    .map(({ gross, discount, cost, freight, credit, lines, known }): LadderSums => {
      const sums = emptyLadderSums();
      Object.assign(sums.margin, {
        lines: lines + known,
        gross_minor: gross,
        discounts_minor: discount,
        cost_minor: cost,
        costed_lines: lines + known,
        goods_lines: lines + known,
        costed_goods_lines: lines + known,
        goods_net_minor: lines + known,
        costed_goods_net_minor: known,
      });
      Object.assign(sums.freight, { sum_minor: freight, known_lines: lines + known, known_goods_lines: lines + known });
      sums.freight.known_goods_net_minor = known;
      sums.credits_minor = credit;
      return sums;
    });
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 5_000_000 }),
      (cells, rate_micro) => {
        const rate = { ...pounds, ...perOne(rate_micro) };
        const exact = emptyLadderSums();
        for (const each of cells) addLadderSums(exact, each);
        const whole = convertSums(LADDER_MONEY, exact, rate);
        const added = emptyLadderSums();
        for (const part of convertCells(LADDER_MONEY, cells, rate, whole)) {
          const figures = ladderFigures(part, true);
          const value = (kpi: string) => figures.get(kpi)?.value ?? 0;
          expect(value('net_sales')).toBe(value('gross_sales') + value('discounts') + value('returns'));
          if (figures.get('gm1')?.value !== null) expect(value('gm1')).toBe(value('net_sales') - value('landed_cost'));
          addLadderSums(added, part);
        }
        expect(LADDER_MONEY.amounts(added)).toEqual(LADDER_MONEY.amounts(whole));
        expect(added.margin.lines).toBe(exact.margin.lines);
      },
    ),
  );
});
