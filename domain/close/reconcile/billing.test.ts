/** Which goods a bill bills: nothing is billed twice, nothing is lost, and no order of lines matters. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billedNets } from './billedDeliveries.ts';
import { type Goods, type GoodsBill, matchBills, OF_SUPPLIERS, TO_CUSTOMERS } from './billing.ts';
import { DocumentBooks } from './postings.ts';
import { purchaseRows, type ReceivedGoods } from './purchases.ts';

const came = (number: string, day: number, amount_minor: number, order = 1): Goods => ({
  key: `${order}/${number}`,
  order,
  number,
  day,
  amount_minor,
});
let ids = 0;
const bill = (
  number: string,
  day: number,
  amount_minor: number,
  names: string | null = null,
  order: number | null = 1,
): GoodsBill => {
  ids += 1;
  return { id: ids, number, day, amount_minor, names, order };
};

/** What each bill billed of what, what waits, differs by price or repeats: as words. */
function told(goods: readonly Goods[], bills: readonly GoodsBill[], terms = OF_SUPPLIERS): readonly string[] {
  const { parts, ahead, variances, repeats } = matchBills(goods, bills, terms);
  return [
    ...[...parts].flatMap(([key, of]) => of.map((part) => `${part.bill.number} ${key} ${part.amount_minor}`)),
    ...ahead.map((each) => `${each.bill.number} ahead ${each.amount_minor}`),
    ...variances.map((each) => `${each.bill.number} price ${each.amount_minor}${each.early ? ' early' : ''}`),
    ...repeats.map((each) => `${each.bill.number} repeats ${each.first.number}`),
  ];
}

