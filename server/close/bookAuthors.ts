/** Who is writing into the books, told to the database; and who wrote since a period was last reconciled. */
import { sql } from 'kysely';
import { type BookWrite, broughtBy, type ChangedLine } from '#domain/close/reconcile/broughtBy.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';

export type BroughtBy = (line: ChangedLine) => string;

/** For the rest of the transaction; database triggers read both (migrations 067, 100). `now`: the server's clock. */
export async function nameAuthor(
  tx: Parameters<ReturnType<typeof sql>['execute']>[0],
  user_name: string,
  now: Date,
): Promise<void> {
  await sql`select set_config('binnacle.author', ${user_name}, true),
    set_config('binnacle.moment', ${now.toISOString()}, true)`.execute(tx);
}

/** What can be seen now, to be kept as seen once the period is computed. Call before the books are read. */
export async function booksNow(tx: ServerTransaction): Promise<string> {
  const { rows } = await sql<{ now: string }>`select pg_current_snapshot()::text as now`.execute(tx);
  return rows[0]?.now ?? '';
}

/**
 * Reads what was written since the period's books were seen. A snapshot of another life of the database (a restored backup)
 * says nothing: then all that is kept counts.
 */
export async function authorsSince(
  tx: ServerTransaction,
  period: { readonly id: number; readonly company_id: number },
): Promise<BroughtBy> {
  const { rows } = await sql<BookWrite>`
    select distinct b.table_name as "table", b.number, b.about, a.code as account, b.user_name
    from book_author b left join gl_account a on a.id = b.account_id
      left join reconciled_books r on r.period_id = ${period.id}::bigint
        and pg_snapshot_xmax(r.seen) <= pg_snapshot_xmax(pg_current_snapshot())
    where b.company_id = ${period.company_id}::bigint
      and (r.seen is null or not pg_visible_in_snapshot(b.xid, r.seen))`.execute(tx);
  return broughtBy(rows);
}

export async function keepSeen(tx: ServerTransaction, period_id: number, seen: string): Promise<void> {
  await sql`insert into reconciled_books (period_id, seen) values (${period_id}::bigint, ${seen}::text::pg_snapshot)
    on conflict (period_id) do update set seen = excluded.seen`.execute(tx);
}

/** Forgets what every open period was reconciled past. Answers how many. */
export async function forgetAuthors(db: Database): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from book_author b where not exists (
      select from close_period p left join reconciled_books r on r.period_id = p.id
      where p.company_id = b.company_id and p.state <> 'hard_locked'
        and (r.seen is null or not pg_visible_in_snapshot(b.xid, r.seen)))`.execute(db);
  return Number(numAffectedRows ?? 0);
}
