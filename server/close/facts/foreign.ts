/** Documents made out in another currency than the company's, added up by month. */
import { sql } from 'kysely';
import type { ForeignMonth } from '#domain/close/reconcile/foreign.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dateOf } from './days.ts';

/** SQL of `foreignSteps` (domain/credit/settled.ts). */
export async function foreignMonths(
  tx: ServerTransaction,
  company_id: number,
  until: number,
  cut_off: number,
): Promise<readonly ForeignMonth[]> {
  const { rows } = await sql<ForeignMonth>`
    select kind, currency, month, sum(foreign_minor)::bigint as foreign_minor, sum(booked_minor)::bigint as booked_minor,
      sum(realised_minor)::bigint as realised_minor
    from (
      select kind, currency, to_char(posted_on, 'YYYYMM')::integer as month, foreign_minor, amount_minor as booked_minor,
        0 as realised_minor
      from invoice
      where company_id = ${company_id} and currency is not null and posted_on <= ${dateOf(until)}
      union all
      select kind, currency, to_char(paid_on, 'YYYYMM')::integer, -foreign_minor, -amount_minor, 0
      from payment
      where company_id = ${company_id} and currency is not null and paid_on <= ${dateOf(until)}
      union all
      select kind, currency, to_char(settled_on, 'YYYYMM')::integer, 0, exchange_minor,
        case when settled_on <= ${dateOf(cut_off)} then exchange_minor else 0 end
      from payment
      where company_id = ${company_id} and currency is not null and exchange_minor <> 0
        and settled_on <= ${dateOf(until)}) d
    group by kind, currency, month
    order by kind, currency, month`.execute(tx);
  return rows;
}
