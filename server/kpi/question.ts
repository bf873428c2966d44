/** What a KPI is asked of on the server: one company, one month, as of a moment. Days travel as ISO text. */
import { firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';

export interface KpiQuestion {
  readonly company_id: number;
  readonly currency: string;
  readonly time_zone: string;
  /** yyyymm; not after the as-of date. */
  readonly month: number;
  /** Day number of the business date the figures speak of. */
  readonly as_of_on: number;
  readonly as_of_ms: number;
}

export interface KpiBounds {
  readonly first_on: string;
  readonly last_on: string;
  readonly as_of_on: string;
  /** The day a snapshot speaks of: the month's last, or the as-of date where that is earlier. */
  readonly snapshot: number;
  readonly snapshot_on: string;
  readonly as_of: string;
}

export function boundsOf(question: KpiQuestion): KpiBounds {
  const snapshot = Math.min(lastDayOfMonth(question.month), question.as_of_on);
  return {
    first_on: isoDate(firstDayOfMonth(question.month)),
    last_on: isoDate(lastDayOfMonth(question.month)),
    as_of_on: isoDate(question.as_of_on),
    snapshot,
    snapshot_on: isoDate(snapshot),
    as_of: new Date(question.as_of_ms).toISOString(),
  };
}
