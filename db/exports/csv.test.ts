import { expect, test } from 'vitest';
import { cell, createCsv } from './csv.ts';

test('text that a spreadsheet would run leaves as text, numbers stay numbers', () => {
  expect(cell('=HYPERLINK("http://x")')).toBe(`"'=HYPERLINK(""http://x"")"`);
  for (const start of ['=', '+', '-', '@', '\t', '\r']) expect(cell(`${start}1`)).toBe(`"'${start}1"`);
  expect(cell('plain')).toBe('plain');
  expect(cell('a,b')).toBe('"a,b"');
  expect(cell('two\nlines')).toBe('"two\nlines"');
});

test('units become exact decimals in their own columns', () => {
  const csv = createCsv();
  csv.add(
    [
      {
        code: '-M8',
        on_hand_qty_milli: -12_500,
        net_minor: -105,
        unit_price_micro: 1_230_000,
        margin_bp: 9620,
        written_at_ms: 0,
        open: true,
        weeks_qty_milli: [1, 2],
        nothing: null,
        lines: 7,
      },
    ],
    'EUR',
  );
  csv.add([{ code: 'b', on_hand_qty_milli: 9_007_199_254_740_991, net_minor: 5, lines: 1 }], 'JPY');
  expect(csv.done()).toEqual({
    rows: 2,
    csv: [
      'code,on_hand_qty,net,unit_price,margin_percent,written_at,open,nothing,lines',
      `"'-M8",-12.5,-1.05,1.23,96.2,1970-01-01T00:00:00.000Z,yes,,7`,
      'b,9007199254740.991,5,,,,,,1',
      '',
    ].join('\r\n'),
  });
});

test('more than one message holds is refused', () => {
  const csv = createCsv();
  const row = { text: 'x'.repeat(100_000) };
  expect(() => {
    for (let n = 0; n < 200; n++) csv.add([row], 'EUR');
  }).toThrow('Narrow the filter');
});
