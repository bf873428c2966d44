import { expect, test } from 'vitest';
import { type ColumnFilter, columnFilterTest, type FilteredValue } from './columnFilters.ts';

const holds = (filter: Omit<ColumnFilter, 'column'>, value: FilteredValue) =>
  columnFilterTest([{ ...filter, column: 'c' } as ColumnFilter])(() => value);

test('words in any order, whatever their case; % and _ are letters', () => {
  expect(holds({ op: 'contains', value: 'm8 HEX' }, 'Hex bolt M8×40')).toBe(true);
  expect(holds({ op: 'contains', value: 'm8 nut' }, 'Hex bolt M8×40')).toBe(false);
  expect(holds({ op: 'contains', value: '%' }, 'Hex bolt')).toBe(false);
  expect(holds({ op: 'contains', value: 'x' }, null)).toBe(false);
  expect(holds({ op: 'excludes', value: 'bolt' }, 'Hex bolt')).toBe(false);
  expect(holds({ op: 'excludes', value: 'bolt' }, null)).toBe(true);
});

test('a range includes its ends, and no value is never in it', () => {
  const range = { op: 'between', value: { from: 10, to: 20 } } as const;
  expect([9, 10, 15, 20, 21, null].map((value) => holds(range, value))).toEqual([
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(holds({ op: 'between', value: { from: null, to: 20 } }, -5)).toBe(true);
  expect(holds({ op: 'between', value: { from: 10, to: null } }, 9)).toBe(false);
});

test('dates meet dates, never numbers', () => {
  const november = { op: 'between', value: { from: '2026-11-01', to: '2026-11-30' } } as const;
  expect(holds(november, '2026-11-30')).toBe(true);
  expect(holds(november, '2026-12-01')).toBe(false);
  expect(holds(november, 20_261_115)).toBe(false);
});

test('a choice of values, and of having one at all', () => {
  expect(holds({ op: 'in', value: ['short', '7'] }, 'short')).toBe(true);
  expect(holds({ op: 'in', value: ['short', '7'] }, 7)).toBe(true);
  expect(holds({ op: 'in', value: ['short'] }, null)).toBe(false);
  expect(holds({ op: 'blank', value: true }, null)).toBe(true);
  expect(holds({ op: 'blank', value: true }, '')).toBe(true);
  expect(holds({ op: 'blank', value: true }, 0)).toBe(false);
  expect(holds({ op: 'blank', value: false }, 0)).toBe(true);
});

test('several filters must all hold, and none lets everything through', () => {
  const both = columnFilterTest<'a' | 'b'>([
    { column: 'a', op: 'between', value: { from: 1, to: null } },
    { column: 'b', op: 'contains', value: 'x' },
  ]);
  expect(both((column) => (column === 'a' ? 1 : 'xy'))).toBe(true);
  expect(both((column) => (column === 'a' ? 0 : 'xy'))).toBe(false);
  expect(columnFilterTest([])(() => null)).toBe(true);
});
