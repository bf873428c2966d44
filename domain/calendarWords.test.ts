import { expect, test } from 'vitest';
import { dayInWords, monthInWords } from './calendarWords.ts';

test('days and months in words', () => {
  expect(dayInWords('2026-11-05')).toBe('Thu 5 Nov');
  expect(dayInWords('1969-12-28')).toBe('Sun 28 Dec');
  expect(monthInWords(202610)).toBe('October 2026');
  expect(() => dayInWords('2026-02-30')).toThrow(RangeError);
});
