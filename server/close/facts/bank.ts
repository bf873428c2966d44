/** Bank accounts as the ledger has them, and the lines of their statements. */
import { sql } from 'kysely';
import type { BankAccount, BankEntry, StatementLine } from '#domain/close/reconcile/bank/facts.ts';
import type { DocumentRef } from '#domain/close/reconcile/facts.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { textArray } from '#server/imports/arrayText.ts';
import { JOURNAL_REFERENCE } from '#domain/close/journal/reference.ts';
import { dateOf, dayOf, idList } from './days.ts';
import { companyJournals } from './ledger.ts';

interface BankAsked {
  readonly since: number;
  readonly until: number;
  /** Entries and statement lines of the days before that are asked for too. */
  readonly named: readonly DocumentRef[];
}

/** None when no account has a statement or another currency: then the ledger's entries are not read either. */
export async function bankAccounts(
  tx: ServerTransaction,
  company_id: number,
  { since, until, named }: BankAsked,
): Promise<readonly BankAccount[]> {
  const { rows: wanted } = await sql<{ wanted: boolean }>`
    select exists (select 1 from bank_statement_line where company_id = ${company_id})
      or exists (select 1 from gl_account where company_id = ${company_id} and role = 'bank' and currency is not null) as wanted`.execute(
    tx,
  );
  if (!wanted[0]?.wanted) return [];
  const ids = (kind: DocumentRef['kind']) => idList(named.flatMap((each) => (each.kind === kind ? [each.id] : [])));
  const journals = await companyJournals(tx, company_id);
  const valuing = journals.codesOf(new Set(['exchange_differences'] as const));
  const { rows: accounts } = await sql<AccountRow>`
    select a.id, a.code, a.currency,
      coalesce((select sum(${OWN_AMOUNT}) from gl_line l join gl_entry e on e.id = l.entry_id
        where l.account_id = a.id and e.booked_on < ${dateOf(since)}), 0)::bigint as opening,
      coalesce((select sum(l.amount_minor) from gl_line l join gl_entry e on e.id = l.entry_id
        where l.account_id = a.id and a.currency is not null and e.booked_on < ${dateOf(since)}), 0)::bigint as opening_booked,
      (select s.balance_after_minor from bank_statement_line s where s.account_id = a.id and s.company_id = a.company_id
        and s.booked_on < ${dateOf(since)} order by s.booked_on desc, s.day_line desc limit 1) as bank_opening,
      (select max(s.closes_on) - date '1970-01-01' from bank_statement s where s.account_id = a.id and s.company_id = a.company_id)
        as stated_until
    from gl_account a where a.company_id = ${company_id} and a.role = 'bank' order by a.code`.execute(tx);
  const { rows: moved } = await sql<EntryRow>`
    select l.account_id, e.id, e.number, e.ref, e.memo, ${dayOf('e.booked_on')} as booked_on,
      sum(${OWN_AMOUNT})::bigint as amount_minor, sum(l.amount_minor)::bigint as booked_minor
    from gl_line l join gl_entry e on e.id = l.entry_id join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id} and a.role = 'bank' and e.booked_on <= ${dateOf(until)}
      and (e.booked_on >= ${dateOf(since)} or e.id = any(${ids('entry')}))
    group by l.account_id, e.id having sum(${OWN_AMOUNT}) <> 0 or sum(l.amount_minor) <> 0
    order by e.booked_on, e.id`.execute(tx);
  const own = accounts.some(({ currency }) => currency !== null)
    ? await ownLines(tx, company_id, until, valuing)
    : { valuations: [], lacking: [] };
  const { rows: lines } = await sql<StatementLine & { account_id: number }>`
    select account_id, id, ${dayOf('booked_on')} as booked_on, amount_minor, balance_after_minor, reference, counterparty
    from bank_statement_line where company_id = ${company_id} and booked_on <= ${dateOf(until)}
      and (booked_on >= ${dateOf(since)} or id = any(${ids('statement_line')}))
    order by bank_statement_line.booked_on, day_line`.execute(tx);
  return accounts.map(({ id, code, currency, opening, opening_booked, bank_opening, stated_until }): BankAccount => {
    const its = moved.filter(({ account_id }) => account_id === id);
    const account = {
      code,
      since,
      opening_minor: opening,
      statement_opening_minor: bank_opening,
      entries: its.filter(({ amount_minor }) => amount_minor !== 0),
      statement: lines.filter(({ account_id }) => account_id === id),
      stated_until,
    };
    if (currency === null) return account;
    const booked = its
      .filter(({ booked_on }) => booked_on >= since)
      .map(({ booked_on, booked_minor: amount_minor }) => ({ booked_on, amount_minor }));
    return {
      ...account,
      own: {
        currency,
        opening_booked_minor: opening_booked,
        booked,
        valuations: own.valuations.flatMap(({ account_id, id: entry }) => (account_id === id ? [entry] : [])),
        lacking: own.lacking.flatMap(({ account_id, booked_on }) => (account_id === id ? [booked_on] : [])),
      },
    };
  });
}

/** In the account's currency; nothing where the line does not say it. */
const OWN_AMOUNT = sql`case when a.currency is null then l.amount_minor else coalesce(l.foreign_minor, 0) end`;

interface AccountRow {
  readonly id: number;
  readonly code: string;
  readonly currency: string | null;
  readonly opening: number;
  readonly opening_booked: number;
  readonly bank_opening: number | null;
  readonly stated_until: number | null;
}

type EntryRow = BankEntry & { readonly account_id: number; readonly booked_minor: number };

/**
 * Of accounts in other currencies, entries that only value them anew, and those that do not say what they are there. An entry of
 * exchange differences, or one that was proposed, that says nothing of it only values.
 */
async function ownLines(
  tx: ServerTransaction,
  company_id: number,
  until: number,
  valuing: readonly string[],
): Promise<{
  readonly valuations: readonly { readonly account_id: number; readonly id: number }[];
  readonly lacking: readonly { readonly account_id: number; readonly booked_on: number }[];
}> {
  const { rows } = await sql<{ account_id: number; id: number; booked_on: number; lacks: boolean }>`
    select l.account_id, e.id, ${dayOf('e.booked_on')} as booked_on,
      bool_or(l.foreign_minor is null and l.amount_minor <> 0 and not e.journal = any(${textArray(valuing)}::text::text[])
        and coalesce(e.ref, '') !~ ${JOURNAL_REFERENCE.source}) as lacks
    from gl_line l join gl_entry e on e.id = l.entry_id join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id} and a.role = 'bank' and a.currency is not null and e.booked_on <= ${dateOf(until)}
    group by l.account_id, e.id
    having coalesce(sum(l.foreign_minor), 0) = 0 and sum(l.amount_minor) <> 0
      or bool_or(l.foreign_minor is null and l.amount_minor <> 0)
    order by e.booked_on, e.id`.execute(tx);
  return { valuations: rows.filter(({ lacks }) => !lacks), lacking: rows.filter(({ lacks }) => lacks) };
}
