import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addWorkdays, dayNumber, isoDate, isWorkday, workdaysBetween } from '../calendar.ts';
import { daysOff } from './daysOff.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;

test('a day is off when the calendar that holds on it says so', () => {
  const off = daysOff([
    { valid_from: null, valid_to: day('2026-12-31'), closed_on: '2026-12-25 2027-01-01' },
    { valid_from: day('2027-01-01'), valid_to: null, closed_on: '2026-12-26 2027-05-05' },
    { valid_from: day('2028-01-01'), valid_to: null, closed_on: null },
  ]);
  expect([...off].map(isoDate)).toEqual(['2026-12-25', '2027-05-05']);
  expect(daysOff([])).toEqual(new Set());
});

test('working days are counted and found alike, one by one, whatever is closed', () => {
  const from = day('2026-11-30');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 25 }),
      fc.integer({ min: 1, max: 20 }),
      (closed, nth) => {
        const off = new Set(closed.map((after) => from + after));
        const found = addWorkdays(from, nth, off);
        const worked = Array.from({ length: found - from }, (_, at) => from + at + 1).filter(
          (each) => isWorkday(each) && !off.has(each),
        );
        expect([worked.length, worked.at(-1)]).toEqual([nth, found]);
        expect(workdaysBetween(from, found, off)).toBe(nth);
        expect(workdaysBetween(found, from, off)).toBe(0);
      },
    ),
  );
});
