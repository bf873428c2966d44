import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pastedColumn } from './pastedColumn.ts';

test('one value a row of the spreadsheet, empty cells kept, those at the end not', () => {
  expect(pastedColumn('first\r\n\r\nthird\r\n\r\n')).toEqual(['first', '', 'third']);
  expect(pastedColumn('words\t12,50\nmore\t(3.00)')).toEqual(['words', 'more']);
  expect(pastedColumn('€ 1.234,56')).toEqual(['€ 1.234,56']);
  expect(pastedColumn('\n')).toEqual([]);
});

test('a cell with a line break is one value: the words below it stay with their rows', () => {
  expect(pastedColumn('"Posted twice,\nreversed in November"\r\nCount not posted')).toEqual([
    'Posted twice, reversed in November',
    'Count not posted',
  ]);
  expect(pastedColumn('a\t"right\nof it"\nb')).toEqual(['a', 'b']);
  // quotes that are the cell's own
  expect(pastedColumn('"Wolff" says so\n"all"\n"')).toEqual(['"Wolff" says so', '"all"', '"']);
});

test('whatever stands in the cells, every row keeps its own', () => {
  // one that begins with a quote of its own reads as either, in spreadsheets too
  const cell = fc
    .string({ unit: fc.constantFrom('a', ' ', '"', '\n', '\t', ','), maxLength: 6 })
    .filter((text) => !/^"[^\n\t]*$/.test(text));
  const asCopied = (text: string): string => (/[\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), (rows) => {
      const pasted = pastedColumn(rows.map((row) => row.map(asCopied).join('\t')).join('\r\n'));
      const shown = rows.map(([text]) => text.replace(/[\t\n]+/g, ' ').trim());
      while (shown.at(-1) === '') shown.pop();
      expect(pasted).toEqual(shown);
    }),
  );
});
