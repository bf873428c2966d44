/** Which months' exchange rates stay as they are: those that value the books of a month whose ledger is locked. */
import { monthInWords } from '#domain/calendarWords.ts';
import { sql } from 'kysely';
import { textArray } from '#server/imports/arrayText.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import { holderOf, type LockedPeriod, lockedHow } from './lockedDays.ts';

/** Why a rate stays, in a sentence; null where it may be written. `first`: none is kept of that month and currency. */
export type LockedRates = (month: number, currency: string, first: boolean) => string | null;

interface Held extends LockedPeriod {
  readonly company_id: number;
  readonly name: string;
  readonly currency: string;
}

/**
 * A company's rates reach its own books, and those of a sister in that currency that it owes or is owed by. The periods are held
 * until the end of the transaction, as for postings. The database refuses the same (migration 087).
 */
export async function lockedRates(
  { tx, company_id, now }: { readonly tx: ImportDatabase; readonly company_id: number; readonly now: Date },
  rates: readonly { readonly month: number | null; readonly currency: string }[],
): Promise<LockedRates> {
  const { rows } = await sql<Held>`
    select p.period, p.state, p.locked, c.id as company_id, c.name, c.currency
    from close_period p join company c on c.id = p.company_id
    where (c.id = ${company_id}::bigint
      or (exists (select from gl_account a where a.company_id = c.id and a.role = 'intercompany')
        and exists (select from gl_account a where a.company_id = ${company_id}::bigint and a.role = 'intercompany')))
    order by p.id for share of p`.execute(tx);
  const books = [...Map.groupBy(rows, (row) => row.company_id).values()];
  const any = rows.some((row) => lockedHow(row, 'ledger', now.getTime()) !== null);
  const valued = any ? await firstUses(tx, company_id, rates) : new Map<string, number>();
  return (month, currency, first) => {
    if (!any) return null;
    for (const periods of books) {
      // balances of later months are valued at it too: what lies before the first close stands in that
      const row = holderOf(periods, month);
      if (row === undefined || lockedHow(row, 'ledger', now.getTime()) === null) continue;
      const own = row.company_id === company_id;
      if (own ? !first || (valued.get(currency) ?? Infinity) <= row.period : row.currency === currency)
        return whyHeld(row, month, own ? null : row.name, now.getTime());
    }
    return null;
  };
}

/** Of each currency the first month with a document in it, or with anything on a bank account in it: else it values nothing. */
async function firstUses(
  tx: ImportDatabase,
  company_id: number,
  rates: readonly { readonly currency: string }[],
): Promise<ReadonlyMap<string, number>> {
  const currencies = textArray(new Set(rates.map(({ currency }) => currency)));
  const { rows } = await sql<{ currency: string; month: number }>`
    select d.currency, min(d.month)::int as month
    from (select currency, month from invoice where company_id = ${company_id}::bigint and currency = any(${currencies}::text::text[])
      union all
      select currency, month from payment where company_id = ${company_id}::bigint and currency = any(${currencies}::text::text[])
      union all
      select a.currency, l.month from gl_account a join gl_line l on l.account_id = a.id
      where a.company_id = ${company_id}::bigint and a.currency = any(${currencies}::text::text[])
      union all
      select a.currency, to_char(s.booked_on, 'YYYYMM')::int from gl_account a join bank_statement_line s on s.account_id = a.id
      where a.company_id = ${company_id}::bigint and a.currency = any(${currencies}::text::text[])) d
    group by d.currency`.execute(tx);
  return new Map(rows.map(({ currency, month }) => [currency, month]));
}

function whyHeld(row: LockedPeriod, rates_of: number, sister: string | null, now_ms: number): string {
  const month = monthInWords(row.period);
  const its = rates_of === row.period ? 'its rates' : `the rates of ${monthInWords(rates_of)}`;
  if (lockedHow(row, 'ledger', now_ms) === 'for_good')
    return `${sister === null ? month : `${month} of ${sister}`} is locked for good, and ${its} with it. Leave the line out.`;
  const whose = sister === null ? `of ${month}` : `of ${sister} in ${month}`;
  return `Ledger ${whose} is locked, and ${its} with it. Leave the line out, or have ${rates_of === row.period ? 'the month' : month} opened again under Close.`;
}
