import { describe, expect, test } from 'vitest';
import { addMonths, dayNumber, firstDayOfMonth, lastDayOfMonth } from '../calendar.ts';
import { inTheMidstOfAYear, isYearEnd, whyNotClosing } from './yearEnd.ts';

describe('a closing entry', () => {
  const why = (iso: string, first: number, kind = 'income'): string | null =>
    whyNotClosing({ journal: 'CLO', booked_on: dayNumber(iso) ?? 0, account: '8000', kind }, first);

  test('closes a year on any day of its last month, and a month on its last day', () => {
    for (const first of [1, 4, 10]) {
      for (let nth = 0; nth < 24; nth++) {
        const month = addMonths(202601, nth);
        for (let day = firstDayOfMonth(month); day <= lastDayOfMonth(month); day++) {
          const taken = whyNotClosing({ journal: 'CLO', booked_on: day, account: '8000', kind: 'equity' }, first);
          expect(taken === null).toBe(isYearEnd(month, first) || day === lastDayOfMonth(month));
        }
      }
    }
  });

  test('says on which day to book what may close a month or the year before', () => {
    expect(why('2027-01-01', 1)).toBe(
      'CLO holds closing entries, which lie in the last month of a fiscal year or on the last day of the month they close. Book what closes January 2027 on 31 January 2027, what closes the year before on 31 December 2026, or in another journal.',
    );
    expect(why('2028-02-28', 4)).toContain('on 29 February 2028, what closes the year before on 31 March 2027');
    expect(why('2026-12-31', 1, 'liability')).toContain('Account 8000 is a liability');
  });
});

test('another first month leaves the ends of closed years where they are', () => {
  const asked = { before: 1, after: 4 };
  expect(inTheMidstOfAYear([202512, 202601, 202603], asked)).toEqual([202512]);
  expect(inTheMidstOfAYear([202603], asked)).toEqual([]);
  expect(inTheMidstOfAYear([202512], { before: 1, after: 1 })).toEqual([]);
});
