import { describe, expect, it } from 'vitest';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { guessOrderMap } from './guessMap.ts';
import { orderReader } from './readOrders.ts';

const HEADER = ['InvoiceNo', 'StockCode', 'Quantity', 'UnitPrice', 'InvoiceDate'];
const record = (line_number: number, cells: string): SourceRecord => ({
  line_number,
  fields: cells.split(','),
  problem: null,
});

describe('a file of orders, read before it is sent', () => {
  it('ties out to the last digit, rounding and refused lines apart', () => {
    const { map } = guessOrderMap(HEADER, [], {});
    if (!map) throw new Error('the header is not known');
    const reader = orderReader(map, HEADER, 'GBP');
    reader.take([record(2, '1,A,3,0.333,2026-01-05'), record(3, '1,B,2,1.5,2026-01-05')]);
    reader.take([record(4, '2,A,7,0.5,someday'), record(5, '2,A,many,0.5,2026-01-05')]);
    reader.take([{ line_number: 6, fields: ['x'], problem: 'The line has 1 column.', raw: 'x' }]);
    const { totals, reasons, refused } = reader.result();
    // 3 × 0.333 = 0.999 is stored as 1.00
    expect(totals).toEqual({
      lines: 5,
      imported: 2,
      quarantined: 3,
      created: 0,
      source_total: '7.499',
      imported_total: '4',
      quarantined_total: '3.5',
      rounding: '-0.001',
    });
    expect(refused.map(({ line_number, label, reason }) => [line_number, label, reason])).toEqual([
      [4, '2', 'The date "someday" is not a date from 1900 to 2999.'],
      [5, '2', 'The quantity "many" is not a number.'],
      [6, 'x', 'The line has 1 column.'],
    ]);
    expect(reasons.map(({ lines }) => lines)).toEqual([1, 1, 1]);
  });

  it('holds none of its lines but the first refused', () => {
    const { map } = guessOrderMap(HEADER, [], {});
    if (!map) throw new Error('the header is not known');
    const reader = orderReader(map, HEADER, 'GBP');
    for (let line = 2; line < 3002; line++) reader.take([record(line, `${line},A,x${line},1,2026-01-05`)]);
    const { totals, reasons, refused } = reader.result();
    expect([totals.quarantined, reasons.length, refused.length]).toEqual([3000, 1000, 500]);
  });
});
