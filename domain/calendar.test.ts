import { describe, expect, test } from 'vitest';
import {
  addMonths,
  addWorkdays,
  dayNumber,
  firstDayOfMonth,
  isoDate,
  isoMonth,
  lastDayOfMonth,
  monthOfDay,
  monthRange,
  weekday,
} from './calendar.ts';

describe('calendar', () => {
  test('day numbers and ISO dates are inverse, before 1970 too', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2026-11-05')).toBe(20762);
    for (let day = -40_000; day < 60_000; day += 37) expect(dayNumber(isoDate(day))).toBe(day);
  });

  test('refuses what is not a date', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '05/11/2026', '', '2026-11-05T00:00']) {
      expect(dayNumber(text), text).toBeNull();
    }
    expect(dayNumber('2024-02-29')).not.toBeNull();
  });

  test('months', () => {
    expect(monthOfDay(20762)).toBe(202611);
    expect(addMonths(202611, 2)).toBe(202701);
    expect(addMonths(202601, -1)).toBe(202512);
    expect(isoDate(lastDayOfMonth(202402))).toBe('2024-02-29');
    expect(isoDate(firstDayOfMonth(202611))).toBe('2026-11-01');
    expect([202601, 202612].map(isoMonth)).toEqual(['2026-01', '2026-12']);
    expect(monthRange(202511, 202602)).toEqual([202511, 202512, 202601, 202602]);
    expect(monthRange(202602, 202601)).toEqual([]);
  });

  test('working days: the first of November 2026 is a Sunday', () => {
    const sunday = firstDayOfMonth(202611);
    expect(weekday(sunday)).toBe(6);
    expect(isoDate(addWorkdays(sunday, 1))).toBe('2026-11-02');
    expect(isoDate(addWorkdays(sunday, 5))).toBe('2026-11-06');
    expect(isoDate(addWorkdays(sunday, 6))).toBe('2026-11-09');
  });
});
