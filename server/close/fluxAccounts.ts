/** What each account of a company did in a month, in the one before and before the year, as what is drawn up compares it. */
import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import type { LedgerAccount } from '#domain/close/drawnUp.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import type { FluxAccount } from '#domain/close/flux/lines.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export async function fluxAccounts(
  tx: ServerTransaction,
  company: { readonly id: number; readonly fiscal_year_start_month: number },
  period: number,
): Promise<readonly (FluxAccount & LedgerAccount)[]> {
  const before = addMonths(period, -1);
  const { rows } = await sql<FluxAccount & LedgerAccount>`
    with moved as (
      select account_id, sum(amount_minor) as balance,
        sum(amount_minor) filter (where month < ${period}) as balance_before,
        sum(amount_minor) filter (where month < ${fiscalYearStart(period, company.fiscal_year_start_month)}) as earlier,
        sum(amount_minor) filter (where month = ${period}) as month,
        sum(amount_minor) filter (where month = ${before}) as month_before
      from gl_line where company_id = ${company.id} and month <= ${period} group by account_id
    )
    select a.code, a.name, a.kind, m.balance::bigint as balance_minor,
      coalesce(m.balance_before, 0)::bigint as balance_before_minor, coalesce(m.month, 0)::bigint as moved_minor,
      coalesce(m.month_before, 0)::bigint as moved_before_minor, coalesce(m.earlier, 0)::bigint as earlier_minor
    from gl_account a join moved m on m.account_id = a.id
    where a.company_id = ${company.id} order by a.code, a.id`.execute(tx);
  return rows;
}