describe('a supplier’s bill', () => {
  test('that names only its order bills its receipts, oldest first, in part where it is less', () => {
    const goods = [came('GR-2', 20, 3_000), came('GR-1', 10, 5_500), came('GR-9', 5, 700, 2)];
    expect(told(goods, [bill('SB-1', 30, 5_500)])).toEqual(['SB-1 1/GR-1 5500']);
    expect(told(goods, [bill('SB-1', 30, 7_000), bill('SB-2', 31, 1_500)])).toEqual([
      'SB-1 1/GR-1 5500',
      'SB-1 1/GR-2 1500',
      'SB-2 1/GR-2 1500',
    ]);
  });

  test('that names several receipts bills them; one receipt may be billed in parts', () => {
    const goods = [came('GR-1', 10, 1_000), came('GR-2', 11, 2_000), came('GR-3', 12, 4_000)];
    expect(told(goods, [bill('SB-1', 20, 5_000, 'GR-1, GR-3')])).toEqual(['SB-1 1/GR-1 1000', 'SB-1 1/GR-3 4000']);
    expect(told(goods, [bill('SB-1', 20, 2_500, 'GR-3'), bill('SB-2', 21, 1_500, 'GR-3')])).toEqual([
      'SB-1 1/GR-3 2500',
      'SB-2 1/GR-3 1500',
    ]);
    expect(told(goods, [bill('SB-2', 20, 3_000), bill('SB-1', 20, 4_000, 'GR-3')])).toEqual([
      'SB-2 1/GR-1 1000',
      'SB-2 1/GR-2 2000',
      'SB-1 1/GR-3 4000',
    ]);
  });

  test('differs from its goods by price; far below it is a part of them', () => {
    const goods = [came('GR-1', 10, 1_000)];
    expect(told(goods, [bill('SB-1', 20, 1_030)])).toEqual(['SB-1 1/GR-1 1000', 'SB-1 price 30']);
    expect(told(goods, [bill('SB-1', 20, 970, 'GR-1')])).toEqual(['SB-1 1/GR-1 1000', 'SB-1 price -30']);
    expect(told(goods, [bill('SB-1', 20, 1_500, 'GR-1')])).toEqual(['SB-1 1/GR-1 1000', 'SB-1 price 500']);
    expect(told(goods, [bill('SB-1', 20, 900, 'GR-1')])).toEqual(['SB-1 1/GR-1 900']);
    expect(told(goods, [bill('SB-1', 20, 970), bill('SB-2', 21, 30)])).toEqual([
      'SB-1 1/GR-1 1000',
      'SB-1 price -30',
      'SB-2 price 30',
    ]);
  });

  test('for what is billed already is a repetition; one whose receipt another took goes on to the order', () => {
    const goods = [came('GR-1', 10, 1_000), came('GR-2', 11, 2_000)];
    expect(told(goods, [bill('SB-1', 20, 1_000, 'GR-1'), bill('SB-2', 21, 1_000, 'GR-1')])).toEqual([
      'SB-1 1/GR-1 1000',
      'SB-2 repeats SB-1',
    ]);
    expect(told(goods, [bill('SB-1', 20, 1_000), bill('SB-2', 21, 2_000, 'GR-1')])).toEqual([
      'SB-1 1/GR-1 1000',
      'SB-2 1/GR-2 2000',
    ]);
  });

  test('before its goods waits for them', () => {
    const goods = [came('GR-1', 10, 1_000), came('GR-2', 40, 2_000)];
    expect(told(goods, [bill('SB-1', 5, 5_000)])).toEqual(['SB-1 1/GR-1 1000', 'SB-1 1/GR-2 2000', 'SB-1 ahead 2000']);
    expect(told(goods, [bill('SB-1', 20, 2_050, 'GR-2')])).toEqual(['SB-1 1/GR-2 2000', 'SB-1 price 50 early']);
    expect(told([], [bill('SB-1', 20, 2_050, 'THEIRS-7')])).toEqual(['SB-1 ahead 2050']);
  });

  test('that names a number nobody received bills its order; without an order it bills what it names, or no goods', () => {
    const goods = [came('GR-1', 10, 1_000)];
    expect(told(goods, [bill('SB-1', 20, 1_000, 'THEIRS-7')])).toEqual(['SB-1 1/GR-1 1000']);
    expect(told(goods, [bill('SB-1', 20, 1_000, 'GR-1', null)])).toEqual(['SB-1 1/GR-1 1000']);
    expect(told(goods, [bill('SB-1', 20, 1_000, 'Rent', null)])).toEqual([]);
  });

  test('is taken back by a credit of its amount that names the same; any other credit is one of the price', () => {
    const goods = [came('GR-1', 10, 1_000)];
    expect(told(goods, [bill('SB-1', 20, 1_000), bill('SC-1', 22, -1_000), bill('SB-2', 25, 1_000)])).toEqual([
      'SB-1 1/GR-1 1000',
      'SC-1 1/GR-1 -1000',
      'SB-2 1/GR-1 1000',
    ]);
    expect(told(goods, [bill('SB-1', 20, 1_000, 'GR-1'), bill('SC-1', 22, -1_000)])).toEqual([
      'SB-1 1/GR-1 1000',
      'SC-1 price -1000',
    ]);
    expect(told(goods, [bill('SB-1', 20, 1_000), bill('SC-1', 22, -80)])).toEqual([
      'SB-1 1/GR-1 1000',
      'SC-1 price -80',
    ]);
  });
});

test('our own invoice bills what it names whole, whatever else stands on it; of an order it bills by value', () => {
  const goods = [came('DN-1', 10, 1_000), came('DN-2', 11, 2_000)];
  expect(told(goods, [bill('INV-1', 10, 400, 'DN-1'), bill('INV-2', 12, 2_900, 'DN-2')], TO_CUSTOMERS)).toEqual([
    'INV-1 1/DN-1 1000',
    'INV-2 1/DN-2 2000',
  ]);
  expect(told(goods, [bill('INV-1', 12, 1_400)], TO_CUSTOMERS)).toEqual(['INV-1 1/DN-1 1000', 'INV-1 1/DN-2 400']);
  // a discount of the order may be more than its first delivery; a credit for what is billed is one of the price
  const [less, credit] = [bill('INV-1', 10, -50, 'DN-1'), bill('CN-1', 12, -30, 'DN-1')];
  expect(told(goods, [less, credit], TO_CUSTOMERS)).toEqual(['INV-1 1/DN-1 1000', 'CN-1 price -30']);
  expect(told(goods, [bill('INV-1', 9, -50, 'DN-1')], TO_CUSTOMERS)[0]).toBe('INV-1 1/DN-1 1000');
});

