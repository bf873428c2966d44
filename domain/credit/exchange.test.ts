import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bookedPart, exchangeDifferences, type ForeignPayment } from './exchange.ts';

const NOTHING = { settled_minor: 0, foreign_minor: 0 };
const paid = (paid_on: number, number: string, amount_minor: number, foreign_minor: number): ForeignPayment => ({
  paid_on,
  number,
  amount_minor,
  foreign_minor,
  exchange_minor: null,
});

test('a third of an invoice takes a third off it, whatever came; the last takes what is left', () => {
  // USD 300.00 booked at 1.20 as 250.00
  const invoice = { amount_minor: 25_000, foreign_minor: 30_000 };
  const parts = [paid(30, 'C', 8_600, 10_000), paid(10, 'A', 8_000, 10_000), paid(10, 'B', 8_500, 10_000)];
  // A settles 83.33, B 83.34 (both 166.67), C 83.33
  expect(exchangeDifferences(invoice, parts, NOTHING)).toEqual([267, -333, 166]);
});

test('a difference that is said holds, and what follows settles the rest of the invoice', () => {
  const invoice = { amount_minor: 1_000, foreign_minor: 1_100 };
  const said = { ...paid(1, 'A', 560, 550), exchange_minor: 50 };
  // it settles 510 of 1,000: the other half has 490 left
  expect(exchangeDifferences(invoice, [said, paid(2, 'B', 505, 550)], NOTHING)).toEqual([50, 15]);
});

test('a payment out of all proportion to its invoice is not reckoned wrong, and not at all', () => {
  const invoice = { amount_minor: 20_000_000, foreign_minor: 1 };
  expect(exchangeDifferences(invoice, [paid(1, 'A', 5, 999_999_999), paid(2, 'B', 5, -999_999_998)], NOTHING)).toEqual([
    null,
    5 - (20_000_000 - 5),
  ]);
});

test('a credit is given back as it was booked, too', () => {
  const credit = { amount_minor: -1_000, foreign_minor: -1_100 };
  expect(exchangeDifferences(credit, [paid(1, 'A', -1_040, -1_100)], NOTHING)).toEqual([-40]);
  expect(bookedPart({ amount_minor: 5, foreign_minor: 0 }, 0)).toBe(5);
  expect(bookedPart({ amount_minor: 5, foreign_minor: 0 }, 3)).toBe(0);
});

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const payments = fc.array(
  fc.record({
    paid_on: fc.integer({ min: 1, max: 9 }),
    number: fc.constantFrom('A', 'B', 'C', 'D'),
    amount_minor: amount,
    foreign_minor: amount,
    exchange_minor: fc.option(fc.integer({ min: -500, max: 500 }), { freq: 4 }),
  }),
  { maxLength: 8 },
);
const invoices = fc.record({ amount_minor: amount, foreign_minor: amount.filter((each) => Math.abs(each) > 1_000) });
const sum = (of: readonly (number | null)[]) => of.reduce<number>((all, each) => all + (each ?? Number.NaN), 0);

test('payments that make up the invoice settle it to the last cent, in one file or in two', () => {
  fc.assert(
    fc.property(invoices, payments, fc.nat(), (invoice, some, cut) => {
      const reckoned = some.map((each) => ({ ...each, exchange_minor: null }));
      const rest = {
        ...paid(10, 'Z', 0, 0),
        foreign_minor: invoice.foreign_minor - sum(some.map((e) => e.foreign_minor)),
      };
      const all = [...reckoned, rest];
      const settledOf = (of: readonly ForeignPayment[], found: readonly (number | null)[]) =>
        sum(of.map((each) => each.amount_minor)) - sum(found);
      const whole = exchangeDifferences(invoice, all, NOTHING);
      expect(settledOf(all, whole)).toBe(invoice.amount_minor);
      // some of them before, whatever their day: the rest settles what is left
      const at = cut % all.length;
      const [first, then] = [all.slice(0, at), all.slice(at)];
      const settled_minor = settledOf(first, exchangeDifferences(invoice, first, NOTHING));
      const foreign_minor = sum(first.map((each) => each.foreign_minor));
      const later = exchangeDifferences(invoice, then, { settled_minor, foreign_minor });
      expect(settled_minor + settledOf(then, later)).toBe(invoice.amount_minor);
      // brought once more with all others there: each of the second half by itself settles what it did
      const [alone] = then;
      if (alone && later[0] != null) {
        const others = {
          settled_minor: invoice.amount_minor - (alone.amount_minor - later[0]),
          foreign_minor: invoice.foreign_minor - alone.foreign_minor,
        };
        expect(exchangeDifferences(invoice, [alone], others)).toEqual([later[0]]);
      }
    }),
  );
});

test('what is said stays as it is said, and the order of the file means nothing', () => {
  fc.assert(
    fc.property(invoices, payments, (invoice, some) => {
      const numbered = some.map((each, at) => ({ ...each, number: `${each.number}${at}` }));
      const found = exchangeDifferences(invoice, numbered, NOTHING);
      for (const [at, { exchange_minor }] of numbered.entries()) {
        if (exchange_minor !== null) expect(found[at]).toBe(exchange_minor);
      }
      const turned = exchangeDifferences(invoice, numbered.toReversed(), NOTHING);
      expect(turned.toReversed()).toEqual(found);
    }),
  );
});
