import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '#domain/decimal.ts';
import { channelKindOf } from './channelKind.ts';
import { invoiceOf, namesItem, type ParsedOrderLine, orderLineParser } from './orderLine.ts';
import { kindRulesWith, type OrderMap } from './orderMap.ts';
import { addTotals, NO_TOTALS, reportedTotals } from './totals.ts';

const HEADER = [
  'Invoice',
  'Code',
  'Text',
  'Qty',
  'Date',
  'Price',
  'Customer',
  'Country',
  'Off',
  'Percent',
  'Cur',
  'Due',
];
const MAP: OrderMap = {
  columns: {
    invoice: 'Invoice',
    item: 'Code',
    description: 'Text',
    quantity: 'Qty',
    ordered_at: 'Date',
    unit_price: 'Price',
    customer: 'Customer',
    country: 'Country',
    discount_amount: 'Off',
    discount_percent: 'Percent',
    currency: 'Cur',
    committed_on: 'Due',
  },
  date_order: 'ymd',
  decimal_mark: '.',
  kinds: kindRulesWith(undefined),
};
const parse = orderLineParser(MAP, HEADER, 'GBP');
const record = (part: Partial<Record<(typeof HEADER)[number], string>>): string[] => {
  const defaults: Record<string, string> = {
    Invoice: '536365',
    Code: '85123A',
    Text: 'HEART',
    Qty: '6',
    Date: '2010-12-01 08:26:00',
    Price: '2.55',
    Customer: '17850.0',
    Country: 'France',
  };
  return HEADER.map((column) => part[column] ?? defaults[column] ?? '');
};
const accepted = (part: Parameters<typeof record>[0]): ParsedOrderLine => {
  const result = parse(record(part));
  if (!result.ok) throw new Error(result.refused.reason);
  return result.line;
};
const refused = (fields: readonly string[]) => {
  const result = parse(fields);
  if (result.ok) throw new Error('was accepted');
  return result.refused;
};

