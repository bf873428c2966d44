/** Wall-clock time in a time zone ↔ instants. Uses the time-zone tables of the runtime and no clock. */
import type { WallTime } from '#domain/imports/text/dateText.ts';

export interface ZonedMoment {
  /** Business date: the day on the wall in the company's time zone. */
  readonly day: number;
  readonly instant_ms: number;
}

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** True for an IANA name this runtime knows ('Europe/London', 'UTC'). */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * A converter for one time zone. A time named twice (clocks go back) is the first of the two; a time skipped (clocks
 * go forward) is read with the offset before the change. Offsets are remembered by the quarter hour, the finest at which zones change.
 */
export function zoneConverter(time_zone: string): (wall: WallTime) => ZonedMoment {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: time_zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (instant_ms: number): number => {
    const quarter_ms = Math.floor(instant_ms / QUARTER_MS) * QUARTER_MS;
    let offset = offsets.get(quarter_ms);
    if (offset === undefined) {
      offset = wallOf(format, quarter_ms) - quarter_ms;
      offsets.set(quarter_ms, offset);
    }
    return offset;
  };
  return (wall) => {
    const wall_ms = wall.day * DAY_MS + wall.second_of_day * 1000;
    if (wall.offset_minutes !== null) {
      const instant_ms = wall_ms - wall.offset_minutes * 60_000;
      return { day: Math.floor((instant_ms + offsetAt(instant_ms)) / DAY_MS), instant_ms };
    }
    // The offset a day before is the one in force before any change near this time.
    const before = offsetAt(wall_ms - offsetAt(wall_ms) - DAY_MS);
    const first = wall_ms - before;
    if (offsetAt(first) === before) return { day: wall.day, instant_ms: first };
    const after = offsetAt(first);
    const second = wall_ms - after;
    return { day: wall.day, instant_ms: offsetAt(second) === after ? second : first };
  };
}

function wallOf(format: Intl.DateTimeFormat, instant_ms: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant_ms)) if (type !== 'literal') part[type] = Number(value);
  return Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
}
