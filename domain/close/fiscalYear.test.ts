import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMonths } from '../calendar.ts';
import { drawnAnewByFiscalYear, fiscalYearEnd, fiscalYearStart, fiscalYearWords } from './fiscalYear.ts';

test('a fiscal year has twelve months, begins with its month, and holds the month it is of', () => {
  const month = fc.tuple(fc.integer({ min: 1990, max: 2100 }), fc.integer({ min: 1, max: 12 }));
  fc.assert(
    fc.property(month, fc.integer({ min: 1, max: 12 }), ([year, nth], first) => {
      const of = year * 100 + nth;
      const start = fiscalYearStart(of, first);
      const end = fiscalYearEnd(of, first);
      expect(start % 100).toBe(first);
      expect(start <= of && of <= end).toBe(true);
      expect(end).toBe(addMonths(start, 11));
      expect(fiscalYearStart(addMonths(end, 1), first)).toBe(addMonths(start, 12));
    }),
  );
});

test.each([
  [1, 202601, '2026'],
  [4, 202604, 'April 2026 – March 2027'],
  [7, 202607, 'July 2026 – June 2027'],
  [10, 202610, 'October 2026 – September 2027'],
])('begins with month %i', (first, start, words) => {
  expect([fiscalYearStart(addMonths(start, -1), first), fiscalYearStart(start, first)]).toEqual([
    addMonths(start, -12),
    start,
  ]);
  expect(fiscalYearWords(addMonths(start, 7), first)).toBe(words);
});

test.each([
  // booked from May on: no year of September 2026 ever began elsewhere among what was booked
  [[202605, 202609], 1, 4, []],
  // January to March leave the year of September; the one of February reaches back to April
  [[202601, 202602], 1, 4, [202609]],
  [[202512], 1, 4, [202602]],
  [[202602], 1, 2, []],
  [[202602], 1, 3, [202609]],
  [[202503, 202602], 1, 3, [202609, 202602]],
  [[202601], 4, 4, []],
  [[], 1, 7, []],
])('booked in %j, the year from month %i to %i: the trial balances of %j change', (booked, before, after, changed) => {
  const to = { before, after };
  expect(drawnAnewByFiscalYear({ locked: [202609, 202602], booked }, to)).toEqual(changed);
  expect(drawnAnewByFiscalYear({ locked: [], booked }, to)).toEqual([]);
});
