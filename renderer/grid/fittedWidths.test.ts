import { expect, test } from 'vitest';
import type { GridColumn } from './columns.ts';
import { fittedWidths } from './fittedWidths.ts';

const column = (id: string, align: 'left' | 'right'): GridColumn<string> => ({
  id,
  header: id,
  width: 60,
  align,
  text: (row) => row,
});

test('only figures widen, by their longest text, and never below the defined width', () => {
  const columns = [column('name', 'right'), column('qty', 'right'), column('word', 'left')];
  expect(fittedWidths(columns, ['1', '15,420,204'], (text) => text.length * 7)).toEqual({ qty: 87 });
  expect(fittedWidths(columns, ['1'], (text) => text.length * 7)).toEqual({});
});
