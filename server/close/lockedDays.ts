/** Which months of a company take nothing in an area, for a file that books into them: told line by line before anything is written. */
import { monthInWords } from '#domain/calendarWords.ts';
import { LOCK_AREA_NAMES, type LockArea } from '#domain/close/locking.ts';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { Database } from '#server/schema/database.ts';

/** Why nothing can be booked on a day, in a sentence; null where it can. */
export type LockedDays = ((iso_day: string) => string | null) & {
  readonly isLocked: (month: number) => boolean;
  /** The same for what stands in no balance: a month without a close of its own takes it. */
  readonly ofMonth: (month: number) => string | null;
  /** The first locked month that has in its balances what was booked in a month; null = there is none. */
  readonly from: (month: number) => number | null;
  /** Whether any month is. */
  readonly any: boolean;
};

/** A period as its row says how it is locked. */
export interface LockedPeriod {
  readonly period: number;
  readonly state: string;
  readonly locked: Readonly<Record<string, number | null>>;
}

/** The periods are held until the end of the transaction: whoever locks one waits for the change, or the change for them. */
export async function heldPeriods(tx: Database, company_id: number): Promise<readonly LockedPeriod[]> {
  return await tx
    .selectFrom('close_period')
    .select(['period', 'state', 'locked'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .forShare()
    .execute();
}

export async function lockedDays(
  { tx, company_id, now }: { readonly tx: ImportDatabase; readonly company_id: number; readonly now: Date },
  area: LockArea,
): Promise<LockedDays> {
  const periods = await heldPeriods(tx, company_id);
  const locked = periods.filter((row) => lockedHow(row, area, now.getTime()) !== null);
  const whyNot = (month: number): string | null => {
    if (locked.length === 0) return null;
    const holder = holderOf(periods, month);
    return holder === undefined ? null : whyLocked(holder, area, now.getTime(), month);
  };
  const ofDay = (iso_day: string): string | null => {
    const day = dayNumber(iso_day);
    return day === null ? null : whyNot(monthOfDay(day));
  };
  return Object.assign(ofDay, {
    isLocked: (month: number) => whyNot(month) !== null,
    ofMonth: (month: number) => (periods.some(({ period }) => period === month) ? whyNot(month) : null),
    from: (month: number) => {
      const later = locked.map(({ period }) => period).filter((period) => period >= month);
      return later.length === 0 ? null : Math.min(...later);
    },
    any: locked.length > 0,
  });
}

/**
 * The period that holds what is booked in a month. Balances are all that was booked until then: what lies before the first close,
 * or before a month that is locked for good, stands in them. SQL: `held_month` (migration 095).
 */
export function holderOf<T extends Pick<LockedPeriod, 'period' | 'state'>>(
  periods: readonly T[],
  month: number,
): T | undefined {
  const later = periods.filter(({ period }) => period >= month).toSorted((a, b) => a.period - b.period);
  return later.find(({ state }) => state === 'hard_locked') ?? later[0];
}

/** How a month is locked in an area at a moment; null where it takes postings. */
export function lockedHow(row: LockedPeriod, area: LockArea, now_ms: number): 'for_good' | 'until_opened' | null {
  if (row.state === 'hard_locked') return 'for_good';
  const open_until_ms = row.locked[area];
  return open_until_ms === undefined || (open_until_ms ?? 0) > now_ms ? null : 'until_opened';
}

/** Why a month takes nothing in an area at a moment, in a sentence; null where it does. `month`: whose bookings stand in its balances. */
export function whyLocked(row: LockedPeriod, area: LockArea, now_ms: number, month = row.period): string | null {
  const name = monthInWords(row.period);
  const how = lockedHow(row, area, now_ms);
  const before = row.period === month ? '' : `, and ${monthInWords(month)} stands in its balances`;
  if (how === 'for_good') return `${name} is locked for good${before}. Book it in an open month.`;
  if (how === null) return null;
  const opened = before === '' ? 'it' : name;
  return `${LOCK_AREA_NAMES[area]} of ${name} is locked${before}. Book it in an open month, or have ${opened} opened again under Close.`;
}
