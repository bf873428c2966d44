/** Bank accounts as the ledger has them, and the lines of their statements. */
import { sql } from 'kysely';
import type { BankAccount, BankEntry, StatementLine } from '#domain/close/reconcile/bank/facts.ts';
import type { DocumentRef } from '#domain/close/reconcile/facts.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dateOf, dayOf, idList } from './days.ts';

interface BankAsked {
  readonly since: number;
  readonly until: number;
  /** Entries and statement lines of the days before that are asked for too. */
  readonly named: readonly DocumentRef[];
}

/** None when no account has a statement: then the ledger's entries are not read either. */
export async function bankAccounts(
  tx: ServerTransaction,
  company_id: number,
  { since, until, named }: BankAsked,
): Promise<readonly BankAccount[]> {
  const stated = await tx
    .selectFrom('bank_statement_line')
    .select('id')
    .where('company_id', '=', company_id)
    .limit(1)
    .executeTakeFirst();
  if (!stated) return [];
  const ids = (kind: DocumentRef['kind']) => idList(named.flatMap((each) => (each.kind === kind ? [each.id] : [])));
  const { rows: accounts } = await sql<{ id: number; code: string; opening: number; bank_opening: number | null }>`
    select a.id, a.code,
      coalesce((select sum(l.amount_minor) from gl_line l join gl_entry e on e.id = l.entry_id
        where l.account_id = a.id and e.booked_on < ${dateOf(since)}), 0)::bigint as opening,
      (select s.balance_after_minor from bank_statement_line s where s.account_id = a.id and s.company_id = a.company_id
        and s.booked_on < ${dateOf(since)} order by s.booked_on desc, s.day_line desc limit 1) as bank_opening
    from gl_account a where a.company_id = ${company_id} and a.role = 'bank' order by a.code`.execute(tx);
  const { rows: entries } = await sql<BankEntry & { account_id: number }>`
    select l.account_id, e.id, e.number, e.ref, e.memo, ${dayOf('e.booked_on')} as booked_on,
      sum(l.amount_minor)::bigint as amount_minor
    from gl_line l join gl_entry e on e.id = l.entry_id join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id} and a.role = 'bank' and e.booked_on <= ${dateOf(until)}
      and (e.booked_on >= ${dateOf(since)} or e.id = any(${ids('entry')}))
    group by l.account_id, e.id having sum(l.amount_minor) <> 0
    order by e.booked_on, e.id`.execute(tx);
  const { rows: lines } = await sql<StatementLine & { account_id: number }>`
    select account_id, id, ${dayOf('booked_on')} as booked_on, amount_minor, balance_after_minor, reference, counterparty
    from bank_statement_line where company_id = ${company_id} and booked_on <= ${dateOf(until)}
      and (booked_on >= ${dateOf(since)} or id = any(${ids('statement_line')}))
    order by bank_statement_line.booked_on, day_line`.execute(tx);
  return accounts.map(
    ({ id, code, opening, bank_opening }): BankAccount => ({
      code,
      since,
      opening_minor: opening,
      statement_opening_minor: bank_opening,
      entries: entries.filter(({ account_id }) => account_id === id),
      statement: lines.filter(({ account_id }) => account_id === id),
    }),
  );
}