test('what an invoice bills of a delivery is billed of its lines, one after the other; a credit gives it back', () => {
  const net = (line_id: number, number: string, net_minor: number, shipped_on: number) => {
    return { id: line_id, line_id, order_id: 1, party_id: 7, number, shipped_on, net_minor };
  };
  const nets = [net(1, 'DN-1', 600, 10), net(2, 'DN-1', 400, 10), net(3, 'DN-2', 500, 12)];
  const of = { party_id: 7 };
  const billed = (...bills: readonly GoodsBill[]) =>
    [
      ...billedNets(
        nets,
        bills.map((each) => ({ ...each, ...of })),
      ),
    ].map(([id, parts]) => [id, ...parts.map(({ billed_on, amount_minor }) => `${billed_on}: ${amount_minor}`)]);
  expect(billed(bill('INV-1', 11, 700), bill('INV-2', 14, 800))).toEqual([
    [1, '11: 600'],
    [2, '11: 100', '14: 300'],
    [3, '14: 500'],
  ]);
  expect(billed(bill('INV-1', 13, 1_500, 'DN-1; DN-2'), bill('CN-1', 20, -1_500, 'DN-1; DN-2'))).toEqual([
    [1, '13: 600', '20: -600'],
    [2, '13: 400', '20: -400'],
    [3, '13: 500', '20: -500'],
  ]);
  // of one without an order what it names of the customer
  expect(billed(bill('INV-1', 13, 400, 'DN-2', null))).toEqual([[1], [2], [3, '13: 500']]);
});

test('two suppliers with one number have nothing to do with each other', () => {
  const received = (supplier_id: number): ReceivedGoods => ({
    ...came('GR-1', 10, 1_000 * supplier_id, supplier_id),
    id: supplier_id,
    order_number: `PO-${supplier_id}`,
    supplier_id,
    supplier_name: 'Steel',
  });
  const of = { party_id: 2, supplier_id: 2, supplier_name: 'Steel', order_number: null };
  const rows = purchaseRows([received(1), received(2)], [{ ...bill('SB-1', 20, 2_000, 'GR-1', null), ...of }]);
  expect(rows.receipts.map(({ bills }) => bills.map(({ amount_minor }) => amount_minor))).toEqual([[], [2_000]]);
});

const Documents = fc.record({
  goods: fc.uniqueArray(
    fc.record({
      order: fc.integer({ min: 1, max: 3 }),
      number: fc.constantFrom('A', 'B', 'C', 'D'),
      day: fc.integer({ min: 1, max: 12 }),
      amount_minor: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: -20, max: 3_000 })),
    }),
    { maxLength: 8, selector: ({ order, number }) => `${order}/${number}` },
  ),
  bills: fc.array(
    fc.record({
      order: fc.constantFrom(1, 2, 3, null),
      names: fc.constantFrom(null, null, 'A', 'B', 'C', 'A, B', 'C; D', 'Z'),
      day: fc.integer({ min: 1, max: 12 }),
      amount_minor: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: -3_000, max: 3_000 })),
      back: fc.option(fc.nat(6), { freq: 4 }),
    }),
    { maxLength: 8 },
  ),
});

test('open and billed come to what was received, no goods are billed beyond it, and what comes later changes nothing before', () => {
  fc.assert(
    fc.property(
      Documents,
      fc.boolean(),
      fc.integer({ min: 1, max: 12 }),
      fc.infiniteStream(fc.nat()),
      (given, ours, on, mixed) => {
        const terms = ours ? TO_CUSTOMERS : OF_SUPPLIERS;
        const goods = given.goods.map((each) => ({ ...each, key: `${each.order}/${each.number}` }));
        const bills = given.bills.map(({ back, ...each }, nth): GoodsBill => {
          const taken = back === null ? undefined : given.bills[back];
          // some take another back
          const of =
            taken && taken.day <= each.day ? { ...taken, day: each.day, amount_minor: -taken.amount_minor } : each;
          const { order, names, day, amount_minor } = of;
          return { id: nth + 1, number: `B${nth}`, order, names, day, amount_minor };
        });
        const matched = matchBills(goods, bills, terms);
        for (const { key, amount_minor } of goods) {
          let billed = 0;
          for (const part of matched.parts.get(key) ?? []) {
            billed += part.amount_minor;
            expect(
              amount_minor > 0 ? billed >= 0 && billed <= amount_minor : billed === 0 || billed === amount_minor,
            ).toBe(true);
          }
        }
        // a bill is told to the last of its amount, but what repeats another, is of no goods or takes one back
        const backs = new Set(
          [...matched.parts.values()].flat().flatMap((part) => (part.amount_minor < 0 ? part.bill.id : [])),
        );
        for (const each of ours || backs.size > 0 ? [] : bills) {
          const sum = toldOf(matched, each);
          if (each.amount_minor > 0 && each.order !== null && !matched.repeats.some((of) => of.bill === each))
            expect(sum).toBe(each.amount_minor);
        }
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((each) => ({ each, at: mixed.next().value }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ each }) => each);
        const again = matchBills(shuffled(goods), shuffled(bills), terms);
        expect(comparable(again, bills, goods, 99)).toEqual(comparable(matched, bills, goods, 99));
        // a number that only comes later is not known before, so only bills without names are looked at
        const plain = bills.map((each) => ({ ...each, names: null }));
        const until = matchBills(
          goods.filter(({ day }) => day <= on),
          plain.filter(({ day }) => day <= on),
          terms,
        );
        expect(comparable(until, plain, goods, on)).toEqual(
          comparable(matchBills(goods, plain, terms), plain, goods, on),
        );
      },
    ),
    { numRuns: 100 },
  );
});

