/** An entry that names its document and has another amount is told as that, with both; nothing is where it is not sure. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_OFF, entryOf, FROM, moved, of, receipt, reconciled } from './documentTesting.ts';
import type { LedgerMovement, OpenDocument } from './facts.ts';
import type { ReconciledRole } from './plan.ts';
import type { DocumentBooks } from './postings.ts';

const DAY = FROM + 8;
let ids = 0;
const invoice = (number: string, amount_minor: number, posted_on = DAY, party_id = 1) => {
  ids += 1;
  return { id: ids, kind: 'customer' as const, number, party_id, posted_on, amount_minor };
};
const bill = (...of: Parameters<typeof invoice>) => ({ ...invoice(...of), kind: 'supplier' as const });
const payment = (number: string, amount_minor: number, exchange_minor = 0) => {
  ids += 1;
  const of = { id: ids, kind: 'customer' as const, number, party_id: 1, paid_on: DAY, settled_on: DAY };
  return { ...of, amount_minor, exchange_minor };
};
const open = (role: ReconciledRole, amount_minor: number): OpenDocument => ({
  role,
  ref: 'C1',
  booked_on: DAY,
  amount_minor,
});
const short = (code: string, given: Parameters<typeof of>[1]) => {
  const { items, difference_minor } = of(code, given);
  expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
  return items.map(({ cause, amount_minor, ref }) => [cause, amount_minor, ref]);
};

describe('an invoice posted at the wrong amount', () => {
  const invoices = [invoice('INV2', 39_600), invoice('INV3', 2_700), invoice('INV4', 100)];
  const fill = (books: DocumentBooks): void => {
    for (const each of invoices) books.invoice(each);
    for (const [ref, amount] of [
      ['D2', 39_600],
      ['D3', 2_700],
      ['D4', 100],
    ] as const) {
      const document = { kind: 'shipment', id: amount, ref } as const;
      books.post('shipped_not_billed', DAY, amount, { document });
      books.post('shipped_not_billed', DAY, -amount, { document });
    }
  };
  const movements = [
    ...entryOf('SHP', DAY, 'D2', ['shipped_not_billed', 39_600]),
    ...entryOf('SHP', DAY, 'D3', ['shipped_not_billed', 2_700]),
    ...entryOf('SHP', DAY, 'D4', ['shipped_not_billed', 100]),
    ...entryOf('INV', DAY, 'INV2', ['ar', 36_900], ['shipped_not_billed', -36_900]),
    ...entryOf('INV', DAY, 'INV3', ['ar', 2_700], ['shipped_not_billed', -2_700]),
    ...entryOf('INV', DAY, 'INV4', ['ar', 100], ['shipped_not_billed', -100]),
  ];

  test('is told on both accounts, with the invoice and its entry; another that is worth as much is not blamed', () => {
    const given = { fill, movements, open: [open('ar', 42_400)] };
    expect(short('ar_gl', given)).toEqual([['amount_differs', -2_700, 'INV2: 396.00 / 369.00']]);
    expect(short('shipped_not_billed', given)).toEqual([['amount_differs', 2_700, 'INV2: 396.00 / 369.00']]);
    const entry = movements.find(({ ref }) => ref === 'INV2');
    for (const { items } of reconciled(given)) {
      for (const { documents } of items)
        expect(documents).toEqual([
          { kind: 'invoice', id: invoices[0]?.id, ref: 'INV2' },
          { kind: 'entry', id: entry?.entry_id, ref: entry?.number },
        ]);
    }
  });

  test('beside one that is lost, one posted by hand, and one whose entry says the number only', () => {
    const own = [
      ...movements
        .filter(({ ref }) => ref !== 'INV4')
        .map((each) => (each.ref === 'INV2' ? { ...each, ref: null, number: 'INV2' } : each)),
      ...entryOf('GEN', DAY, null, ['ar', 55]),
    ];
    expect(short('ar_gl', { fill, movements: own, open: [open('ar', 42_400)] }).toSorted()).toEqual([
      ['amount_differs', -2_700, 'INV2: 396.00 / 369.00'],
      ['document_not_posted', -100, 'INV4'],
      ['entry_by_hand', 55, own.at(-1)?.number],
    ]);
  });

  test('is told too where it was posted on another day of the month', () => {
    const own = movements.map((each) => (each.ref === 'INV2' ? { ...each, booked_on: DAY + 2 } : each));
    expect(short('ar_gl', { fill, movements: own, open: [open('ar', 42_400)] })).toEqual([
      ['amount_differs', -2_700, 'INV2: 396.00 / 369.00'],
    ]);
    expect(short('shipped_not_billed', { fill, movements: own })).toEqual([
      ['amount_differs', 2_700, 'INV2: 396.00 / 369.00'],
    ]);
    // with the right amount it is only late
    const late = own.map((each) => ({
      ...each,
      amount_minor: (each.amount_minor * (each.ref === 'INV2' ? 44 : 41)) / 41,
    }));
    expect(short('ar_gl', { fill, movements: late, open: [open('ar', 42_400)] })).toEqual([]);
    expect(short('shipped_not_billed', { fill, movements: late })).toEqual([]);
  });
});

describe('every account of documents', () => {
  test('bills, receipts and payments too', () => {
    const bills = [bill('B1', 96_000), bill('B2', 500)];
    expect(
      short('ap_gl', {
        fill: (books) => bills.forEach((each) => books.invoice(each)),
        movements: [moved('ap', 'BIL', DAY, -69_000, 'B1'), moved('ap', 'BIL', DAY, -500, 'B2')],
        open: [open('ap', -96_500)],
      }),
    ).toEqual([['amount_differs', -27_000, 'B1: 960.00 / 690.00']]);
    expect(
      short('grni', {
        fill: (books) => books.receipt(receipt(1, DAY, 95_000, null)),
        movements: [moved('grni', 'RCV', DAY, -90_000, 'RCV 1')],
      }),
    ).toEqual([['amount_differs', -5_000, 'RCV 1: 950.00 / 900.00']]);
    expect(
      short('ar_gl', {
        fill: (books) => [payment('R1', 20_000), payment('R2', 300)].forEach((each) => books.payment(each)),
        movements: [moved('ar', 'REC', DAY, -2_000, 'R1'), moved('ar', 'REC', DAY, -300, 'R2')],
        open: [open('ar', -20_300)],
      }),
    ).toEqual([['amount_differs', 18_000, 'R1: 200.00 / 20.00']]);
  });
});

describe('nothing is guessed', () => {
  const lost = invoice('INV4', 700);
  const causes = (invoices: readonly ReturnType<typeof invoice>[], movements: readonly LedgerMovement[]) => {
    const amount = invoices.reduce((sum, each) => sum + each.amount_minor, 0);
    const fill = (books: DocumentBooks) => invoices.forEach((each) => books.invoice(each));
    return short('ar_gl', { fill, movements, open: [open('ar', amount)] }).map(([cause]) => cause);
  };

  test('one entry for several documents that names the first of them', () => {
    const run = [invoice('INV1', 100), invoice('INV2', 200), invoice('INV3', 300)];
    expect(causes([...run, lost], [moved('ar', 'INV', DAY, 600, 'INV1')])).toEqual(['document_not_posted']);
  });

  test('two entries of one name, two documents of one number, or another party', () => {
    const twice = [moved('ar', 'INV', DAY, 90, 'INV1'), moved('ar', 'INV', DAY, 20, 'INV1')];
    expect(causes([invoice('INV1', 100)], twice)).toEqual(['not_found']);
    const same = [invoice('INV1', 100), invoice('INV1', 250, DAY, 2)];
    expect(causes(same, [moved('ar', 'INV', DAY, 90, 'INV1')])).toEqual(['not_found']);
    const other = { ...moved('ar', 'INV', DAY, 90, 'INV1'), party_id: 2 };
    expect(causes([invoice('INV1', 100)], [other])).toEqual(['not_found']);
    expect(causes([invoice('INV1', 100)], [{ ...other, party_id: 1 }])).toEqual(['amount_differs']);
  });

  test('what a payment won or lost by its rate is not its amount', () => {
    const items = reconciled({
      fill: (books) => books.payment(payment('R1', 20_000, 150)),
      movements: [moved('ar', 'REC', DAY, -20_000, 'R1')],
      open: [open('ar', -19_850)],
    }).flatMap((each) => each.items);
    expect(items.filter(({ role }) => role === 'ar').map(({ cause, ref }) => [cause, ref])).toEqual([
      ['document_not_posted', 'R1 exchange difference'],
    ]);
  });

  test('a day of several entries has no reference where nothing says which of them it is', () => {
    const movements = [moved('ar', 'INV', DAY, 90, 'X'), moved('ar', 'INV', DAY, 20, 'Y')];
    const items = of('ar_gl', { fill: () => undefined, movements }).items;
    expect(items.map(({ cause, ref, documents }) => [cause, ref, documents.length])).toEqual([
      ['not_found', 'Several entries', 2],
    ]);
  });

  test('of any invoices each with its entry, only those that are off are told, by exactly that', () => {
    const Drawn = fc.array(
      fc.record({
        on: fc.integer({ min: 0, max: 5 }),
        amount: fc.integer({ min: 1, max: 3_000 }),
        fault: fc.constantFrom('none', 'none', 'off', 'lost', 'twice', 'late'),
        off: fc.integer({ min: -2_999, max: 3_000 }),
      }),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(Drawn, fc.boolean(), (drawn, sound) => {
        const off = new Map<string, number>();
        const invoices: ReturnType<typeof invoice>[] = [];
        const movements: LedgerMovement[] = [];
        for (const [nth, { on, amount, fault, off: by }] of drawn.entries()) {
          const number = `INV${nth}`;
          invoices.push(invoice(number, amount, FROM + on));
          // posted at nothing, or on the other side, is no such entry
          const late = fault === 'late' && !sound;
          const wrong = (fault === 'off' || late) && amount + by > 0 ? by : 0;
          if (wrong !== 0) off.set(number, wrong);
          if (fault === 'lost' && !sound) continue;
          movements.push(
            ...entryOf(
              'INV',
              FROM + on + (late ? 2 : 0),
              number,
              ['ar', amount + wrong],
              ['shipped_not_billed', -amount - wrong],
            ),
          );
          if (fault === 'twice' && !sound) movements.push(moved('ar', 'INV', FROM + on, amount, number));
        }
        const fill = (books: DocumentBooks) => invoices.forEach((each) => books.invoice(each));
        const owed = open(
          'ar',
          invoices.reduce((sum, each) => sum + each.amount_minor, 0),
        );
        const { items, difference_minor } = of('ar_gl', { fill, movements, open: [{ ...owed, booked_on: CUT_OFF }] });
        expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
        const told = items
          .filter(({ cause }) => cause === 'amount_differs')
          .map((each) => [each.documents[0]?.ref ?? '', each.amount_minor] as const);
        for (const [ref, amount_minor] of told) expect(off.get(ref)).toBe(amount_minor);
        if (sound && items.length > 0) expect(new Map(told)).toEqual(off);
      }),
    );
  });
});
