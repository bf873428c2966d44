/** Which months of a company take nothing in an area, for a file that books into them: told line by line before anything is written. */
import { monthInWords } from '#domain/calendarWords.ts';
import { LOCK_AREA_NAMES, type LockArea } from '#domain/close/locking.ts';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { Database } from '#server/schema/database.ts';

/** Why nothing can be booked on a day, in a sentence; null where it can. */
export type LockedDays = ((iso_day: string) => string | null) & {
  readonly isLocked: (month: number) => boolean;
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
  const reasons = new Map<number, string>();
  for (const row of periods) {
    const why = whyLocked(row, area, now.getTime());
    if (why !== null) reasons.set(row.period, why);
  }
  const whyNot = (iso_day: string): string | null => {
    const day = dayNumber(iso_day);
    return day === null ? null : (reasons.get(monthOfDay(day)) ?? null);
  };
  return Object.assign(whyNot, { isLocked: (month: number) => reasons.has(month), any: reasons.size > 0 });
}

/** How a month is locked in an area at a moment; null where it takes postings. */
export function lockedHow(row: LockedPeriod, area: LockArea, now_ms: number): 'for_good' | 'until_opened' | null {
  if (row.state === 'hard_locked') return 'for_good';
  const open_until_ms = row.locked[area];
  return open_until_ms === undefined || (open_until_ms ?? 0) > now_ms ? null : 'until_opened';
}

/** Why a month takes nothing in an area at a moment, in a sentence; null where it does. */
export function whyLocked(row: LockedPeriod, area: LockArea, now_ms: number): string | null {
  const month = monthInWords(row.period);
  const how = lockedHow(row, area, now_ms);
  if (how === 'for_good') return `${month} is locked for good. Book it in an open month.`;
  if (how === null) return null;
  return `${LOCK_AREA_NAMES[area]} of ${month} is locked. Book it in an open month, or have it opened again under Close.`;
}
