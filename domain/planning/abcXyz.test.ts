import { expect, test } from 'vitest';
import { abcClasses, xyzClass } from './abcXyz.ts';

test('A up to 80 % of value, B up to 95 %: the item that passes a limit belongs to where it begins', () => {
  // 50, 80, 90, 95, 99, 100 % reached
  expect(abcClasses([50, 30, 10, 5, 4, 1])).toEqual(['A', 'A', 'B', 'B', 'C', 'C']);
  expect(abcClasses([5, 1, 50, 10, 30, 4])).toEqual(['B', 'C', 'A', 'B', 'A', 'C']);
  expect(abcClasses([100])).toEqual(['A']);
  expect(abcClasses([70, 20, 10])).toEqual(['A', 'A', 'B']);
});

test('nothing sold is C, credits too; a value that is no number is refused', () => {
  expect(abcClasses([0, 0])).toEqual(['C', 'C']);
  expect(abcClasses([10, -5])).toEqual(['A', 'C']);
  expect(abcClasses([])).toEqual([]);
  expect(() => abcClasses([Number.NaN])).toThrow(RangeError);
});

test('X, Y and Z by the coefficient of variation', () => {
  expect(xyzClass([10, 10, 10, 10])).toBe('X');
  // deviation 5 at a mean of 10: just X
  expect(xyzClass([5, 15, 5, 15])).toBe('X');
  expect(xyzClass([0, 20, 0, 20])).toBe('Y');
  expect(xyzClass([0, 0, 0, 40])).toBe('Z');
  expect(xyzClass([0, 0])).toBeNull();
  expect(xyzClass([])).toBeNull();
});
