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

/**
 * SQL, to select from: the lines `l` of the ledger as they stood at a moment (epoch milliseconds), each with what its entry
 * said then; null = as they stand now. A line of an entry that was changed since is the one that was kept (decision 0055).
 */
export function linesKnownAt(company_id: number, known_at_ms: number | null) {
  const standing = sql`SELECT l.id, l.entry_id, e.company_id, e.month, l.account_id, l.party_id, l.channel_id, l.amount_minor,
      l.ref AS line_ref, e.booked_on, e.posted_at, e.changed_at, e.journal, e.number, e.ref, e.memo
    FROM gl_entry e JOIN gl_line l ON l.entry_id = e.id`;
  if (known_at_ms === null) return sql`(${standing}) l`;
  return sql`(${standing} WHERE coalesce(e.changed_at, e.posted_at) <= ${known_at_ms}
    UNION ALL SELECT r.line_id, r.entry_id, r.company_id, r.month, r.account_id, r.party_id, r.channel_id, r.amount_minor,
      r.line_ref, r.booked_on, r.posted_at, nullif(r.from_at, r.posted_at), r.journal, r.number, r.ref, r.memo
    FROM gl_replaced_line r
    WHERE r.company_id = ${company_id} AND r.until_at > ${known_at_ms} AND r.from_at <= ${known_at_ms}) l`;
}

export const LEDGER_TABLES = ['gl_account', 'gl_journal', 'gl_entry', 'gl_line'] as const;
export const ENTRY_TABLES = [...LEDGER_TABLES, 'gl_replaced_line'] as const;

/** What an answer as known at a moment is made of. */
export function ledgerTables(known_at_ms: number | null) {
  return known_at_ms === null ? LEDGER_TABLES : ENTRY_TABLES;
}
