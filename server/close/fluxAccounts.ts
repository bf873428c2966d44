/**
 * What each account of a company did in a month, in the one before and before the year, as what is drawn up compares it. What closes a
 * year is no change of either month; it is what later months begin with.
 */
import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import type { LedgerAccount } from '#domain/close/drawnUp.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { CLOSING_JOURNALS } from '#domain/close/yearEnd.ts';
import type { FluxAccount } from '#domain/close/flux/lines.ts';
import { companyJournals } from './facts/ledger.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export async function fluxAccounts(
  tx: ServerTransaction,
  company: { readonly id: number; readonly fiscal_year_start_month: number },
  period: number,
): Promise<readonly (FluxAccount & LedgerAccount)[]> {
  const before = addMonths(period, -1);
  const year = fiscalYearStart(period, company.fiscal_year_start_month);
  const codes = (await companyJournals(tx, company.id)).codesOf(CLOSING_JOURNALS);
  const { rows } = await sql<FluxAccount & LedgerAccount>`
    with closed as (
      select l.account_id, coalesce(sum(l.amount_minor) filter (where l.month = ${period}), 0) as month,
        coalesce(sum(l.amount_minor) filter (where l.month = ${before}), 0) as month_before,
        coalesce(sum(l.amount_minor) filter (where l.month >= ${year}), 0) as year
      from gl_entry e join gl_line l on l.entry_id = e.id
      where e.company_id = ${company.id} and e.journal = any(${[...codes]})
        and e.month between ${Math.min(year, before)} and ${period}
      group by l.account_id
    ), moved as (
      select account_id, sum(amount_minor) as balance,
        sum(amount_minor) filter (where month < ${period}) as balance_before,
        sum(amount_minor) filter (where month < ${year}) as earlier,
        sum(amount_minor) filter (where month = ${period}) as month,
        sum(amount_minor) filter (where month = ${before}) as month_before
      from gl_line where company_id = ${company.id} and month <= ${period} group by account_id
    )
    select a.code, a.name, a.kind, (m.balance - coalesce(c.year, 0))::bigint as balance_minor,
      (coalesce(m.balance_before, 0) - coalesce(c.year, 0) + coalesce(c.month, 0))::bigint as balance_before_minor,
      (coalesce(m.month, 0) - coalesce(c.month, 0))::bigint as moved_minor,
      (coalesce(m.month_before, 0) - coalesce(c.month_before, 0))::bigint as moved_before_minor,
      coalesce(m.earlier, 0)::bigint as earlier_minor, coalesce(c.year, 0)::bigint as closed_minor
    from gl_account a join moved m on m.account_id = a.id left join closed c on c.account_id = a.id
    where a.company_id = ${company.id} order by a.code, a.id`.execute(tx);
  return rows;
}