describe('orderLineParser', () => {
  it('reads a line whole', () => {
    const { exact_amount, ...line } = accepted({ Due: '2010-12-05' });
    expect(formatDecimal(exact_amount)).toBe('15.3');
    expect(line).toEqual({
      invoice: '536365',
      item_code: '85123A',
      description: 'HEART',
      customer_code: '17850',
      customer_name: null,
      country: 'France',
      channel: null,
      site: null,
      ordered_at: { day: 14944, second_of_day: 30360, offset_minutes: null },
      requested_day: null,
      committed_day: 14948,
      kind: 'goods',
      qty_milli: 6000,
      unit_price_micro: 2_550_000,
      gross_minor: 1530,
      discount_minor: 0,
      net_minor: 1530,
    });
  });

  it('rounds an amount once, half away from zero, and keeps the exact one beside it', () => {
    const half = accepted({ Qty: '2.375', Price: '0.84' });
    expect([half.gross_minor, formatDecimal(half.exact_amount)]).toEqual([200, '1.995']);
    expect(accepted({ Qty: '-2.375', Price: '0.84' }).gross_minor).toBe(-200);
    expect(accepted({ Qty: '1', Price: '0.001' }).gross_minor).toBe(0);
  });

  it('takes discounts as amounts or percentages', () => {
    expect(accepted({ Off: '0.30' })).toMatchObject({ gross_minor: 1530, discount_minor: 30, net_minor: 1500 });
    expect(accepted({ Percent: '12.5 %' })).toMatchObject({ gross_minor: 1530, discount_minor: 191, net_minor: 1339 });
  });

  it('rounds what is sold at a percentage off once, and the discount is what is left to the gross', () => {
    // 112.50 less 5 % is billed at 106.875; 10.005 less 10 % at 9.0045
    const half = { Qty: '9', Price: '12.50', Percent: '5' };
    expect(accepted(half)).toMatchObject({ gross_minor: 11250, discount_minor: 562, net_minor: 10688 });
    expect(accepted({ ...half, Qty: '-9' })).toMatchObject({ gross_minor: -11250, discount_minor: -562 });
    const finer = { Qty: '3', Price: '3.335', Percent: '10' };
    expect(accepted(finer)).toMatchObject({ gross_minor: 1001, discount_minor: 101, net_minor: 900 });
    expect(accepted({ ...finer, Percent: '100' })).toMatchObject({ gross_minor: 1001, net_minor: 0 });
  });

  it('accepts whatever can be represented', () => {
    expect(accepted({ Code: '', Text: '', Customer: '', Country: '' })).toMatchObject({
      item_code: null,
      description: null,
      customer_code: null,
      country: null,
    });
    expect(accepted({ Price: '-11062.06', Qty: '1' }).gross_minor).toBe(-1_106_206);
    expect(accepted({ Price: '0', Qty: '-10' }).kind).toBe('adjustment');
    expect(accepted({ Cur: 'gbp' }).gross_minor).toBe(1530);
  });

  it.each([
    [{ Invoice: ' ' }, 'The invoice number is empty.', '15.3'],
    [{ Qty: 'ten' }, 'The quantity "ten" is not a number.', null],
    [{ Qty: '' }, 'The quantity is empty.', null],
    [{ Price: 'n/a' }, 'The unit price "n/a" is not a number.', null],
    [{ Qty: '1.2345', Price: '2' }, 'The quantity is finer than thousandths.', '2.469'],
    [{ Qty: '1', Price: '0.0000001' }, 'The unit price is finer than millionths.', '0.0000001'],
    [{ Qty: '9007199254741', Price: '1' }, 'The quantity is too large to be kept exactly.', '9007199254741'],
    [{ Qty: '9007199254740', Price: '90' }, 'The amount is too large to be kept exactly.', '810647932926600'],
    [{ Date: '2011-02-30' }, 'The date "2011-02-30" is not a date from 1900 to 2999.', '15.3'],
    [{ Date: '' }, 'The date is empty.', '15.3'],
    [{ Due: 'soon' }, 'The committed date "soon" is not a date from 1900 to 2999.', '15.3'],
    [{ Cur: 'EUR' }, 'The line is in EUR, and the company keeps its books in GBP. Give its amounts in GBP.', '15.3'],
    [{ Text: 'a\u0000b' }, 'A field holds bytes that are not text.', '15.3'],
    [{ Code: 'x'.repeat(201) }, 'The item code is longer than 200 characters.', '15.3'],
  ] as const)('refuses %o', (part, reason, exact) => {
    const result = refused(record(part));
    expect(result.reason).toBe(reason);
    expect(result.exact_amount && formatDecimal(result.exact_amount)).toBe(exact);
  });

  it('reads no amount from a record of another width', () => {
    expect(refused(['536365', 'A', 'B', '1'])).toEqual({
      reason: 'The line has 4 columns, the header has 12.',
      exact_amount: null,
    });
  });

  it('refuses a map that names no column of the header', () => {
    expect(() => orderLineParser(MAP, ['Invoice'], 'GBP')).toThrow(RangeError);
  });

  it('never loses a fraction: exact = stored + rounding below half a minor unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        (milli, micro) => {
          const line = accepted({
            Qty: formatDecimal({ units: BigInt(milli), places: 3 }),
            Price: formatDecimal({ units: BigInt(micro), places: 6 }),
          });
          const exact_nano = BigInt(milli) * BigInt(micro);
          const rounding_nano = exact_nano - BigInt(line.gross_minor) * 10_000_000n;
          expect(rounding_nano <= 5_000_000n && rounding_nano >= -5_000_000n).toBe(true);
        },
      ),
    );
  });
});

describe('names and identities', () => {
  it('lets only priced lines name an item', () => {
    expect(namesItem(accepted({}))).toBe(true);
    expect(namesItem(accepted({ Price: '0', Text: 'damaged' }))).toBe(false);
    expect(namesItem(accepted({ Text: '' }))).toBe(false);
  });
  it('reads the invoice of any record', () => {
    expect(invoiceOf([' 536365 '], 0)).toBe('536365');
    expect(invoiceOf([], 3)).toBe('');
    expect(invoiceOf(['x'.repeat(201)], 0)).toBe('');
  });
  it('recognises channels', () => {
    expect(['Web shop', 'Key Accounts', 'Counter Leeds', 'phone', 'B2B'].map(channelKindOf)).toEqual([
      'ecommerce',
      'key_accounts',
      'counter',
      'inside_sales',
      'unmapped',
    ]);
  });
});

describe('totals', () => {
  const part = {
    lines: 3,
    imported: 2,
    quarantined: 1,
    created: 2,
    source_total: { units: 10_001n, places: 3 },
    imported_total: { units: 700n, places: 2 },
    quarantined_total: { units: 3n, places: 0 },
    rounding: { units: 1n, places: 3 },
  };
  it('add up and are printed without trailing zeros', () => {
    expect(reportedTotals(addTotals(addTotals(NO_TOTALS, part), part))).toEqual({
      lines: 6,
      imported: 4,
      quarantined: 2,
      created: 4,
      source_total: '20.002',
      imported_total: '14',
      quarantined_total: '6',
      rounding: '0.002',
    });
  });
  it('are refused when they do not tie', () => {
    expect(() => reportedTotals({ ...part, rounding: { units: 2n, places: 3 } })).toThrow('does not tie');
    expect(() => reportedTotals({ ...part, lines: 4 })).toThrow('lost count');
  });
});
