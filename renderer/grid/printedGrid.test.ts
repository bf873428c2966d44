import { expect, test } from 'vitest';
import { firstRows } from './printedGrid.ts';

test('rows at hand end at the first that is not read yet, and at the most that are wanted', () => {
  const rows = ['a', 'b', undefined, 'd'];
  const grid = { rowCount: () => rows.length, rowAt: (index: number) => rows[index] };
  expect(firstRows(grid, 10)).toEqual(['a', 'b']);
  expect(firstRows(grid, 1)).toEqual(['a']);
  expect(firstRows({ ...grid, rowCount: () => 0 }, 10)).toEqual([]);
});
