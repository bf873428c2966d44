/** What stands on every account at the end of a day, as it was known at a moment? */
import { sql } from 'kysely';
import { addMonths, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import {
  EARLIER_RESULT,
  earlierResultMinor,
  fiscalYearStart,
  fiscalYearWords,
  openingMinor,
} from '#domain/close/fiscalYear.ts';
import { fluxOf, isResultKind } from '#domain/close/flux.ts';
import { CLOSING_JOURNALS, yearClosed } from '#domain/close/yearEnd.ts';
import type { QueryArgs, TrialBalance, TrialBalanceRow, YearClosing } from '#contract/queries.ts';
import { fluxOfMonth, type Words } from '#db/close/fluxChanges.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { companyJournals } from './journals.ts';
import { dayOf, ledgerTables, linesKnownAt, mayReadBooks } from './books.ts';

export const trialBalance: QueryHandler<'trialBalance'> = async (context, args) =>
  await trialBalanceOf(context, args, 'with own');

interface AccountSums
  extends Pick<TrialBalanceRow, 'account_id' | 'code' | 'name' | 'kind' | 'role' | 'debit_minor' | 'credit_minor'> {
  /** Before the fiscal year. */
  readonly earlier_minor: number;
  /** In the fiscal year, up to the month. */
  readonly since_minor: number;
  /** In the fiscal year before. */
  readonly last_year_minor: number;
  /** In the month before. */
  readonly previous_minor: number;
  /** In the fiscal year before the month, after the last closing entry of the year; all where it has none. */
  readonly unclosed_minor: number;
}

/** What closing entries moved on an account. */
interface Closed {
  readonly account_id: number;
  readonly month: number;
  readonly debit_minor: number;
  readonly credit_minor: number;
}

export async function trialBalanceOf(
  context: QueryContext,
  { company_id, as_of_on, known_at_ms, closing: which_closing }: QueryArgs<'trialBalance'>,
  which: Words,
): Promise<TrialBalance> {
  mayReadBooks(context, company_id);
  const company = await companyById(context, company_id);
  const day = dayOf(as_of_on);
  const month = monthOfDay(day);
  const known = linesKnownAt(company_id, known_at_ms);
  // as they stand now they say their month themselves
  const by_month = known_at_ms === null ? sql`gl_line l` : known;
  const { threshold, changes } = await fluxOfMonth(context, company, month, which);
  const said = new Map(changes.map((change) => [change.account, change]));
  const year = fiscalYearStart(month, company.fiscal_year_start_month);
  const last_year = addMonths(year, -12);
  const closings = await closedIn(context, company_id, { last_year, month, day }, known);
  const closed = Map.groupBy(closings, ({ account_id }) => account_id);
  const closedOf = (account_id: number, from: number, to: number): ClosedSums =>
    sumsOf((closed.get(account_id) ?? []).filter((each) => each.month >= from && each.month <= to));
  const last_closed = closings.reduce((last, each) => (each.month >= year ? Math.max(last, each.month) : last), 0);
  const { rows: sums } = await sql<AccountSums>`
    WITH earlier AS (
      SELECT l.account_id, sum(l.amount_minor) AS minor, sum(iif(l.month < ${year}, l.amount_minor, 0)) AS before_year,
        sum(iif(l.month >= ${last_year} AND l.month < ${year}, l.amount_minor, 0)) AS last_year,
        sum(iif(l.month >= ${year} AND l.month > ${last_closed}, l.amount_minor, 0)) AS unclosed
      FROM ${by_month} WHERE l.company_id = ${company_id} AND l.month < ${month} GROUP BY l.account_id
    ), previous AS (
      SELECT l.account_id, sum(l.amount_minor) AS minor FROM ${by_month}
      WHERE l.company_id = ${company_id} AND l.month = ${addMonths(month, -1)} GROUP BY l.account_id
    ), moved AS (
      SELECT l.account_id, sum(max(l.amount_minor, 0)) AS debit, sum(max(-l.amount_minor, 0)) AS credit
      FROM ${known} WHERE l.company_id = ${company_id} AND l.month = ${month} AND l.booked_on <= ${day} GROUP BY l.account_id
    )
    SELECT a.id AS account_id, a.code, a.name, a.kind, a.role, coalesce(b.before_year, 0) AS earlier_minor,
      coalesce(b.minor, 0) - coalesce(b.before_year, 0) AS since_minor, coalesce(b.last_year, 0) AS last_year_minor,
      coalesce(b.unclosed, 0) AS unclosed_minor, coalesce(m.debit, 0) AS debit_minor,
      coalesce(m.credit, 0) AS credit_minor, coalesce(p.minor, 0) AS previous_minor
    FROM gl_account a LEFT JOIN earlier b ON b.account_id = a.id LEFT JOIN moved m ON m.account_id = a.id
      LEFT JOIN previous p ON p.account_id = a.id
    WHERE a.company_id = ${company_id} ORDER BY a.code`.execute(context.db);
  const own = sums.map((account): TrialBalanceRow => {
    const {
      previous_minor,
      earlier_minor,
      last_year_minor: _last_year,
      unclosed_minor: _unclosed,
      ...sums_of
    } = account;
    const { since_minor: booked_minor, ...all } = sums_of;
    const own_closed = closedOf(all.account_id, month, month);
    const before_closing = {
      debit_minor: all.debit_minor - own_closed.debit_minor,
      credit_minor: all.credit_minor - own_closed.credit_minor,
    };
    const unclosed_since_minor = booked_minor - netMinor(closedOf(all.account_id, year, addMonths(month, -1)));
    const row = which_closing === 'pre' ? { ...all, ...before_closing } : all;
    const since_minor = which_closing === 'pre' ? unclosed_since_minor : booked_minor;
    const opening_minor = openingMinor({ kind: row.kind, earlier_minor });
    const before_minor = opening_minor + since_minor;
    const year_minor = since_minor + row.debit_minor - row.credit_minor;
    const balance_minor = opening_minor + year_minor;
    const result = isResultKind(row.kind);
    const words = said.get(row.code)?.line.explanation ?? null;
    const by = said.get(row.code)?.by ?? null;
    // what closes a year is no change of a month
    const moved_minor = before_closing.debit_minor - before_closing.credit_minor;
    const stood_minor = opening_minor + unclosed_since_minor;
    const now_minor = result ? moved_minor : stood_minor + moved_minor;
    const closed_before = closedOf(all.account_id, addMonths(month, -1), addMonths(month, -1));
    const was_minor = result ? previous_minor - netMinor(closed_before) : stood_minor;
    const flux = { now_minor, before_minor: was_minor, ...fluxOf(now_minor, was_minor, threshold), words, by };
    return { ...row, opening_minor, year_minor, before_minor, balance_minor, flux };
  });
  const rows = withEarlierYears(own, earlierResultMinor(sums));
  const { later_entries, changed_entries } = await sinceThen(context, company_id, day, known_at_ms);
  const sum = (of: (row: TrialBalanceRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    as_of_on,
    year_from_on: isoDate(firstDayOfMonth(year)),
    year_words: fiscalYearWords(month, company.fiscal_year_start_month),
    month_from_on: isoDate(firstDayOfMonth(month)),
    closing: closingOf(sums, closedOf, { year, month, last_closed, first: company.fiscal_year_start_month }),
    rows,
    flux_threshold: { amount_minor: threshold.amount_minor, rate_bp: threshold.rate_bp },
    debit_minor: sum((row) => row.debit_minor),
    credit_minor: sum((row) => row.credit_minor),
    balance_minor: sum((row) => row.balance_minor),
    later_entries,
    changed_entries,
    currency: company.currency,
    provenance: provenance(context, ledgerTables(known_at_ms)),
  };
}

/** Entries up to a day that came after the moment, and those that stood then and were changed or taken out since. */
async function sinceThen(
  context: QueryContext,
  company_id: number,
  day: number,
  known_at_ms: number | null,
): Promise<Pick<TrialBalance, 'later_entries' | 'changed_entries'>> {
  if (known_at_ms === null) return { later_entries: 0, changed_entries: 0 };
  const { rows } = await sql<Pick<TrialBalance, 'later_entries' | 'changed_entries'>>`
    SELECT (SELECT count(*) FROM gl_entry WHERE company_id = ${company_id} AND booked_on <= ${day} AND posted_at > ${known_at_ms})
        AS later_entries,
      (SELECT count(DISTINCT entry_id) FROM gl_replaced_line WHERE company_id = ${company_id} AND booked_on <= ${day}
        AND until_at > ${known_at_ms} AND from_at <= ${known_at_ms}) AS changed_entries`.execute(context.db);
  return rows[0] ?? { later_entries: 0, changed_entries: 0 };
}

/** Below the last account of the balance sheet; nothing is booked on it, so nobody is asked why it stands elsewhere when the year begins. */
function withEarlierYears(rows: readonly TrialBalanceRow[], earlier_minor: number): readonly TrialBalanceRow[] {
  if (earlier_minor === 0) return rows;
  const at = rows.findLastIndex(({ kind }) => !isResultKind(kind)) + 1;
  const flux = { now_minor: earlier_minor, before_minor: earlier_minor, change_minor: 0, rate_bp: 0, asks: false };
  const carried: TrialBalanceRow = {
    account_id: -1,
    code: '',
    name: EARLIER_RESULT,
    kind: 'equity',
    role: null,
    opening_minor: earlier_minor,
    year_minor: 0,
    before_minor: earlier_minor,
    debit_minor: 0,
    credit_minor: 0,
    balance_minor: earlier_minor,
    flux: { ...flux, words: null, by: null },
  };
  return [...rows.slice(0, at), carried, ...rows.slice(at)];
}

type ClosedSums = Pick<Closed, 'debit_minor' | 'credit_minor'>;

function sumsOf(closed: readonly Closed[]): ClosedSums {
  return {
    debit_minor: closed.reduce((sum, each) => sum + each.debit_minor, 0),
    credit_minor: closed.reduce((sum, each) => sum + each.credit_minor, 0),
  };
}

function netMinor({ debit_minor, credit_minor }: ClosedSums): number {
  return debit_minor - credit_minor;
}

/** Closing entries of the fiscal year before and of this one up to a day, by account and month. */
async function closedIn(
  context: QueryContext,
  company_id: number,
  { last_year, month, day }: { readonly last_year: number; readonly month: number; readonly day: number },
  known: ReturnType<typeof linesKnownAt>,
): Promise<readonly Closed[]> {
  const codes = (await companyJournals(context, company_id)).codesOf(CLOSING_JOURNALS);
  if (codes.length === 0) return [];
  const { rows } = await sql<Closed>`
    SELECT l.account_id, l.month, sum(max(l.amount_minor, 0)) AS debit_minor, sum(max(-l.amount_minor, 0)) AS credit_minor
    FROM ${known}
    WHERE l.company_id = ${company_id} AND l.month BETWEEN ${last_year} AND ${month} AND l.journal IN (${sql.join(codes)})
      AND l.booked_on <= ${day}
    GROUP BY l.account_id, l.month`.execute(context.db);
  return rows;
}

/** Of this year up to the last month that is closed, else of the one before. */
function closingOf(
  sums: readonly AccountSums[],
  closedOf: (account_id: number, from: number, to: number) => ClosedSums,
  at: { readonly year: number; readonly month: number; readonly last_closed: number; readonly first: number },
): YearClosing | null {
  const { year, month, last_closed, first } = at;
  const own_year = last_closed > 0;
  const [from, to] = own_year ? [year, month] : [addMonths(year, -12), addMonths(year, -1)];
  const own = sums.map((account) => ({ account, closed: closedOf(account.account_id, from, to) }));
  if (own.every(({ closed }) => closed.debit_minor === 0 && closed.credit_minor === 0)) return null;
  const accounts = own.map(({ account, closed }) => {
    const closed_minor = netMinor(closed);
    const { kind, since_minor, debit_minor, credit_minor, last_year_minor, unclosed_minor } = account;
    const in_month = last_closed === month ? debit_minor - credit_minor : 0;
    const all_minor = own_year ? since_minor - unclosed_minor + in_month : last_year_minor;
    return { kind, year_minor: all_minor - closed_minor, closed_minor };
  });
  return { year_words: fiscalYearWords(to, first), own_year, ...yearClosed(accounts) };
}
