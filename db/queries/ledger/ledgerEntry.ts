/** What does this entry book, on all of its accounts, what did it at a moment, and what before it was changed? */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { EntryVersion } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { companyJournals } from './journals.ts';
import { ENTRY_TABLES, linesKnownAt, mayReadBooks } from './books.ts';

const MOST_VERSIONS = 50;

interface Version extends Omit<EntryVersion, 'moved_from_on'> {
  readonly booked_on: number;
}

export const ledgerEntry: QueryHandler<'ledgerEntry'> = async (context, { company_id, entry_id, known_at_ms }) => {
  mayReadBooks(context, company_id);
  const company = await companyById(context, company_id);
  const now = await context.db
    .selectFrom('gl_entry')
    .select(['id', 'journal', 'number', 'booked_on', 'posted_at', 'changed_at', 'ref', 'memo'])
    .where('id', '=', entry_id)
    .where('company_id', '=', company_id)
    .executeTakeFirst();
  const versions = await versionsOf(context, company_id, entry_id);
  const standing = now && (known_at_ms === null || (now.changed_at ?? now.posted_at) <= known_at_ms) ? now : null;
  const shown =
    standing ?? (known_at_ms === null ? null : await headKnownAt(context, company_id, entry_id, known_at_ms));
  if (shown === null) {
    if (!now && versions.length === 0)
      throw new BinnacleError('not_found', `There is no entry ${entry_id} among yours.`);
    throw new BinnacleError(
      'not_found',
      now || (known_at_ms !== null && known_at_ms < (versions.at(-1)?.from_ms ?? 0))
        ? 'At that moment this entry was not in the books yet.'
        : 'This entry was taken out of the books. Choose a moment at which it was known to see it.',
    );
  }
  const at_ms = standing ? null : known_at_ms;
  const { rows: lines } = await sql<EntryLine>`
    SELECT l.id, l.account_id, a.code AS account, a.name AS account_name, p.name AS party, c.name AS channel,
      l.line_ref AS ref, l.amount_minor
    FROM ${linesKnownAt(company_id, at_ms)} JOIN gl_account a ON a.id = l.account_id
      LEFT JOIN party p ON p.id = l.party_id LEFT JOIN channel c ON c.id = l.channel_id
    WHERE l.entry_id = ${entry_id} ORDER BY l.id`.execute(context.db);
  const { posted_at: posted_at_ms, changed_at: changed_at_ms, booked_on, ...head } = shown;
  const journals = await companyJournals(context, company_id);
  return {
    ...head,
    journal_name: journals.nameOf(head.journal),
    journal_kind: journals.kindOf(head.journal),
    booked_on: isoDate(booked_on),
    posted_at_ms,
    changed_at_ms,
    shown_until_ms: at_ms === null ? null : (versions.find(({ from_ms }) => from_ms <= at_ms)?.until_ms ?? null),
    removed: !now,
    versions: versions
      .map(({ booked_on: was, ...version }, nth) => {
        const then = nth === 0 ? now?.booked_on : versions[nth - 1]?.booked_on;
        return { ...version, moved_from_on: then === undefined || then === was ? null : isoDate(was) };
      })
      .slice(0, MOST_VERSIONS),
    total_versions: versions.length,
    lines,
    currency: company.currency,
    provenance: provenance(context, ENTRY_TABLES),
  };
};

interface EntryLine {
  readonly id: number;
  readonly account_id: number;
  readonly account: string;
  readonly account_name: string;
  readonly party: string | null;
  readonly channel: string | null;
  readonly ref: string | null;
  readonly amount_minor: number;
}

interface Head {
  readonly id: number;
  readonly journal: string;
  readonly number: string;
  readonly booked_on: number;
  readonly posted_at: number;
  readonly changed_at: number | null;
  readonly ref: string | null;
  readonly memo: string;
}

/** As it stood before each change, newest first. */
async function versionsOf({ db }: QueryContext, company_id: number, entry_id: number): Promise<readonly Version[]> {
  const { rows } = await sql<Version>`
    SELECT from_at AS from_ms, until_at AS until_ms, changed_by, sum(max(amount_minor, 0)) AS debit_minor, booked_on
    FROM gl_replaced_line WHERE entry_id = ${entry_id} AND company_id = ${company_id}
    GROUP BY from_at, until_at ORDER BY until_at DESC`.execute(db);
  return rows;
}

async function headKnownAt(
  { db }: QueryContext,
  company_id: number,
  entry_id: number,
  known_at_ms: number,
): Promise<Head | null> {
  const { rows } = await sql<Head>`
    SELECT entry_id AS id, journal, number, booked_on, posted_at, nullif(from_at, posted_at) AS changed_at, ref, memo
    FROM gl_replaced_line WHERE entry_id = ${entry_id} AND company_id = ${company_id}
      AND from_at <= ${known_at_ms} AND until_at > ${known_at_ms} LIMIT 1`.execute(db);
  return rows[0] ?? null;
}
