/** Business days in statements: day numbers outside, dates inside. */
import { type RawBuilder, sql } from 'kysely';
import { integerArray } from '#server/imports/arrayText.ts';
import type { Days } from '../source.ts';

/** A date column as a day number. */
export function dayOf(column: string): RawBuilder<number> {
  return sql<number>`(${sql.ref(column)} - date '1970-01-01')`;
}

export function dateOf(day: number): RawBuilder<unknown> {
  return sql`(date '1970-01-01' + ${day}::int)`;
}

/** Whether a date column is one of the days. */
export function onDays(column: string, { from, to, only }: Days): RawBuilder<boolean> {
  const between = sql<boolean>`${sql.ref(column)} between ${dateOf(from)} and ${dateOf(to)}`;
  if (only === null) return between;
  return sql<boolean>`(${between} and ${dayOf(column)} = any(${idList([...only])}::int[]))`;
}

/** Ids as one array parameter; the caller casts it to its type. */
export function idList(ids: readonly number[]): RawBuilder<unknown> {
  return sql`${integerArray(ids)}::text::bigint[]`;
}

/** Rows of one page. */
export const PAGE_ROWS = 20_000;
