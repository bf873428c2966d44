/** The books of companies about each other. Of what was settled on both sides before the days asked for nothing is read. */
import { sql } from 'kysely';
import type { SisterBooks, SisterEntry, SisterPair, UnpairedAccount } from '#domain/close/reconcile/sister/facts.ts';
import { sisterAccounts, type SisterAccount } from '#domain/close/reconcile/sister/accounts.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { SisterAsked } from '../source.ts';
import { dateOf, dayOf } from './days.ts';
import { companyJournals, ratesOf } from './ledger.ts';

export async function sisterBooks(
  tx: ServerTransaction,
  company_id: number,
  asked: SisterAsked,
): Promise<SisterBooks | null> {
  const { rows: accounts } = await sql<SisterAccount>`
    select a.id, a.company_id, a.code, a.partner_company_id, c.name as company_name, c.currency
    from gl_account a join company c on c.id = a.company_id where a.role = 'intercompany' order by a.code, a.id`.execute(
    tx,
  );
  const { rows: named } = await sql<{ id: number; name: string }>`
    select id, name from company where id in
      (select partner_company_id from gl_account where company_id = ${company_id}::bigint)`.execute(tx);
  const found = sisterAccounts(accounts, company_id, new Map(named.map(({ id, name }) => [id, name])));
  if (!found) return null;
  const own = await ratesOf(tx, company_id);
  const pairs: SisterPair[] = [];
  for (const { sister, ours, hers, her_unnamed } of found.pairs) {
    const asks = { ...asked, ours, hers, her_unnamed };
    const picked = await entriesBetween(tx, asks);
    pairs.push({
      sister: { name: sister.name, currency: sister.currency },
      ours: await withKinds(
        tx,
        company_id,
        picked.filter((each) => each.side === 'ours'),
      ),
      hers: await withKinds(
        tx,
        sister.id,
        picked.filter((each) => each.side === 'hers'),
      ),
      our_rates: own.get(sister.currency) ?? new Map(),
      her_rates: (await ratesOf(tx, sister.id)).get(found.currency) ?? new Map(),
    });
  }
  const unpaired: UnpairedAccount[] = [];
  for (const { id, code, sister } of found.unpaired) {
    const { rows } = await sql<{ balance_minor: number }>`
      select coalesce(sum(l.amount_minor), 0)::bigint as balance_minor from gl_line l join gl_entry e on e.id = l.entry_id
      where l.account_id = ${id}::bigint and e.booked_on <= ${dateOf(asked.cut_off)}`.execute(tx);
    unpaired.push({ code, sister, balance_minor: rows[0]?.balance_minor ?? 0 });
  }
  return { pairs, unpaired };
}

type EntryRow = Omit<SisterEntry, 'journal_kind'> & { readonly journal: string; readonly side: 'ours' | 'hers' };

interface EntriesAsked extends SisterAsked {
  readonly ours: readonly number[];
  readonly hers: readonly number[];
  /** Of accounts of hers that name nobody only entries of our references. */
  readonly her_unnamed: readonly number[];
}

async function entriesBetween(
  tx: ServerTransaction,
  { ours, hers, her_unnamed, since, until }: EntriesAsked,
): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    with moved as materialized (
      select e.id, e.booked_on, nullif(btrim(e.ref), '') as ref, bool_or(l.account_id = any(${[...her_unnamed]}::bigint[])) as unnamed,
        case when l.account_id = any(${[...ours]}::bigint[]) then 'ours' else 'hers' end as side,
        sum(l.amount_minor)::bigint as amount_minor
      from gl_line l join gl_entry e on e.id = l.entry_id
      where l.account_id = any(${[...ours, ...hers, ...her_unnamed]}::bigint[]) and e.booked_on <= ${dateOf(until)}
      group by e.id, side having sum(l.amount_minor) <> 0),
    open_refs as (
      select ref from moved where ref is not null group by ref
      having max(booked_on) >= ${dateOf(since)} or coalesce(sum(amount_minor) filter (where side = 'ours'), 0) <> 0
        or coalesce(sum(amount_minor) filter (where side = 'hers'), 0) <> 0),
    open_amounts as (
      select side, abs(amount_minor) as amount from moved where ref is null group by 1, 2
      having max(booked_on) >= ${dateOf(since)} or sum(amount_minor) <> 0),
    picked as (
      select m.* from moved m where (m.ref in (select ref from open_refs)
          or (m.ref is null and (m.side, abs(m.amount_minor)) in (select side, amount from open_amounts)))
        and (not m.unnamed or m.ref in (select ref from moved where side = 'ours')))
    select m.side, m.id as entry_id, e.journal, e.number, m.ref, e.memo, ${dayOf('e.booked_on')} as booked_on, m.amount_minor,
      t.paid, case when t.sold = t.bought then null when t.sold then 'sold' else 'bought' end as trade,
      case when t.paid and t.sisters > 1 then null when t.others > 0 then t.other_minor when t.gains > 0 then null else 0 end as other_minor
    from picked m join gl_entry e on e.id = m.id cross join lateral (
      select coalesce(bool_or(a.role = 'bank'), false) as paid,
        coalesce(bool_or(a.role = 'intercompany_sales'), false)
          or (not coalesce(bool_or(a.role = 'intercompany_purchases'), false)
            and coalesce(bool_or(a.kind = 'income' and a.role is distinct from 'fx_gain'), false)) as sold,
        coalesce(bool_or(a.role = 'intercompany_purchases'), false) as bought,
        count(distinct a.id) filter (where a.role = 'intercompany') as sisters,
        count(*) filter (where a.role = 'fx_gain') as gains,
        count(*) filter (where a.role is null or a.role not in ('intercompany', 'fx_gain')) as others,
        coalesce(sum(l.amount_minor) filter (where a.role is null or a.role not in ('intercompany', 'fx_gain')), 0)::bigint as other_minor
      from gl_line l join gl_account a on a.id = l.account_id where l.entry_id = m.id) t
    order by e.booked_on, e.id`.execute(tx);
  return rows;
}

async function withKinds(
  tx: ServerTransaction,
  company_id: number,
  rows: readonly EntryRow[],
): Promise<readonly SisterEntry[]> {
  const journals = await companyJournals(tx, company_id);
  return rows.map(({ side: _side, journal, ...row }) => ({ ...row, journal_kind: journals.kindOf(journal) }));
}
