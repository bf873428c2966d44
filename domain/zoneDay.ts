/** Which business date an instant falls on in a company's time zone. */
import { dayNumber } from './calendar.ts';

/** By time zone: to make one takes longer than to ask it many times. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

export function dayInZone(instant_ms: number, time_zone: string): number {
  const parts = formatIn(time_zone).formatToParts(instant_ms);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = dayNumber(`${part('year')}-${part('month')}-${part('day')}`);
  if (day === null) throw new Error(`no business date for ${instant_ms} in ${time_zone}`);
  return day;
}

function formatIn(time_zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(time_zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: time_zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    FORMATS.set(time_zone, format);
  }
  return format;
}
