/** Which business date an instant falls on in a company's time zone. */
import { dayNumber } from './calendar.ts';

export function dayInZone(instant_ms: number, time_zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: time_zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant_ms);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const day = dayNumber(`${part('year')}-${part('month')}-${part('day')}`);
  if (day === null) throw new Error(`no business date for ${instant_ms} in ${time_zone}`);
  return day;
}
