/** What a KPI is asked of on the server: one company, one month, as of a moment. Days travel as ISO text. */
import { type RawBuilder, sql } from 'kysely';
import { firstDayOfMonth, isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import type { KpiSlice } from '#domain/kpi/slice.ts';

export interface KpiQuestion {
  readonly company_id: number;
  readonly currency: string;
  readonly time_zone: string;
  /** yyyymm; not after the as-of date. */
  readonly month: number;
  /** Day number of the business date the figures speak of. */
  readonly as_of_on: number;
  readonly as_of_ms: number;
  /** Only rows of this slice of the company. */
  readonly slice?: KpiSlice;
}

/** ` and …`: the rows of a table that lie in the slice, by those of its keys that the table has. */
export function ofSlice(
  { slice = {} }: KpiQuestion,
  table: string,
  keys: readonly ('channel' | 'site' | 'item')[] = ['channel', 'site', 'item'],
): RawBuilder<unknown> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${table}.${name}`);
  const { channel_id, site_id, category } = slice;
  const conditions = [
    ...(keys.includes('channel') && channel_id !== undefined
      ? [sql`and coalesce(${column('channel_id')}, 0) = ${channel_id}`]
      : []),
    ...(keys.includes('site') && site_id !== undefined
      ? [sql`and coalesce(${column('site_id')}, 0) = ${site_id}`]
      : []),
    ...(keys.includes('item') && category !== undefined
      ? [sql`and coalesce((select i.category from item i where i.id = ${column('item_id')}), '') = ${category}`]
      : []),
  ];
  return sql`${sql.join(conditions, sql` `)}`;
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
