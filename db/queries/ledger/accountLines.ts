/** What was booked on this account, line by line, and what stood on it after each? */
import { sql } from 'kysely';
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { isResultKind } from '#domain/close/flux.ts';
import { CLOSING_JOURNALS } from '#domain/close/yearEnd.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { AccountLine } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { companyJournals } from './journals.ts';
import { dayOf, ledgerTables, linesKnownAt, mayReadBooks } from './books.ts';

interface Sums {
  readonly opening_minor: number;
  readonly closing_minor: number;
  readonly lines: number;
  readonly left_out_lines: number;
}
const NOTHING: Sums = { opening_minor: 0, closing_minor: 0, lines: 0, left_out_lines: 0 };

export const accountLines: QueryHandler<'accountLines'> = async (context, args) => {
  const { company_id, account_id, known_at_ms, offset, limit } = args;
  mayReadBooks(context, company_id);
  const company = await companyById(context, company_id);
  const account = await context.db
    .selectFrom('gl_account')
    .select(['id', 'code', 'name', 'kind'])
    .where('id', '=', account_id)
    .where('company_id', '=', company_id)
    .executeTakeFirst();
  if (!account) throw new BinnacleError('not_found', `There is no account ${account_id} among yours.`);
  const from = dayOf(args.from_on);
  const to = dayOf(args.to_on);
  if (to < from) throw new BinnacleError('bad_arguments', 'The last day lies before the first.');
  const result = isResultKind(account.kind);
  const { fiscal_year_start_month: first } = company;
  const year_of = (on: number): number => (result ? fiscalYearStart(monthOfDay(on), first) : 0);
  const journals = await companyJournals(context, company_id);
  const codes = args.closing === 'pre' ? journals.codesOf(CLOSING_JOURNALS) : [];
  const year_from = fiscalYearStart(monthOfDay(to), first);
  const left_out =
    codes.length === 0 ? sql`false` : sql`(l.month >= ${year_from} AND l.journal IN (${sql.join(codes)}))`;
  const all = sql`FROM ${linesKnownAt(company_id, known_at_ms)} WHERE l.account_id = ${account_id}`;
  const of = sql`${all} AND NOT ${left_out}`;
  const { rows: sums } = await sql<Sums>`
    SELECT coalesce(sum(CASE WHEN l.booked_on < ${from} AND l.month >= ${year_of(from)} AND NOT ${left_out} THEN l.amount_minor END), 0) AS opening_minor,
      coalesce(sum(CASE WHEN l.booked_on <= ${to} AND l.month >= ${year_of(to)} AND NOT ${left_out} THEN l.amount_minor END), 0) AS closing_minor,
      coalesce(sum(l.booked_on BETWEEN ${from} AND ${to} AND NOT ${left_out}), 0) AS lines,
      coalesce(sum(l.booked_on BETWEEN ${from} AND ${to} AND ${left_out}), 0) AS left_out_lines ${all}`.execute(
    context.db,
  );
  const { opening_minor, closing_minor, lines: total_lines, left_out_lines } = sums[0] ?? NOTHING;
  // the same as domain/close/fiscalYear.ts
  const year = result ? sql`((l.month / 100 - (l.month % 100 < ${first})) * 100 + ${first})` : sql`0`;
  const { rows } = await sql<Omit<AccountLine, 'booked_on' | 'journal_name'> & { booked_on: number }>`
    SELECT t.id, t.entry_id, t.booked_on, t.posted_at AS posted_at_ms, t.changed_at AS changed_at_ms, t.journal, t.number, coalesce(t.line_ref, t.ref) AS ref,
      t.memo, p.name AS party, c.name AS channel, t.amount_minor,
      iif(t.year = ${year_of(from)}, ${opening_minor}, 0) + t.running AS balance_minor
    FROM (
      SELECT l.id, l.entry_id, l.party_id, l.channel_id, l.amount_minor, l.line_ref, l.booked_on, l.posted_at, l.changed_at,
        l.journal, l.number, l.ref, l.memo, ${year} AS year,
        sum(l.amount_minor) OVER (PARTITION BY ${year} ORDER BY l.booked_on, l.entry_id, l.id) AS running
      ${of} AND l.booked_on BETWEEN ${from} AND ${to}
      ORDER BY l.booked_on, l.entry_id, l.id LIMIT ${limit} OFFSET ${offset}
    ) t LEFT JOIN party p ON p.id = t.party_id LEFT JOIN channel c ON c.id = t.channel_id
    ORDER BY t.booked_on, t.entry_id, t.id`.execute(context.db);
  const { kind: _kind, ...named } = account;
  return {
    account: named,
    opening_minor,
    lines: rows.map((row) => ({
      ...row,
      booked_on: isoDate(row.booked_on),
      journal_name: journals.nameOf(row.journal),
    })),
    total_lines,
    left_out_lines,
    closing_minor,
    currency: company.currency,
    provenance: provenance(context, ledgerTables(known_at_ms)),
  };
};
