import { describe, expect, it } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { type DateOrder, parseDateText } from '#domain/imports/text/dateText.ts';
import { isTimeZone, zoneConverter } from '#domain/imports/orders/zoneTime.ts';

const read = (text: string, order: DateOrder = 'ymd') => {
  const wall = parseDateText(text, order);
  if (!wall) return null;
  const time = new Date(wall.second_of_day * 1000).toISOString().slice(11, 19);
  return `${isoDate(wall.day)} ${time}${wall.offset_minutes === null ? '' : ` ${wall.offset_minutes}`}`;
};

describe('parseDateText', () => {
  it.each([
    ['2010-12-01 08:26:00', 'ymd', '2010-12-01 08:26:00'],
    ['2010/12/01', 'ymd', '2010-12-01 00:00:00'],
    ['20101201', 'ymd', '2010-12-01 00:00:00'],
    ['2026-03-29T01:30:00Z', 'ymd', '2026-03-29 01:30:00 0'],
    ['2026-03-29T01:30:00.123+02:00', 'ymd', '2026-03-29 01:30:00 120'],
    ['2026-03-29 01:30:00-0530', 'ymd', '2026-03-29 01:30:00 -330'],
    ['12/1/2010 8:26', 'mdy', '2010-12-01 08:26:00'],
    ['1.12.2010', 'dmy', '2010-12-01 00:00:00'],
    ['1/12/10 8:26 PM', 'dmy', '2010-12-01 20:26:00'],
    ['1/12/10 12:05 am', 'dmy', '2010-12-01 00:05:00'],
    ['01-Oct-2010 09:00', 'mdy', '2010-10-01 09:00:00'],
    ['01-Oct-10', 'ymd', '2010-10-01 00:00:00'],
    ['2012-02-29', 'ymd', '2012-02-29 00:00:00'],
  ] as const)('%s as %s', (text, order, expected) => {
    expect(read(text, order)).toBe(expected);
  });

  it.each([
    ['2011-02-30', 'ymd'],
    ['2011-02-29', 'ymd'],
    ['13/13/2010', 'dmy'],
    ['31/12/2010', 'mdy'],
    ['1/12/2010', 'ymd'],
    ['2010-12-01', 'dmy'],
    ['2010-12-01 25:00', 'ymd'],
    ['2010-12-01 13:00 PM', 'ymd'],
    ['0001-01-01', 'ymd'],
    ['3000-01-01', 'ymd'],
    ['yesterday', 'ymd'],
    ['', 'ymd'],
    ['40513', 'ymd'],
  ] as const)('refuses %s as %s', (text, order) => {
    expect(read(text, order)).toBeNull();
  });
});

describe('zoneConverter', () => {
  const at = (text: string, zone: string) => {
    const wall = parseDateText(text, 'ymd');
    if (!wall) throw new Error(text);
    const { day, instant_ms } = zoneConverter(zone)(wall);
    return `${isoDate(day)} ${new Date(instant_ms).toISOString()}`;
  };
  it.each([
    ['2010-12-01 08:26', 'Europe/London', '2010-12-01 2010-12-01T08:26:00.000Z'],
    ['2011-07-26 10:13', 'Europe/London', '2011-07-26 2011-07-26T09:13:00.000Z'],
    // Skipped: clocks went from 01:00 to 02:00.
    ['2011-03-27 01:30', 'Europe/London', '2011-03-27 2011-03-27T01:30:00.000Z'],
    ['2011-03-27 02:00', 'Europe/London', '2011-03-27 2011-03-27T01:00:00.000Z'],
    // Named twice: the first counts.
    ['2011-10-30 01:30', 'Europe/London', '2011-10-30 2011-10-30T00:30:00.000Z'],
    ['2011-10-30 02:00', 'Europe/London', '2011-10-30 2011-10-30T02:00:00.000Z'],
    ['2011-10-30 00:59:59', 'Europe/London', '2011-10-30 2011-10-29T23:59:59.000Z'],
    ['2026-01-01 00:30', 'Asia/Kolkata', '2026-01-01 2025-12-31T19:00:00.000Z'],
    ['2026-04-05 02:45', 'Australia/Lord_Howe', '2026-04-05 2026-04-04T16:15:00.000Z'],
    ['2026-01-01 00:30', 'UTC', '2026-01-01 2026-01-01T00:30:00.000Z'],
    // A text with its own offset is an instant; the business date is the company's.
    ['2026-06-30T23:30:00Z', 'Europe/London', '2026-07-01 2026-06-30T23:30:00.000Z'],
  ])('%s in %s', (text, zone, expected) => {
    expect(at(text, zone)).toBe(expected);
  });

  it('knows time zones', () => {
    expect(isTimeZone('Europe/London')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});
