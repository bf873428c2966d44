import { expect, test } from 'vitest';
import { csvText } from './useExportFile.ts';

test('text that a spreadsheet would run leaves as text, numbers as numbers', () => {
  expect(
    csvText([
      ['Row', '=1+1', 'a "b", c'],
      ['-x', { number: '-12.50' }, ''],
    ]),
  ).toBe('Row,"\'=1+1","a ""b"", c"\r\n"\'-x",-12.50,\r\n');
});
