/** Whatever the documents, their parts and the rates: no cent is lost, and nothing is counted twice. */
import fc from 'fast-check';
import { perOne, type RateValue } from '../../currency/rateValue.ts';
import { describe, expect, test } from 'vitest';
import { firstDayOfMonth, lastDayOfMonth } from '../../calendar.ts';
import { foreignOpen, type ForeignMonth, revaluationRef, revalue, unvaluedItems, valueInOurs } from './foreign.ts';
import { DocumentBooks } from './postings.ts';
import { takenOff } from '../../credit/exchange.ts';
import { day, documentsOf, MONTHS, monthsOf, ratesFor, ratesOf, sumOf } from './foreignTesting.ts';

/** From 0.005 to 160, with six to twelve decimals, or eighteen of a small one. */
const Rate = fc
  .tuple(
    fc.constantFrom(1, 10, 1_000, 1_000_000, 1_000_000_000_000),
    fc.integer({ min: 5_000, max: 160_000_000 }),
    fc.nat(),
  )
  .map(([per_units, micro, more]): RateValue => {
    const whole = per_units > 1_000_000 ? 5_000 + (micro % 4_000) : micro;
    return { rate_micro: whole * per_units + (more % per_units), per_units };
  });
const Ours = fc.constantFrom('EUR', 'KRW');
const Rates = fc.array(fc.record({ average: Rate, closing: Rate }), { minLength: 4, maxLength: 4 });
/** Documents with their payments, some paid ahead: each part at the rate of the month it is paid in. */
const Documents = fc.array(
  fc.record({
    customer: fc.boolean(),
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    // credits too
    amount: fc.integer({ min: -40_000_000, max: 40_000_000 }).filter((amount) => amount !== 0),
    foreign: fc.integer({ min: 1, max: 40_000_000 }),
    month: fc.integer({ min: 0, max: 3 }),
    cuts: fc.array(fc.record({ part: fc.integer({ min: 1, max: 900 }), later: fc.integer({ min: -2, max: 2 }) }), {
      maxLength: 3,
    }),
    whole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('a document paid in parts', () => {
  test('is taken off whole by its parts, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -90_000_000, max: 90_000_000 }),
        fc.array(fc.integer({ min: 1, max: 9_000_000 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (amount_minor, parts, credit) => {
          const own = parts.map((part) => (credit ? -part : part));
          const foreign_minor = sumOf(own);
          let settled = 0;
          const taken = own.map((part) => {
            const off = takenOff({ amount_minor, foreign_minor }, settled, part);
            settled += part;
            return off;
          });
          expect(sumOf(taken)).toBe(amount_minor);
          // no part is more than a cent away from its share
          for (const [nth, off] of taken.entries())
            expect(Math.abs(off - (amount_minor * (own[nth] ?? 0)) / foreign_minor)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('of nothing takes nothing off', () => {
    expect(takenOff({ amount_minor: 5, foreign_minor: 0 }, 0, 0)).toBe(0);
  });
});

describe('values in our currency', () => {
  test('know how many decimal places each currency has', () => {
    const yen = { currency: 'JPY', ours: 'EUR', ...perOne(160_000_000) };
    expect(valueInOurs(16_000, yen)).toBe(10_000);
    expect(valueInOurs(-16_000, yen)).toBe(-10_000);
    expect(valueInOurs(334_000, { currency: 'KWD', ours: 'EUR', ...perOne(334_000) })).toBe(100_000);
    expect(valueInOurs(100, { currency: 'EUR', ours: 'JPY', ...perOne(6_250) })).toBe(160);
  });
});

describe('realised and not yet realised', () => {
  test('telescope at every month end, and are nothing of what is settled', () => {
    fc.assert(
      fc.property(Documents, Rates, Ours, (drawn, drawnRates, ours) => {
        const rates = ratesOf(drawnRates);
        const documents = documentsOf(drawn, rates, undefined, ours);
        for (const month of MONTHS) {
          const end = lastDayOfMonth(month);
          const { revaluations, realised, unvalued } = foreignOpen(monthsOf(documents, end), ratesFor(rates), {
            currency: ours,
            from: firstDayOfMonth(month),
            until: end,
          });
          expect(unvalued).toEqual([]);
          for (const currency of ['USD', 'JPY', 'KWD'])
            for (const role of ['ar', 'ap'] as const) {
              const own = documents.filter(
                (each) => each.currency === currency && (each.kind === 'customer') === (role === 'ar'),
              );
              const posted = own.filter(({ posted_on }) => posted_on <= end);
              const paid = own.flatMap(({ payments }) => payments).filter(({ paid_on }) => paid_on <= end);
              const open = sumOf(posted.map((d) => d.foreign_minor)) - sumOf(paid.map((d) => d.foreign_minor));
              const value = valueInOurs(open, {
                currency,
                ours,
                ...(rates.get(month)?.closing ?? perOne(1)),
              });
              const sign = role === 'ar' ? 1 : -1;
              const mine = { role, currency };
              const unrealised = revaluations.find(
                (e) => e.role === role && e.currency === currency && e.month === month,
              );
              const gained = realised.find((e) => e.role === mine.role && e.currency === mine.currency);
              const all = (unrealised?.amount_minor ?? 0) + (gained?.amount_minor ?? 0);
              const booked = sumOf(posted.map((d) => d.amount_minor));
              const came = sumOf(paid.map((d) => d.amount_minor));
              expect(all).toBe(sign * (value + came - booked) + 0);
              if (open === 0 && own.every((d) => sumOf(d.payments.map((p) => p.foreign_minor)) === d.foreign_minor))
                expect(unrealised?.amount_minor ?? 0).toBe(0);
            }
        }
      }),
    );
  });

  test('revaluations, what takes them back and what was realised come to what was paid less what was invoiced', () => {
    fc.assert(
      fc.property(Documents, Rates, fc.boolean(), Ours, (drawn, drawnRates, late, ours) => {
        const rates = ratesOf(drawnRates);
        const whole = drawn.map((each) => ({
          ...each,
          whole: true,
          cuts: [...each.cuts, { part: 1, later: each.cuts.length === 0 ? -1 : 0 }],
        }));
        // some are matched when their month is locked
        const documents = documentsOf(whole, rates, (month) => late && month < 202610, ours);
        const window = { from: day('2026-01-01'), cut_off: day('2026-12-31'), until: day('2026-12-31') };
        const books = new DocumentBooks({ ...window, keeps: () => true });
        for (const document of documents) {
          books.invoice(document);
          for (const payment of document.payments) books.payment(payment);
        }
        const until = lastDayOfMonth(202611);
        const open = foreignOpen(monthsOf(documents, until), ratesFor(rates), { ...window, currency: ours, until });
        revalue(books, open, until);
        const totalOf = (role: string) =>
          sumOf(books.postings.filter((each) => each.role === role).map((each) => each.amount_minor)) + 0;
        const won = documents.map(
          ({ kind, amount_minor, payments }) =>
            (kind === 'customer' ? 1 : -1) * (sumOf(payments.map((each) => each.amount_minor)) - amount_minor),
        );
        expect(totalOf('fx_gain')).toBe(0 - sumOf(won));
        expect([totalOf('ar'), totalOf('ap')]).toEqual([0, 0]);
      }),
    );
  });

  test('what stands open in no currency needs no rate; what does is told of', () => {
    const open: ForeignMonth = {
      kind: 'customer',
      currency: 'USD',
      month: 202610,
      foreign_minor: 100,
      booked_minor: 90,
      realised_minor: 0,
    };
    const asked = { currency: 'EUR', from: day('2026-10-01'), until: day('2026-10-31') };
    expect(foreignOpen([open], new Map(), asked).unvalued).toEqual([{ role: 'ar', currency: 'USD', month: 202610 }]);
    const settled = foreignOpen([{ ...open, foreign_minor: 0 }], new Map(), asked);
    expect(settled.unvalued).toEqual([]);
    expect(settled.revaluations).toMatchObject([{ amount_minor: -90 }]);
    const items = unvaluedItems(foreignOpen([open], new Map(), asked), day('2026-10-31'), true);
    expect(items).toMatchObject([{ role: 'fx_gain', cause: 'not_revalued', amount_minor: 0 }]);
    expect(items[0]?.ref).toBe('FXR 202610 USD receivables: no closing rate');
    expect(unvaluedItems(foreignOpen([open], new Map(), asked), day('2026-10-31'), false)).toMatchObject([
      { role: 'ar' },
    ]);
    expect(unvaluedItems(foreignOpen([open], new Map(), asked), day('2026-11-30'), true)).toEqual([]);
  });
});

test('a revaluation is found again by its month, its currency and its side', () => {
  expect(revaluationRef({ role: 'ap', currency: 'USD', month: 202610 })).toBe('FXR 202610 USD payables');
});
