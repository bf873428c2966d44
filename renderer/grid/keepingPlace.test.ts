import { expect, test } from 'vitest';
import { anchorsOf } from './keepingPlace.ts';

const source = { row: (index: number) => (index < 500 ? `row ${index}` : undefined) };
const key = (row: string) => row;
const range = (row: number) => ({ anchor: { row, column: 'name' }, head: { row: row + 2, column: 'value' } });

test('the selected row leads while it is in view, else the uppermost; the selection is found all the same', () => {
  expect(anchorsOf(source, key, null, 40, 70)).toEqual([{ key: 'row 40', row: 40 }]);
  expect(anchorsOf(source, key, range(55), 40, 70)).toEqual([{ key: 'row 55', row: 55 }]);
  expect(anchorsOf(source, key, range(7), 40, 70)).toEqual([
    { key: 'row 40', row: 40 },
    { key: 'row 7', row: 7 },
  ]);
  expect(anchorsOf(source, key, range(900), 40, 70)).toEqual([{ key: 'row 40', row: 40 }]);
});
