/** What a receipt lacks on stock is what it lacks beside it, unless the ledger keeps stock at a cost of its own and posts the variance. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_OFF, entryOf, FROM, of, receipt } from './documentTesting.ts';
import type { LedgerMovement } from './facts.ts';
import type { ReconciledRole } from './plan.ts';
import type { DocumentBooks } from './postings.ts';

const duty = { id: 9, ref: 'PO 2 duty', booked_on: FROM + 4, amount_minor: 10_000, site: 'MAIN' };
const freight = { ...duty, id: 8, ref: 'PO 1 freight', booked_on: FROM + 1, amount_minor: 5_000 };
const stock = (
  given: { readonly fill: (books: DocumentBooks) => void; readonly movements: readonly LedgerMovement[] },
  value_minor: number,
  receipt_values: ReadonlyMap<string, number> = new Map(),
) => {
  const open = [{ role: 'inventory', ref: 'MAIN', booked_on: CUT_OFF, amount_minor: value_minor }] as const;
  const { items, difference_minor } = of('inventory_valuation', { ...given, open, receipt_values });
  expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
  return items.map(({ cause, amount_minor, ref }) => [cause, amount_minor, ref]);
};
const GR1 = entryOf(
  'RCV',
  FROM + 1,
  'RCV 1',
  ['inventory', 100_000],
  ['grni', -95_000],
  ['landed_cost_clearing', -5_000],
);
const GR2 = entryOf('RCV', FROM + 4, 'RCV 2', ['inventory', 117_000], ['grni', -117_000]);
const byHand = entryOf('GEN', FROM + 18, null, ['inventory', 3_300]);
const KEPT = new Map([['RCV 3', 10_000]]);

describe('the stock account of a ledger that keeps stock at what was paid', () => {
  const fill = (books: DocumentBooks): void => {
    books.receipt(receipt(1, FROM + 1, 95_000, null));
    books.receipt(receipt(2, FROM + 4, 117_000, null));
    books.receipt(receipt(3, FROM + 19, 9_500, null));
    books.landed(freight);
    books.landed(duty);
  };
  const movements = [...GR1, ...GR2, ...byHand];

  test('lacks of a receipt its price, whatever the item costs today, and the charge that was never booked', () => {
    const items = [
      ['document_not_posted', -10_000, 'PO 2 duty'],
      ['entry_by_hand', 3_300, byHand[0]?.number],
      ['document_not_posted', -9_500, 'RCV 3'],
    ];
    expect(stock({ fill, movements }, 236_500, KEPT)).toEqual(items);
    expect(stock({ fill, movements }, 236_500, new Map([['RCV 3', 9_300]]))).toEqual(items);
    // what is left beside them is no part of them
    expect(stock({ fill, movements }, 236_400, KEPT)).toEqual([...items, ['not_found', 100, 'Rest of the balance']]);
  });

  test('has a receipt at the wrong amount wrong by as much', () => {
    const wrong = [...GR1, ...entryOf('RCV', FROM + 4, 'RCV 2', ['inventory', 111_000], ['grni', -111_000])];
    const own = (books: DocumentBooks): void => {
      books.receipt(receipt(1, FROM + 1, 95_000, null));
      books.receipt(receipt(2, FROM + 4, 117_000, null));
      books.landed(freight);
    };
    expect(stock({ fill: own, movements: wrong }, 217_000)).toEqual([
      ['amount_differs', -6_000, 'RCV 2: 1170.00 / 1110.00'],
    ]);
  });

  test('lacks no charge where charges never come to stock', () => {
    const apart = [
      ...entryOf('RCV', FROM + 1, 'RCV 1', ['inventory', 95_000], ['grni', -95_000]),
      ...entryOf('RCV', FROM + 1, 'F 1', ['landed_cost_clearing', -5_000]),
      ...GR2,
    ];
    expect(stock({ fill, movements: apart }, 221_500, KEPT)).toEqual([['document_not_posted', -9_500, 'RCV 3']]);
  });

  test('of any receipts, those that nobody posted are told by their price, and the rest is nothing', () => {
    const Drawn = fc.array(
      fc.record({
        on: fc.integer({ min: 0, max: 25 }),
        price: fc.integer({ min: 1, max: 900_000 }),
        charge: fc.integer({ min: 0, max: 9_000 }),
        lost: fc.constantFrom(false, false, true),
        kept: fc.integer({ min: 1, max: 900_000 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(Drawn, (drawn) => {
        // a day lacks two documents at most
        const rows = drawn.map((each, nth) => ({ ...each, nth, on: FROM + nth * 4 }));
        const charged = (books: DocumentBooks): void => {
          for (const { nth, on, price, charge } of rows) {
            books.receipt(receipt(nth, on, price, null));
            if (charge > 0)
              books.landed({ id: nth, ref: `PO ${nth} duty`, booked_on: on, amount_minor: charge, site: 'MAIN' });
          }
        };
        const posted = rows
          .filter(({ lost }) => !lost)
          .flatMap(({ nth, on, price, charge }) => {
            const lines: readonly (readonly [ReconciledRole, number])[] = [
              ['inventory', price + charge],
              ['grni', -price],
              ['landed_cost_clearing', -charge],
            ];
            return entryOf('RCV', on, `RCV ${nth}`, ...lines.filter(([, amount]) => amount !== 0));
          });
        const value = rows.reduce((sum, { price, charge }) => sum + price + charge, 0);
        const kept = new Map(rows.map(({ nth, kept: at }) => [`RCV ${nth}`, at]));
        const expected = rows
          .filter(({ lost }) => lost)
          .flatMap(({ nth, price, charge }) => [
            ...(charge > 0 ? [['document_not_posted', -charge, `PO ${nth} duty`]] : []),
            ['document_not_posted', -price, `RCV ${nth}`],
          ]);
        expect(stock({ fill: charged, movements: posted }, value, kept)).toEqual(expected);
      }),
    );
  });
});

describe('the stock account of a ledger that keeps stock at a cost of its own', () => {
  test('lacks of a receipt that cost, as near as it is known, and no charge', () => {
    const fill = (books: DocumentBooks): void => {
      books.receipt(receipt(1, FROM + 1, 95_000, null));
      books.receipt(receipt(3, FROM + 19, 9_500, null));
      books.landed(duty);
    };
    const movements = entryOf('RCV', FROM + 1, 'RCV 1', ['inventory', 101_000], ['grni', -95_000]);
    expect(stock({ fill, movements }, 111_123, KEPT)).toEqual([['document_not_posted', -10_123, 'RCV 3']]);
  });

  test('also where most receipts cost what they are kept at', () => {
    const fill = (books: DocumentBooks): void => {
      for (const nth of [1, 2, 4]) books.receipt(receipt(nth, FROM + nth, 1_000, null));
      books.receipt(receipt(3, FROM + 19, 9_500, null));
    };
    const movements = [1_000, 1_000, 1_001].flatMap((value, nth) =>
      entryOf('RCV', FROM + ([1, 2, 4][nth] ?? 0), 'x', ['inventory', value], ['grni', -1_000]),
    );
    expect(stock({ fill, movements }, 13_124, KEPT)).toEqual([['document_not_posted', -10_123, 'RCV 3']]);
  });
});