type Matched = ReturnType<typeof matchBills<GoodsBill>>;

function toldOf(matched: Matched, of: GoodsBill): number {
  const sum = (list: readonly { readonly bill: GoodsBill; readonly amount_minor: number }[]): number =>
    list.reduce((all, each) => (each.bill.id === of.id ? all + each.amount_minor : all), 0);
  return sum([...matched.parts.values()].flat()) + sum(matched.ahead) + sum(matched.variances);
}

/** What bills billed by a day, of goods that had come by then. */
function comparable(
  matched: Matched,
  bills: readonly GoodsBill[],
  goods: readonly Goods[],
  on: number,
): readonly string[] {
  const known = new Set(bills.map(({ id }) => id));
  return goods
    .filter(({ day }) => day <= on)
    .flatMap(({ key }) =>
      (matched.parts.get(key) ?? [])
        .filter(({ bill: { id, day } }) => known.has(id) && day <= on)
        .map((part) => `${part.bill.number} ${key} ${part.amount_minor}`),
    )
    .toSorted();
}

test('the books of a receipt billed by its order clear what was received and not billed', () => {
  const books = new DocumentBooks({ from: 0, cut_off: 30, until: 30, keeps: () => true });
  const of = { supplier_id: 1, supplier_name: 'Sup One' };
  const goods = [{ ...came('GR-1', 5, 550_000), ...of, id: 1, order_number: 'PO-1' }];
  const bills = [{ ...bill('SB-1', 10, 550_000), ...of, party_id: 1, order_number: 'PO-1' }];
  const rows = purchaseRows(goods, bills);
  for (const row of rows.receipts) books.receipt(row);
  for (const row of rows.loose) books.looseBill(row);
  expect([books.openDocuments(), books.expected.get('grni'), rows.loose]).toEqual([
    [],
    new Map([
      [5, -550_000],
      [10, 550_000],
    ]),
    [],
  ]);
});

test('a bill before its goods is on its way whole, whatever they turn out to cost, and they take all of it off', () => {
  const of = { supplier_id: 1, supplier_name: 'Sup One' };
  const bills = [{ ...bill('SB-1', 10, 2_050, 'GR-1'), ...of, party_id: 1, order_number: 'PO-1' }];
  const onItsWay = (goods: readonly ReceivedGoods[]) => {
    const books = new DocumentBooks({ from: 1, cut_off: 20, until: 40, keeps: () => true });
    const rows = purchaseRows(goods, bills);
    for (const row of rows.receipts) books.receipt(row);
    for (const row of rows.loose) books.looseBill(row);
    for (const row of rows.variances) books.priceVariance(row);
    const told = books.suspects.map(({ role, day, amount_minor }) => [role, day, amount_minor]);
    return [books.openDocuments(), books.expected.get('billed_not_received'), told];
  };
  const whole = { role: 'billed_not_received', ref: 'PO-1 Sup One', booked_on: 10, amount_minor: 2_050 };
  expect(onItsWay([])).toEqual([[whole], new Map([[10, 2_050]]), []]);
  const days = new Map([
    [10, 2_050],
    [30, -2_050],
  ]);
  const late = { ...came('GR-1', 30, 2_000), ...of, id: 1, order_number: 'PO-1' };
  expect(onItsWay([late])).toEqual([[whole], days, [['billed_not_received', 30, 50]]]);
});
