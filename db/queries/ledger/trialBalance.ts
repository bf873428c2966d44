/** What stands on every account at the end of a day, as it was known at a moment? */
import { sql } from 'kysely';
import { addMonths, firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { fluxOf, isResultKind } from '#domain/close/flux.ts';
import type { QueryArgs, TrialBalance, TrialBalanceRow } from '#contract/queries.ts';
import { fluxOfMonth, type Words } from '#db/close/fluxChanges.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { dayOf, LEDGER_TABLES, mayReadBooks, postedBy } from './books.ts';

export const trialBalance: QueryHandler<'trialBalance'> = async (context, args) =>
  await trialBalanceOf(context, args, 'with own');

export async function trialBalanceOf(
  context: QueryContext,
  { company_id, as_of_on, known_at_ms }: QueryArgs<'trialBalance'>,
  which: Words,
): Promise<TrialBalance> {
  mayReadBooks(context, company_id);
  const company = await companyById(context, company_id);
  const day = dayOf(as_of_on);
  const month = monthOfDay(day);
  const counted = postedBy(known_at_ms);
  const { threshold, changes } = await fluxOfMonth(context, company, month, which);
  const said = new Map(changes.map((change) => [change.account, change]));
  const { rows: sums } = await sql<Omit<TrialBalanceRow, 'flux'> & { previous_minor: number }>`
    WITH earlier AS (
      SELECT l.account_id, sum(l.amount_minor) AS minor FROM gl_line l
      ${known_at_ms === null ? sql`` : sql`JOIN gl_entry e ON e.id = l.entry_id`}
      WHERE l.company_id = ${company_id} AND l.month < ${month} AND ${counted} GROUP BY l.account_id
    ), previous AS (
      SELECT l.account_id, sum(l.amount_minor) AS minor FROM gl_line l
      ${known_at_ms === null ? sql`` : sql`JOIN gl_entry e ON e.id = l.entry_id`}
      WHERE l.company_id = ${company_id} AND l.month = ${addMonths(month, -1)} AND ${counted} GROUP BY l.account_id
    ), moved AS (
      SELECT l.account_id, sum(max(l.amount_minor, 0)) AS debit, sum(max(-l.amount_minor, 0)) AS credit
      FROM gl_entry e JOIN gl_line l ON l.entry_id = e.id
      WHERE e.company_id = ${company_id} AND e.month = ${month} AND e.booked_on <= ${day} AND ${counted} GROUP BY l.account_id
    )
    SELECT a.id AS account_id, a.code, a.name, a.kind, a.role, coalesce(b.minor, 0) AS before_minor,
      coalesce(m.debit, 0) AS debit_minor, coalesce(m.credit, 0) AS credit_minor,
      coalesce(b.minor, 0) + coalesce(m.debit, 0) - coalesce(m.credit, 0) AS balance_minor,
      coalesce(p.minor, 0) AS previous_minor
    FROM gl_account a LEFT JOIN earlier b ON b.account_id = a.id LEFT JOIN moved m ON m.account_id = a.id
      LEFT JOIN previous p ON p.account_id = a.id
    WHERE a.company_id = ${company_id} ORDER BY a.code`.execute(context.db);
  const rows = sums.map(({ previous_minor, ...row }): TrialBalanceRow => {
    const result = isResultKind(row.kind);
    const words = said.get(row.code)?.line.explanation ?? null;
    const by = said.get(row.code)?.by ?? null;
    const now_minor = result ? row.debit_minor - row.credit_minor : row.balance_minor;
    const before_minor = result ? previous_minor : row.before_minor;
    const flux = fluxOf(now_minor, before_minor, threshold);
    return { ...row, flux: { now_minor, before_minor, ...flux, words, by } };
  });
  const later =
    known_at_ms === null
      ? 0
      : await context.db
          .selectFrom('gl_entry')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('company_id', '=', company_id)
          .where('booked_on', '<=', day)
          .where('posted_at', '>', known_at_ms)
          .executeTakeFirstOrThrow()
          .then(({ count }) => count);
  const sum = (of: (row: TrialBalanceRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    as_of_on,
    month_from_on: isoDate(firstDayOfMonth(month)),
    rows,
    flux_threshold: { amount_minor: threshold.amount_minor, rate_bp: threshold.rate_bp },
    debit_minor: sum((row) => row.debit_minor),
    credit_minor: sum((row) => row.credit_minor),
    balance_minor: sum((row) => row.balance_minor),
    later_entries: later,
    currency: company.currency,
    provenance: provenance(context, LEDGER_TABLES),
  };
}
