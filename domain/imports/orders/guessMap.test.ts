import { describe, expect, it } from 'vitest';
import { assumedLocale } from './locale.ts';
import { guessOrderMap, looksLikeHeader } from './guessMap.ts';
import { distinctHeader } from './orderMap.ts';

const RETAIL = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
];
const retailLine = ['536365', '85123A', 'HEART', '6', '2010-12-01 08:26:00', '2.55', '17850.0', 'United Kingdom'];

describe('guessOrderMap', () => {
  it('reads a web shop’s export', () => {
    const { map, problems, ambiguities } = guessOrderMap(RETAIL, [retailLine], {});
    expect(problems).toEqual([]);
    expect(ambiguities).toEqual([]);
    expect(map?.columns).toEqual({
      invoice: 'InvoiceNo',
      item: 'StockCode',
      description: 'Description',
      quantity: 'Quantity',
      ordered_at: 'InvoiceDate',
      unit_price: 'UnitPrice',
      customer: 'CustomerID',
      country: 'Country',
    });
    expect([map?.date_order, map?.decimal_mark]).toEqual(['ymd', '.']);
  });

  it('reads an Odoo export', () => {
    const header = [
      'order_id/name',
      'product_id/default_code',
      'name',
      'product_uom_qty',
      'price_unit',
      'order_id/date_order',
      'order_id/partner_id',
    ];
    const { map, ambiguities } = guessOrderMap(
      header,
      [['S00012', 'FURN_1', 'Desk', '2.0', '1299.5', '2026-01-05 10:00:00', 'Azure']],
      {},
    );
    expect(ambiguities).toEqual([]);
    expect(map?.columns).toEqual({
      invoice: 'order_id/name',
      item: 'product_id/default_code',
      description: 'name',
      quantity: 'product_uom_qty',
      unit_price: 'price_unit',
      ordered_at: 'order_id/date_order',
      customer: 'order_id/partner_id',
    });
  });

  it('takes a column only if its values fit', () => {
    const header = ['Order', 'SKU', 'Qty', 'Price', 'Order Date', 'Date'];
    const { map } = guessOrderMap(header, [['1', 'A', '1', '2', 'open', '2026-01-05']], {});
    expect(map?.columns.ordered_at).toBe('Date');
  });

  it('says when two columns are equally good', () => {
    const header = [...RETAIL, 'OrderNo'];
    const { map, ambiguities } = guessOrderMap(header, [[...retailLine, '7']], {});
    expect(map).not.toBeNull();
    expect(ambiguities).toEqual(['"InvoiceNo" and "OrderNo" could each be the invoice or order number.']);
    const settled = guessOrderMap(header, [[...retailLine, '7']], { columns: { invoice: 'OrderNo' } });
    expect(settled.ambiguities).toEqual([]);
    expect(settled.map?.columns.invoice).toBe('OrderNo');
    expect(settled.map?.columns.country).toBeUndefined();
  });

  it('tells day/month from month/day by the days beyond twelve, and else says it cannot', () => {
    const withDate = (date: string) => retailLine.with(4, date);
    expect(guessOrderMap(RETAIL, [withDate('1/2/2026'), withDate('3/25/2026 8:26')], {})).toMatchObject({
      map: { date_order: 'mdy' },
      ambiguities: [],
    });
    expect(guessOrderMap(RETAIL, [withDate('1/2/2026'), withDate('25.3.2026')], {}).map?.date_order).toBe('dmy');
    const unclear = guessOrderMap(RETAIL, [withDate('5/5/2026'), withDate('1/2/2026')], {});
    expect(unclear.ambiguities).toHaveLength(1);
    expect(unclear.ambiguities[0]).toContain('"1/2/2026"');
    expect(guessOrderMap(RETAIL, [withDate('1/2/2026')], { date_order: 'dmy' }).ambiguities).toEqual([]);
    expect(guessOrderMap(RETAIL, [withDate('01-Feb-2026')], {}).ambiguities).toEqual([]);
  });

  it('tells the decimal mark, and else says it cannot', () => {
    const withPrice = (price: string) => retailLine.with(5, price);
    expect(guessOrderMap(RETAIL, [withPrice('1.234'), withPrice('2,55')], {}).map?.decimal_mark).toBe(',');
    expect(guessOrderMap(RETAIL, [withPrice('1,234')], {}).ambiguities).toHaveLength(1);
  });

  it('does not guess whether a discount is an amount or a percentage', () => {
    const header = [...RETAIL, 'Discount'];
    expect(guessOrderMap(header, [[...retailLine, '10']], {}).ambiguities).toHaveLength(1);
    expect(guessOrderMap(header, [[...retailLine, '0.00']], {}).ambiguities).toEqual([]);
    expect(guessOrderMap([...RETAIL, 'Discount %'], [[...retailLine, '10']], {}).map?.columns.discount_percent).toBe(
      'Discount %',
    );
  });

  it('names what is missing', () => {
    const guess = guessOrderMap(['InvoiceNo', 'StockCode', 'Quantity'], [['1', 'A', '2']], {});
    expect(guess.map).toBeNull();
    expect(guess.problems).toEqual([
      'No column looks like the unit price.',
      'No column looks like the invoice or order date.',
    ]);
    expect(guessOrderMap(RETAIL, [retailLine], { columns: { invoice: 'Nope' } }).problems[0]).toContain('"Nope"');
  });
});

describe('headers', () => {
  it('knows one from a line', () => {
    expect(looksLikeHeader(RETAIL)).toBe(true);
    expect(looksLikeHeader(retailLine)).toBe(false);
  });
  it('tells columns of one name apart', () => {
    expect(distinctHeader(['Qty', ' Qty ', '', 'Price'])).toEqual(['Qty', 'Qty (2)', 'Column 3', 'Price']);
  });
});

describe('assumedLocale', () => {
  it('follows the majority', () => {
    expect(assumedLocale(['France', 'United Kingdom', 'united kingdom', 'United Kingdom', ''])).toEqual({
      currency: 'GBP',
      time_zone: 'Europe/London',
      country: 'United Kingdom',
    });
    expect(assumedLocale([])).toEqual({ currency: 'EUR', time_zone: 'UTC', country: null });
    expect(assumedLocale(['Atlantis', 'Atlantis', 'France'])).toEqual({
      currency: 'EUR',
      time_zone: 'UTC',
      country: null,
    });
  });
});
