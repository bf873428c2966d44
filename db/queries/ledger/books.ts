/** Whose books may be read, and which of their entries count. */
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { QueryContext } from '../context.ts';
import { seesWholeCompany } from '../rights.ts';

/** Throws `not_permitted` unless the person sees all of the company's ledger: a part of it adds up to nothing. */
export function mayReadBooks(context: QueryContext, company_id: number): void {
  if (seesWholeCompany(context.user, company_id, 'finance')) return;
  throw new BinnacleError('not_permitted', 'The ledger of a whole company is for Finance.');
}

export function dayOf(iso: string): number {
  const day = dayNumber(iso);
  if (day === null) throw new BinnacleError('bad_arguments', `${iso} is no date.`);
  return day;
}

/** SQL: the entry `e` was posted by then. */
export function postedBy(known_at_ms: number | null) {
  return known_at_ms === null ? sql`1` : sql`e.posted_at <= ${known_at_ms}`;
}

export const LEDGER_TABLES = ['gl_account', 'gl_journal', 'gl_entry', 'gl_line'] as const;
