/** Business days in statements: day numbers outside, dates inside. */
import { type RawBuilder, sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { Days } from '../source.ts';

/** A date column as a day number. */
export function dayOf(column: string): RawBuilder<number> {
  return sql<number>`(${sql.ref(column)} - date '1970-01-01')`;
}

export function dateOf(day: number): RawBuilder<unknown> {
  return sql`(date '1970-01-01' + ${day}::int)`;
}

/** Whether a date column is one of the days. Single ones are named, so that an index finds each. */
export function onDays(column: string, { from, to, only }: Days): RawBuilder<boolean> {
  if (only === null) return sql<boolean>`${sql.ref(column)} between ${dateOf(from)} and ${dateOf(to)}`;
  const days = [...only].filter((day) => day >= from && day <= to).map((day) => isoDate(day));
  return sql<boolean>`${sql.ref(column)} = any(${`{${days.join(',')}}`}::text::date[])`;
}

/** Ids as one array parameter; the caller casts it to its type. */
export function idList(ids: readonly number[]): RawBuilder<unknown> {
  return sql`${integerArray(ids)}::text::bigint[]`;
}

/**
 * Ids of an expression as one text, in their order. As rows of their own, hundreds of thousands would keep this process from
 * answering for seconds, and a connection that seems lost meanwhile is given up (watchedPool.ts).
 */
export function asIdText(id: string): RawBuilder<string | null> {
  return sql<string | null>`array_agg(${sql.ref(id)}::bigint order by ${sql.ref(id)})::text`;
}

/** What `asIdText` gave, null = none. */
export function idsOf(text: string | null | undefined): readonly number[] {
  return text && text !== '{}' ? text.slice(1, -1).split(',').map(Number) : [];
}

/** Rows of one page. */
export const PAGE_ROWS = 20_000;
