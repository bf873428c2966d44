import { expect, test } from 'vitest';
import { stepped } from './useGridRange.ts';

const IDS = ['name', 'free', 'value'];
const from = { row: 50, column: 'free' };
const to = (key: string, held = false) => stepped(from, { key, held, screenful: 30 }, IDS, 100);

test('keys with Shift move the corner as a spreadsheet does, and never off the grid', () => {
  expect(to('ArrowDown')).toEqual({ row: 51, column: 'free' });
  expect(to('ArrowDown', true)).toEqual({ row: 99, column: 'free' });
  expect(to('ArrowUp', true)).toEqual({ row: 0, column: 'free' });
  expect(to('ArrowLeft')).toEqual({ row: 50, column: 'name' });
  expect(to('ArrowRight', true)).toEqual({ row: 50, column: 'value' });
  expect(to('PageDown')).toEqual({ row: 80, column: 'free' });
  expect(to('PageUp')).toEqual({ row: 20, column: 'free' });
  expect(to('Home')).toEqual({ row: 50, column: 'name' });
  expect(to('End', true)).toEqual({ row: 99, column: 'value' });
  expect(stepped({ row: 98, column: 'value' }, { key: 'PageDown', held: false, screenful: 30 }, IDS, 100)).toEqual({
    row: 99,
    column: 'value',
  });
  expect(to('x')).toBeNull();
});
